// What has become of a request that got no reply, decided apart from the asking.
#pragma once

#include "broker/timer_queue.hpp"

#include <runes/market_data.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace runes::detail {

/// The venue is asked for its time, then for the order. Where the order shows that the request was
/// carried out, all is known. Where it does not, that counts only if the venue's clock had passed
/// the request's `expiresAt` before: until then it may still arrive. A plain object.
class settlement {
 public:
  enum class step {
    ask_time,
    ask_order,
    wait,      ///< until wait_until()
    done,      ///< it was carried out
    refuted,   ///< it was not, and can't be any more
    given_up,  ///< nobody could say in time
  };

  static constexpr std::chrono::milliseconds first_pause{250};
  static constexpr std::chrono::milliseconds longest_pause{2'000};

  /// `final_from`: by the venue's clock, when what it does not know can't come any more.
  settlement(timestamp final_from, time_point give_up) noexcept
      : final_from_(final_from), give_up_(give_up) {}

  step next(time_point now) const noexcept {
    if (end_) return *end_;
    if (now >= give_up_) return step::given_up;
    if (wait_until_ && now < *wait_until_) return step::wait;
    return time_heard_ ? step::ask_order : step::ask_time;
  }
  time_point wait_until() const noexcept {
    return std::min(wait_until_.value_or(give_up_), give_up_);
  }
  time_point give_up() const noexcept { return give_up_; }

  void on_time(timestamp said) noexcept {
    time_heard_ = true;
    remaining_ = final_from_ - said;
  }
  void on_done() noexcept { end_ = step::done; }
  /// There will be nobody to ask any more.
  void on_closed() noexcept { end_ = step::given_up; }
  /// The order is not known, or is as if nothing had been asked.
  void on_nothing(time_point now) {
    if (remaining_ < std::chrono::microseconds(0)) {
      end_ = step::refuted;
      return;
    }
    auto const rest = std::chrono::ceil<std::chrono::milliseconds>(remaining_);
    again(now + std::min(rest + std::chrono::milliseconds(1), grown_pause()));
  }
  /// Neither could be asked; the server may have said how long to wait.
  void on_failure(time_point now, std::optional<std::chrono::milliseconds> retry_after) {
    again(now + std::max(grown_pause(), retry_after.value_or(std::chrono::milliseconds(0))));
  }

 private:
  std::chrono::milliseconds grown_pause() noexcept {
    auto const pause = pause_;
    pause_ = std::min(2 * pause_, longest_pause);
    return pause;
  }
  void again(time_point when) noexcept {
    wait_until_ = when;
    time_heard_ = false;
  }

  timestamp final_from_;
  time_point give_up_;
  std::optional<time_point> wait_until_;
  bool time_heard_ = false;
  std::chrono::microseconds remaining_{0};
  std::chrono::milliseconds pause_ = first_pause;
  std::optional<step> end_;
};

}  // namespace runes::detail
