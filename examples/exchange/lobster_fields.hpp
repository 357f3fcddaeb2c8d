// The fields of a line of LOBSTER's files.
#pragma once

#include <runes/error.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace exchange::lobster {

// Times the orders that a book may have, that much still fits 63 bits.
inline constexpr std::int64_t largest = 10'000'000'000;  // price and size

[[noreturn]] inline void damaged(std::string sentence) {
  throw runes::error(runes::errc::bad_event, std::move(sentence));
}

inline std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

/// All of the text is a number between both. `what` it is to be is for the sentence.
template <std::integral Number>
Number whole(std::string_view text, Number least, Number most, char const* what) {
  Number number = 0;
  auto const* const end = text.data() + text.size();
  auto const [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stop != end || number < least || number > most) {
    damaged(quoted(text) + " is no " + what);
  }
  return number;
}

class field_reader {
 public:
  explicit field_reader(std::string_view line) : rest_(line) {}
  bool ended() const noexcept { return ended_; }
  /// Empty behind the last.
  std::string_view next() noexcept {
    auto const comma = rest_.find(',');
    auto const field = rest_.substr(0, comma);
    ended_ = comma == rest_.npos;
    rest_ = ended_ ? std::string_view() : rest_.substr(comma + 1);
    return field;
  }

 private:
  std::string_view rest_;
  bool ended_ = false;
};

}  // namespace exchange::lobster
