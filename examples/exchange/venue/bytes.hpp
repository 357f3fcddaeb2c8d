// Values to bytes and back. What a value consists of is said once, in fields.hpp, and serves both
// ways: `fields(archive, value)` calls `archive(member)` for each.
#pragma once

#include "command.hpp"
#include "order.hpp"

#include "engine/bytes.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace exchange::venue {

// The last value of each enumeration, so that others are refused.
constexpr auto last_of(side) { return side::sell; }
constexpr auto last_of(order_type) { return order_type::stop_limit; }
constexpr auto last_of(time_in_force) { return time_in_force::day; }
constexpr auto last_of(self_trade) { return self_trade::decrement; }
constexpr auto last_of(market_state) { return market_state::halted; }
constexpr auto last_of(margin_mode) { return margin_mode::isolated; }
constexpr auto last_of(error) { return error::overloaded; }
constexpr auto last_of(field) { return field::type; }
constexpr auto last_of(order_status) { return order_status::expired; }
constexpr auto last_of(order_reason) { return order_reason::liquidation; }
constexpr auto last_of(disconnect_scope) { return disconnect_scope::account; }
constexpr auto last_of(outside_order::action) { return outside_order::action::execute; }
constexpr auto last_of(accounts::reason) { return accounts::reason::socialized_loss; }

/// Little-endian on every machine; a string's length before it.
class writer {
 public:
  explicit writer(std::string& out) noexcept : out_(out) {}

  template <class Value>
    requires std::is_integral_v<Value> || std::is_enum_v<Value>
  void operator()(Value value) {
    out_.put(value);
  }
  void operator()(amount value) { out_.put(value); }
  void operator()(std::string_view text) { out_.put_text(text); }
  template <class Value>
  void operator()(std::optional<Value> const& value) {
    (*this)(value.has_value());
    if (value) (*this)(*value);
  }

 private:
  engine::byte_writer out_;
};

/// Throws std::runtime_error that names `what` it was reading.
class reader {
 public:
  reader(std::string_view bytes, char const* what) noexcept : left_(bytes), what_(what) {}

  bool done() const noexcept { return left_.empty(); }
  [[noreturn]] void fail(char const* why) const {
    throw std::runtime_error(std::string(what_) + ' ' + why);
  }
  template <class Value>
    requires std::is_integral_v<Value> || std::is_enum_v<Value>
  void operator()(Value& value) {
    auto const bytes = take(sizeof(Value));
    std::uint64_t number = 0;
    for (std::size_t i = sizeof(Value); i-- > 0;) {
      number = number << 8 | static_cast<unsigned char>(bytes[i]);
    }
    if constexpr (std::is_same_v<Value, bool>) {
      if (number > 1) fail("has neither yes nor no");
    } else if constexpr (std::is_enum_v<Value>) {
      if (number > static_cast<std::uint64_t>(last_of(Value{}))) fail("has an unknown option");
    }
    value = static_cast<Value>(number);
  }
  void operator()(amount& value) {
    std::uint64_t low = 0;
    std::int64_t high = 0;
    (*this)(low);
    (*this)(high);
    value = amount{high} * (amount{1} << 64) + low;
  }
  void operator()(std::string& text) { text = this->text(); }
  template <class Value>
  void operator()(std::optional<Value>& value) {
    bool there = false;
    (*this)(there);
    value.reset();
    if (there) (*this)(value.emplace());
  }
  template <class Value>
  Value get() {
    Value value{};
    (*this)(value);
    return value;
  }
  std::string_view text() { return take(get<std::uint32_t>()); }

 private:
  std::string_view take(std::size_t size) {
    if (left_.size() < size) fail("ends too early");
    auto const taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  std::string_view left_;
  char const* what_;
};

}  // namespace exchange::venue
