// The event that the benchmark servers publish: a JSON text of exactly the size asked for.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace runes::bench {

/// The smallest event: the longest time and sequence number must fit.
inline constexpr std::size_t smallest_event = 64;
/// The largest event, so that no command makes a server allocate without bound.
inline constexpr std::size_t largest_event = std::size_t{1} << 20;

/// Makes events such as `{"ts":1700000000000,"seq":42,"pad":"xxx"}`, all of one size.
/// Keep one for each publication: the padding is written once, and an event costs a copy and two
/// numbers.
class event_text {
 public:
  /// @param size Bytes of each event.
  /// @throws std::length_error if it is below smallest_event or above largest_event.
  explicit event_text(std::size_t size) {
    if (size < smallest_event || size > largest_event) {
      throw std::length_error("an event has from 64 to 1048576 bytes");
    }
    padding_.assign(size, 'x');
    padding_.replace(size - 2, 2, "\"}");
  }

  /// Bytes of each event.
  std::size_t size() const { return padding_.size(); }

  /// Writes an event of size() bytes to `out`.
  /// @param ts CLOCK_MONOTONIC nanoseconds.
  void write(char* out, std::uint64_t ts, std::uint64_t seq) const {
    std::memcpy(out, padding_.data(), padding_.size());
    char* at = put(out, R"({"ts":)");
    at = put(at, ts);
    at = put(at, R"(,"seq":)");
    at = put(at, seq);
    put(at, R"(,"pad":")");
  }

  /// Appends an event to `out`.
  void append(std::string& out, std::uint64_t ts, std::uint64_t seq) const {
    auto const before = out.size();
    out.resize(before + size());
    write(out.data() + before, ts, seq);
  }

  /// An event as a string of its own.
  std::string operator()(std::uint64_t ts, std::uint64_t seq) const {
    std::string out;
    append(out, ts, seq);
    return out;
  }

 private:
  static char* put(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
  }
  static char* put(char* at, std::uint64_t number) {
    return std::to_chars(at, at + 20, number).ptr;
  }

  std::string padding_;  // an event's end, and 'x' wherever its numbers leave room
};

}  // namespace runes::bench
