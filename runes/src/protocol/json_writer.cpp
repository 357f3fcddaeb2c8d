#include "protocol/json_writer.hpp"

#include <cstdint>
#include <cstring>

namespace runes::detail {
namespace {

bool needs_escape(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

}  // namespace

void append_escape(std::string& out, char32_t c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  static constexpr char hex[] = "0123456789abcdef";
  char const text[] = {'\\',       'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15],
                       hex[c & 15]};
  out.append(text, sizeof text);
}

char* write_decimal(char* out, decimal value) noexcept {
  auto magnitude = static_cast<std::uint64_t>(value.units());
  if (value.units() < 0) {
    *out++ = '-';
    magnitude = 0 - magnitude;
  }
  std::size_t const scale = value.scale();
  char digits[max_integer_chars];
  auto const end = std::to_chars(digits, digits + sizeof digits, magnitude).ptr;
  auto const count = static_cast<std::size_t>(end - digits);
  if (scale == 0) {
    std::memcpy(out, digits, count);
    return out + count;
  }
  if (count > scale) {
    auto const whole = count - scale;
    std::memcpy(out, digits, whole);
    out[whole] = '.';
    std::memcpy(out + whole + 1, digits + whole, scale);
    return out + count + 1;
  }
  *out++ = '0';
  *out++ = '.';
  std::memset(out, '0', scale - count);
  std::memcpy(out + (scale - count), digits, count);
  return out + scale;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out.append(text, written, i - written);
    append_escape(out, static_cast<unsigned char>(text[i]));
    written = i + 1;
  }
  out.append(text, written);
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

void append_decimal(std::string& out, decimal value) {
  char text[max_decimal_chars + 2];
  text[0] = '"';
  auto end = write_decimal(text + 1, value);
  *end++ = '"';
  out.append(text, end);
}

}  // namespace runes::detail
