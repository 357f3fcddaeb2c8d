// When a benchmark server publishes: a plain state machine with the time passed in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace runes::bench {

/// Says how many batches are due. Batch number k falls due at start + k * burst / rate seconds,
/// reckoned anew from the start in whole nanoseconds each time, so that no rounding adds up and a
/// late wake-up shifts nothing.
class pacing {
 public:
  using nanoseconds = std::chrono::nanoseconds;

  /// @param rate Messages a second, at most 10'000'000; 0 means that a batch is always due.
  /// @param burst Messages a batch, from 1 to 1'000'000.
  /// @param start When the first batch is due, on any clock that does not go back.
  pacing(std::uint64_t rate, std::uint64_t burst, nanoseconds start)
      : rate_(rate), burst_(burst), start_(start) {}

  /// Whether the only limit is what the sockets take.
  bool saturating() const { return rate_ == 0; }

  /// Batches due at `now` and not yet taken; always 1 when saturating.
  /// After a stall it owes no more than the last second's: what is older is forgiven, so that a
  /// server which cannot keep up has a bounded debt.
  std::uint64_t due(nanoseconds now) {
    if (saturating()) return 1;
    if (now < start_) return 0;
    auto const reached = messages_until(now - start_) / burst_ + 1;
    auto const most = std::max<std::uint64_t>(1, rate_ / burst_);
    if (reached <= taken_) return 0;
    if (reached - taken_ > most) {
      forgiven_ += reached - taken_ - most;
      taken_ = reached - most;
    }
    return reached - taken_;
  }

  /// Tells that `batches` of those due were published.
  void take(std::uint64_t batches = 1) { taken_ += batches; }

  /// When the next batch falls due; the start when saturating. It may be in the past.
  nanoseconds next() const {
    if (saturating()) return start_;
    auto const messages = taken_ * burst_;
    auto const rest = (messages % rate_ * second + rate_ - 1) / rate_;
    return start_ + nanoseconds(static_cast<std::int64_t>(messages / rate_ * second + rest));
  }

  /// Batches that were never published because the server was more than a second behind.
  std::uint64_t forgiven() const { return forgiven_; }

 private:
  static constexpr std::uint64_t second = 1'000'000'000;

  // Whole seconds apart from the rest, so that nothing overflows.
  std::uint64_t messages_until(nanoseconds elapsed) const {
    auto const ns = static_cast<std::uint64_t>(elapsed.count());
    return ns / second * rate_ + ns % second * rate_ / second;
  }

  std::uint64_t rate_;
  std::uint64_t burst_;
  nanoseconds start_;
  std::uint64_t taken_ = 0;  // published or forgiven, in all
  std::uint64_t forgiven_ = 0;
};

}  // namespace runes::bench
