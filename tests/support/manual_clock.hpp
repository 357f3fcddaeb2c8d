// A clock that moves when somebody says so.
#pragma once

#include "broker/loop.hpp"

#include <chrono>

namespace runes::test {

/// A clock moved by hand. It starts long after zero, so that nothing confuses "never" with "at the
/// start".
class manual_time final : public detail::time_source {
 public:
  detail::time_point now() const override {
    return detail::time_point(std::chrono::hours(1'000)) + passed_;
  }
  timestamp wall() const override {
    return timestamp(std::chrono::microseconds(1'700'000'000'000'000)) +
           std::chrono::duration_cast<std::chrono::microseconds>(passed_ + jumped_);
  }
  bool runs_by_itself() const override { return false; }

  void advance(std::chrono::nanoseconds by) { passed_ += by; }
  std::chrono::nanoseconds passed() const noexcept { return passed_; }
  /// The clock on the wall is set to another time; nothing passes.
  void jump(std::chrono::nanoseconds by) { jumped_ += by; }

 private:
  std::chrono::nanoseconds passed_{0};
  std::chrono::nanoseconds jumped_{0};
};

}  // namespace runes::test
