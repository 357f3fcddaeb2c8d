// Requests wait for their turn under a server's rate, decided apart from the waiting.
#pragma once

#include "broker/timer_queue.hpp"
#include "session/token_bucket.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace runes::detail {

/// First come, first served, each with a time after which it would come too late. A plain object:
/// whoever waits asks again when told to, and when the one before has gone.
class request_pacer {
 public:
  using ticket = std::uint64_t;
  enum class verdict { go, wait, too_late };
  struct answer {
    verdict what;
    time_point until{};  ///< of wait: ask again then, if nobody has gone before
  };

  explicit request_pacer(std::size_t most_waiting) noexcept : most_(most_waiting) {}

  /// A new connection, which has its rate and all of its tokens; 0: no bound.
  void begin(std::uint32_t per_minute) {
    bucket_ = token_bucket(per_minute);
    paused_until_.reset();
  }
  /// The server has said to wait.
  void pause(time_point until) { paused_until_ = std::max(paused_until_.value_or(until), until); }

  /// A place in the line; nothing when it is full. Followed by ask() until that says go or
  /// too_late, or by leave().
  std::optional<ticket> join(time_point latest) {
    if (line_.size() >= most_) return {};
    line_.push_back({++last_, latest});
    return last_;
  }

  answer ask(ticket who, time_point now) {
    auto const place = std::ranges::find(line_, who, &entry::who);
    if (place == line_.end()) return {verdict::too_late};
    time_point const latest = place->latest;
    if (place != line_.begin()) {
      if (now < latest) return {verdict::wait, latest};
      line_.erase(place);
      return {verdict::too_late};
    }
    auto const next = earliest(now);
    if (next > now && next <= latest) return {verdict::wait, next};
    line_.pop_front();
    return {next > now ? verdict::too_late : verdict::go};
  }

  void leave(ticket who) {
    std::erase_if(line_, [&](entry const& each) { return each.who == who; });
  }

  std::size_t waiting() const noexcept { return line_.size(); }

 private:
  struct entry {
    ticket who;
    time_point latest;
  };

  /// Now, and the token is taken; or when to look again.
  time_point earliest(time_point now) {
    if (paused_until_ && now < *paused_until_) return *paused_until_;
    auto const wait = bucket_.take(now);
    return wait ? now + *wait : now;
  }

  std::size_t most_;
  token_bucket bucket_{0};
  std::optional<time_point> paused_until_;
  std::deque<entry> line_;
  ticket last_ = 0;
};

}  // namespace runes::detail
