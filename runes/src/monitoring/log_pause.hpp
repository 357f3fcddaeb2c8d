// How often a line that may come a thousand times a second is written, decided apart from writing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace runes::detail {

/// Lets one line through in every `pause`, and counts those it holds back. Not thread-safe.
class log_pause {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit log_pause(std::chrono::milliseconds pause) noexcept : pause_(pause) {}

  /// Empty: hold it back. Else how many were since the last one that was written.
  std::optional<std::uint64_t> write(time_point now) noexcept {
    if (next_ && now < *next_) {
      ++held_back_;
      return std::nullopt;
    }
    next_ = now + pause_;
    return std::exchange(held_back_, 0);
  }

 private:
  std::chrono::milliseconds pause_;
  std::optional<time_point> next_;
  std::uint64_t held_back_ = 0;
};

/// What stands behind a line before which some were held back.
inline std::string and_more(std::uint64_t held_back) {
  return held_back == 0 ? std::string() : " (and " + std::to_string(held_back) + " more before)";
}

}  // namespace runes::detail
