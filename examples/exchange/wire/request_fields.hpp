// The keys of a request's body, each read as what it should be.
#pragma once

#include "venue/types.hpp"

#include <boost/json/object.hpp>
#include <runes/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace exchange::wire {

/// `'text'`, for a sentence; of a long one only how long it is.
std::string shown(std::string_view text);

/// `'key' rest`, as bad_request.
runes::error bad_field(std::string_view key, std::string const& rest);

/// An order by one of its two names: the other is 0 or empty.
struct order_name {
  venue::order_id id = 0;
  std::string client_order_id;
};

/// Reads a body, which must outlive it. What is not there is nothing; what is there and wrong (of
/// another type, null among them; out of range) is thrown as runes::error, bad_request unless it
/// says otherwise here. The sentences name the key.
class request_fields {
 public:
  explicit request_fields(boost::json::object const& body) noexcept : body_(body) {}

  bool has(std::string_view key) const noexcept { return body_.if_contains(key) != nullptr; }

  std::optional<std::string_view> text(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                      std::int64_t most) const;
  /// Of integer milliseconds; more than fit are as many as do.
  std::optional<venue::micros> milliseconds(std::string_view key) const;
  /// A string of digits: from `least`, and none of an outside flow.
  std::optional<std::uint64_t> id(std::string_view key, std::uint64_t least = 1) const;
  /// In units of 10^-`decimals`; `wrong` where it has more decimals, or is beyond `most`.
  std::optional<venue::amount> decimal(std::string_view key, unsigned decimals, venue::amount most,
                                       runes::errc wrong) const;
  std::optional<std::string> client_order_id() const;
  /// One of them, and not both.
  order_name order() const;
  /// `expiresAt`, which every op takes: above 0.
  std::optional<venue::micros> expiry() const;

  /// The value that has this name. Needs name_of(Enum).
  template <class Enum, std::size_t N>
  std::optional<Enum> one_of(std::string_view key, Enum const (&choices)[N]) const {
    auto const name = text(key);
    if (!name) return std::nullopt;
    std::string list;
    for (std::size_t i = 0; i < N; ++i) {
      if (name_of(choices[i]) == *name) return choices[i];
      if (i > 0) list += i + 1 < N ? ", " : " or ";
      list += name_of(choices[i]);
    }
    throw bad_field(key, "must be " + list + ", not " + shown(*name));
  }

  /// What was read of this key, which has to be there.
  template <class T>
  static T needed(std::string_view key, std::optional<T>&& value) {
    if (!value) throw bad_field(key, "is missing");
    return *std::move(value);
  }

 private:
  boost::json::object const& body_;
};

}  // namespace exchange::wire
