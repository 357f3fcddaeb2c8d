#include "monitoring/log_lines.hpp"

#include "protocol/json_writer.hpp"

#include <array>

namespace runes::detail {
namespace {

constexpr char32_t no_character = 0xFFFFFFFF;

struct decoded {
  char32_t character;
  std::size_t length;
};

/// The character that `text` begins with; no_character and one byte when it is not UTF-8.
decoded first_character(std::string_view text) noexcept {
  auto const lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {no_character, 1};
  char32_t character = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    auto const byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {no_character, 1};
    character = character << 6 | (byte & 0x3F);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  bool const surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < least[length] || surrogate || character > 0x10FFFF) return {no_character, 1};
  return {character, length};
}

bool is_unsafe(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F)  // the control characters
         || c == 0x2028 || c == 0x2029         // line and paragraph separator
         || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);  // direction of writing
}

/// `text`, cut between two characters when it is too long.
std::string bounded(std::string_view text) {
  if (text.size() <= max_log_text) return std::string(text);
  auto end = max_log_text;
  while (end > max_log_text - 4 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string cut(text.substr(0, end));
  cut += " … (";
  append_integer(cut, text.size() - end);
  cut += " bytes more)";
  return cut;
}

void append_padded(std::string& out, std::uint64_t value, std::size_t digits) {
  auto const start = out.size();
  append_integer(out, value);
  auto const written = out.size() - start;
  if (written < digits) out.insert(start, digits - written, '0');
}

void append_utc(std::string& out, std::chrono::sys_time<std::chrono::microseconds> at) {
  using namespace std::chrono;
  auto const day = floor<days>(at);
  year_month_day const date(day);
  hh_mm_ss const time(at - day);
  auto const put = [&out](auto value, std::size_t digits, char behind) {
    append_padded(out, static_cast<std::uint64_t>(value), digits);
    out += behind;
  };
  put(static_cast<int>(date.year()), 4, '-');
  put(static_cast<unsigned>(date.month()), 2, '-');
  put(static_cast<unsigned>(date.day()), 2, 'T');
  put(time.hours().count(), 2, ':');
  put(time.minutes().count(), 2, ':');
  put(time.seconds().count(), 2, '.');
  put(time.subseconds().count(), 6, 'Z');
}

void append_json_text(std::string& out, std::string_view text) {
  // The JSON of the string first: its escapes are all ASCII, so that the second pass finds in it
  // only what JSON would let through.
  append_visible(out, json_string(text));
}

}  // namespace

void append_visible(std::string& out, std::string_view text) {
  while (!text.empty()) {
    auto const [character, length] = first_character(text);
    if (character == no_character) {
      out += "\uFFFD";
    } else if (is_unsafe(character)) {
      append_escape(out, character);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
}

std::string human_line(log_record const& record) {
  std::string line;
  append_utc(line, record.at);
  line += ' ';
  auto const level = name_of(record.level);
  constexpr std::size_t widest = 7;  // "warning"
  line += level;
  line.append(level.size() < widest ? widest - level.size() : 0, ' ');
  line += ' ';
  append_visible(line, record.channel);
  if (record.connection != 0) {
    line += " #";
    append_integer(line, record.connection);
  }
  line += ' ';
  append_visible(line, bounded(record.text));
  line += '\n';
  return line;
}

std::string json_line(log_record const& record) {
  std::string line = "{\"ts\":";
  append_integer(line, record.at.time_since_epoch().count());
  line += ",\"severity\":";
  append_json_text(line, name_of(record.level));
  line += ",\"channel\":";
  append_json_text(line, record.channel);
  line += ",\"connection\":";
  append_integer(line, record.connection);
  line += ",\"text\":";
  append_json_text(line, bounded(record.text));
  line += "}\n";
  return line;
}

}  // namespace runes::detail
