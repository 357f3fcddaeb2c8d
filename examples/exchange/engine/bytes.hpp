// Plain values to bytes and back, little-endian on every machine.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace exchange::engine {

__extension__ typedef __int128 wide;

class byte_writer {
 public:
  explicit byte_writer(std::string& out) noexcept : out_(&out) {}

  template <class Value>
    requires std::is_integral_v<Value> || std::is_enum_v<Value>
  void put(Value value) {
    auto left = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < sizeof(Value); ++i, left >>= 8) {
      out_->push_back(static_cast<char>(left & 0xFF));
    }
  }
  void put(wide value) {
    put(static_cast<std::uint64_t>(value));
    put(static_cast<std::int64_t>(value >> 64));
  }
  /// Its length, then the text.
  void put_text(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    out_->append(text);
  }

 private:
  std::string* out_;
};

class byte_reader {
 public:
  explicit byte_reader(std::string_view bytes) noexcept : left_(bytes) {}

  bool done() const noexcept { return left_.empty(); }
  /// @throws std::runtime_error where the bytes end before.
  template <class Value>
    requires std::is_integral_v<Value> || std::is_enum_v<Value>
  Value get() {
    if (left_.size() < sizeof(Value)) throw std::runtime_error("the snapshot ends too early");
    std::uint64_t value = 0;
    for (std::size_t i = sizeof(Value); i-- > 0;) {
      value = value << 8 | static_cast<unsigned char>(left_[i]);
    }
    left_.remove_prefix(sizeof(Value));
    if constexpr (std::is_same_v<Value, bool>) {
      if (value > 1) throw std::runtime_error("the snapshot has neither yes nor no");
      return value != 0;
    } else {
      return static_cast<Value>(value);
    }
  }
  wide get_wide() {
    auto const low = get<std::uint64_t>();
    return wide{get<std::int64_t>()} * (wide{1} << 64) + low;
  }
  template <class Value>
  void get(Value& value) {
    value = get<Value>();
  }
  /// As put_text() has it; lasts as long as the bytes.
  std::string_view get_text() {
    auto const size = get<std::uint32_t>();
    if (left_.size() < size) throw std::runtime_error("the snapshot ends too early");
    auto const text = left_.substr(0, size);
    left_.remove_prefix(size);
    return text;
  }

 private:
  std::string_view left_;
};

}  // namespace exchange::engine
