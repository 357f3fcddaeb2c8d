// What is said of an order, a fill, a position or a balance is written once (shapes.hpp), into
// either of these: a channel's entry is text, a reply is a value.
#pragma once

#include "decimals.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace exchange::wire {

/// A JSON object as text, without building it.
class json_text {
 public:
  void text(std::string_view key, std::string_view value) {
    name(key);
    string(value);
  }
  void decimal(std::string_view key, venue::amount units, unsigned decimals) {
    name(key);
    out_ += '"';
    append_decimal(out_, units, decimals);
    out_ += '"';
  }
  void integer(std::string_view key, std::int64_t value) {
    name(key);
    append_decimal(out_, value, 0);
  }
  void flag(std::string_view key, bool value) {
    name(key);
    out_ += value ? "true" : "false";
  }
  void nothing(std::string_view key) {
    name(key);
    out_ += "null";
  }
  std::string take() && {
    out_ += out_.empty() ? "{}" : "}";
    return std::move(out_);
  }

 private:
  void name(std::string_view key) {
    out_ += out_.empty() ? "{\"" : ",\"";
    out_ += key;
    out_ += "\":";
  }
  void string(std::string_view value) {
    auto const plain = [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
    };
    if (!std::ranges::all_of(value, plain)) {
      out_ += boost::json::serialize(boost::json::string_view(value.data(), value.size()));
      return;
    }
    out_ += '"';
    out_ += value;
    out_ += '"';
  }

  std::string out_;
};

/// The same as a value.
class json_object {
 public:
  json_object() { out_.reserve(4); }  // as most replies have at most
  void text(std::string_view key, std::string_view value) { set(key, as_json(value)); }
  void decimal(std::string_view key, venue::amount units, unsigned decimals) {
    text(key, decimal_text(units, decimals));
  }
  void integer(std::string_view key, std::int64_t value) { set(key, value); }
  void flag(std::string_view key, bool value) { set(key, value); }
  void nothing(std::string_view key) { set(key, nullptr); }
  boost::json::object take() && { return std::move(out_); }

 private:
  static boost::json::string_view as_json(std::string_view text) {
    return {text.data(), text.size()};
  }
  template <class Value>
  void set(std::string_view key, Value value) {
    out_[as_json(key)] = value;
  }

  boost::json::object out_;
};

}  // namespace exchange::wire
