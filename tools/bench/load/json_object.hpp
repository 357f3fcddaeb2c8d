// Writes a JSON object of numbers, texts and further objects.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace runes::bench {

class json_object {
 public:
  json_object& add(std::string_view name, double value) {
    if (!std::isfinite(value)) return raw(name, "null");
    char digits[512];
    auto const end =
        std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, 4);
    return raw(name, {digits, static_cast<std::size_t>(end.ptr - digits)});
  }
  json_object& add(std::string_view name, std::uint64_t value) {
    return raw(name, std::to_string(value));
  }
  json_object& add(std::string_view name, std::string_view text) { return raw(name, quoted(text)); }
  json_object& add(std::string_view name, json_object const& value) {
    return raw(name, value.text());
  }
  json_object& add_null(std::string_view name) { return raw(name, "null"); }

  std::string text() const { return "{" + members_ + "}"; }

 private:
  json_object& raw(std::string_view name, std::string_view value) {
    if (!members_.empty()) members_ += ',';
    members_.append(quoted(name)).append(":").append(value);
    return *this;
  }

  static std::string quoted(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out = "\"";
    for (char c : text) {
      auto const code = static_cast<unsigned char>(c);
      if (code < 0x20) {
        out.append("\\u00") += hex[code >> 4];
        out += hex[code & 15];
        continue;
      }
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out += '"';
  }

  std::string members_;
};

}  // namespace runes::bench
