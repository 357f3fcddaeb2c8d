// Reading JSON objects of the wire, member by member.
#pragma once

#include <runes/decimal.hpp>
#include <runes/error.hpp>
#include <runes/market_data.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace runes::detail {

/// The members of one JSON object, each read as the type it must have. Whatever is missing or wrong
/// throws error(errc::bad_event) with a sentence that names it.
class members {
 public:
  members(char const* what, boost::json::value const& from)
      : what_(what), object_(from.if_object()) {
    if (!object_) throw error(errc::bad_event, std::string(what_) + " must be an object");
  }

  std::string_view text(char const* key) const {
    auto const* found = find(key).if_string();
    if (!found) wrong(key, "a string");
    return {found->data(), found->size()};
  }

  decimal number(char const* key) const {
    auto const* found = find(key).if_string();
    auto const value =
        found ? decimal::parse({found->data(), found->size()}) : std::optional<decimal>();
    if (!value) wrong(key, "a decimal in a string");
    return *value;
  }

  /// A number of the venue's own, written as a text: digits that do not end at 2^53.
  std::uint64_t id(char const* key) const {
    auto const digits = text(key);
    std::uint64_t value = 0;
    auto const* end = digits.data() + digits.size();
    auto const read = std::from_chars(digits.data(), end, value);
    if (digits.empty() || read.ec != std::errc() || read.ptr != end)
      wrong(key, "an id: digits in a string");
    return value;
  }

  std::uint64_t count(char const* key) const {
    auto const& found = find(key);
    if (auto const* large = found.if_uint64()) return *large;
    auto const* value = found.if_int64();
    if (!value || *value < 0) wrong(key, "an integer of zero or more");
    return static_cast<std::uint64_t>(*value);
  }

  template <std::unsigned_integral Integer>
  Integer count_at_most(char const* key, Integer most) const {
    auto const value = count(key);
    if (value > most) wrong(key, "at most " + std::to_string(most));
    return static_cast<Integer>(value);
  }

  timestamp time(char const* key) const {
    auto const* value = find(key).if_int64();
    if (!value) wrong(key, "integer microseconds");
    return timestamp(std::chrono::microseconds(*value));
  }

  bool flag(char const* key) const {
    auto const* value = find(key).if_bool();
    if (!value) wrong(key, "true or false");
    return *value;
  }

  /// The one of `choices` that has the name given.
  template <class Enum>
  Enum one_of(char const* key, std::initializer_list<Enum> choices) const {
    auto const given = text(key);
    std::string names;
    for (auto const choice : choices) {
      if (name_of(choice) == given) return choice;
      names += names.empty() ? "'" : " or '";
      names += std::string(name_of(choice)) + "'";
    }
    wrong(key, names);
  }

  boost::json::array const& list(char const* key) const {
    auto const* found = find(key).if_array();
    if (!found) wrong(key, "a list");
    return *found;
  }

  /// Whether it is there, and not null.
  bool has(char const* key) const noexcept {
    auto const* found = object_->if_contains(key);
    return found && !found->is_null();
  }

  [[noreturn]] void wrong(char const* key, std::string const& wanted) const {
    throw error(errc::bad_event, std::string(what_) + ": '" + key + "' must be " + wanted);
  }

 private:
  boost::json::value const& find(char const* key) const {
    if (auto const* found = object_->if_contains(key)) return *found;
    throw error(errc::bad_event, std::string(what_) + ": '" + key + "' is missing");
  }

  char const* what_;
  boost::json::object const* object_;
};

}  // namespace runes::detail
