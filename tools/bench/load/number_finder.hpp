// Finds a number in a message by the text before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace runes::bench {

/// Reads the decimal number that follows a key. It looks first where the key was in the last
/// message, because messages of one server are alike: that makes the usual case one comparison.
class number_finder {
 public:
  /// @param key The text before the number; empty: nothing is ever found.
  explicit number_finder(std::string key) : key_(std::move(key)) {}

  std::optional<std::uint64_t> find(std::string_view message) {
    if (key_.empty()) return {};
    if (message.size() < at_ || !message.substr(at_).starts_with(key_)) {
      auto const found = message.find(key_);
      if (found == std::string_view::npos) return {};
      at_ = found;
    }
    return number_at(message.substr(at_ + key_.size()));
  }

 private:
  static std::optional<std::uint64_t> number_at(std::string_view text) {
    std::uint64_t number = 0;
    std::size_t digits = 0;
    while (digits < text.size() && '0' <= text[digits] && text[digits] <= '9') {
      number = number * 10 + static_cast<std::uint64_t>(text[digits] - '0');
      ++digits;
    }
    if (digits == 0) return {};
    return number;
  }

  std::string key_;
  std::size_t at_ = 0;
};

}  // namespace runes::bench
