#include "request_fields.hpp"

#include "decimals.hpp"

#include <boost/json/kind.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace exchange::wire {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_shown = 40;
constexpr std::size_t most_characters = 36;
constexpr std::int64_t micros_a_millisecond = 1'000;

// In UTF-8 a byte that begins a character is none of 0x80 to 0xBF.
std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string_view kind_of(json::value const& value) noexcept {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "a list";
    case json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

runes::error wrong_type(std::string_view key, std::string_view wanted, json::value const& value) {
  return bad_field(key, "must be " + std::string(wanted) + ", not " + std::string(kind_of(value)));
}

std::string_view string_of(std::string_view key, std::string_view wanted,
                           json::value const& value) {
  auto const* const text = value.if_string();
  if (text == nullptr) throw wrong_type(key, wanted, value);
  return *text;
}

}  // namespace

std::string shown(std::string_view text) {
  if (text.size() > longest_shown) return "a text of " + std::to_string(text.size()) + " bytes";
  std::string out = "'";
  out += text;
  return out += '\'';
}

runes::error bad_field(std::string_view key, std::string const& rest) {
  return {runes::errc::bad_request, shown(key) + ' ' + rest};
}

std::optional<std::string_view> request_fields::text(std::string_view key) const {
  auto const* const value = body_.if_contains(key);
  if (value == nullptr) return std::nullopt;
  return string_of(key, "a string", *value);
}

std::optional<bool> request_fields::flag(std::string_view key) const {
  auto const* const value = body_.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) throw wrong_type(key, "true or false", *value);
  return value->get_bool();
}

std::optional<std::int64_t> request_fields::integer(std::string_view key) const {
  auto const* const value = body_.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_uint64()) throw bad_field(key, "is too large");
  if (value->is_double()) throw bad_field(key, "must be a whole number, without point or exponent");
  if (!value->is_int64()) throw wrong_type(key, "a whole number", *value);
  return value->get_int64();
}

std::optional<std::int64_t> request_fields::integer(std::string_view key, std::int64_t least,
                                                    std::int64_t most) const {
  auto const value = integer(key);
  if (!value || (least <= *value && *value <= most)) return value;
  throw bad_field(key, "must be from " + std::to_string(least) + " to " + std::to_string(most) +
                           ", not " + std::to_string(*value));
}

std::optional<venue::micros> request_fields::milliseconds(std::string_view key) const {
  constexpr auto most = std::numeric_limits<std::int64_t>::max() / micros_a_millisecond;
  auto const value = integer(key);
  if (!value) return std::nullopt;
  return std::clamp(*value, -most, most) * micros_a_millisecond;
}

std::optional<std::uint64_t> request_fields::id(std::string_view key, std::uint64_t least) const {
  auto const* const value = body_.if_contains(key);
  if (value == nullptr) return std::nullopt;
  auto const digits = string_of(key, "a string of digits", *value);
  auto const* const end = digits.data() + digits.size();
  std::uint64_t number = 0;
  auto const read = std::from_chars(digits.data(), end, number);
  bool const right = read.ec == std::errc() && read.ptr == end;
  if (right && least <= number && number < engine::outside_bit) return number;
  throw bad_field(key, "must be an id as it was given, such as \"1042\", not " + shown(digits));
}

std::optional<venue::amount> request_fields::decimal(std::string_view key, unsigned decimals,
                                                     venue::amount most, runes::errc wrong) const {
  auto const* const value = body_.if_contains(key);
  if (value == nullptr) return std::nullopt;
  auto const digits = string_of(key, "a string with a decimal", *value);
  auto const read = read_decimal(digits, decimals, most);
  switch (read.fault) {
    case decimal_fault::none:
      return read.units;
    case decimal_fault::no_decimal:
      throw bad_field(key, "must be a decimal such as \"12.50\", not " + shown(digits));
    case decimal_fault::too_fine:
      throw runes::error(wrong, shown(key) + " has more than " + std::to_string(decimals) +
                                    " decimals: " + shown(digits));
    default:
      throw runes::error(wrong, shown(key) + " is too large: " + shown(digits));
  }
}

std::optional<std::string> request_fields::client_order_id() const {
  constexpr std::string_view key = "clientOrderId";
  auto const name = text(key);
  if (!name) return std::nullopt;
  auto const length = characters(*name);
  if (1 <= length && length <= most_characters) return std::string(*name);
  throw bad_field(key, "must have from 1 to 36 characters, not " + std::to_string(length));
}

std::optional<venue::micros> request_fields::expiry() const {
  return integer("expiresAt", 1, std::numeric_limits<std::int64_t>::max());
}

order_name request_fields::order() const {
  bool const by_id = has("orderId");
  if (by_id == has("clientOrderId")) {
    throw bad_field("orderId", by_id ? "and 'clientOrderId' exclude each other"
                                     : "or 'clientOrderId' is missing");
  }
  if (by_id) return {*id("orderId"), {}};
  return {0, *client_order_id()};
}

}  // namespace exchange::wire
