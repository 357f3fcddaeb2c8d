// A configuration file: JSON, its objects nested as the dots of the keys say.
#include "protocol/json_writer.hpp"
#include "server/config_keys.hpp"

#include <runes/error.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

namespace runes {
namespace detail {
namespace {

namespace json = boost::json;

constexpr std::size_t max_file_bytes = 1024 * 1024;

[[noreturn]] void fail(std::string_view where, std::string const& sentence) {
  throw error(errc::bad_config, std::string(where) + ": " + sentence);
}

std::string joined(std::string const& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

/// Listens to the parser for the one thing that a parsed value can't tell: a key given twice.
class key_watcher {
 public:
  static constexpr std::size_t max_object_size = max_file_bytes;
  static constexpr std::size_t max_array_size = max_file_bytes;
  static constexpr std::size_t max_key_size = max_file_bytes;
  static constexpr std::size_t max_string_size = max_file_bytes;

  /// The key that was given twice; empty: none.
  std::string const& twice() const noexcept { return twice_; }

  bool on_object_begin(json::error_code&) { return open_.emplace_back(), true; }
  bool on_object_end(std::size_t, json::error_code&) { return open_.pop_back(), true; }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    return key_.append(part.data(), part.size()), true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& failure) {
    key_.append(part.data(), part.size());
    auto& object = open_.back();
    object.current = std::exchange(key_, {});
    if (object.seen.insert(object.current).second) return true;
    for (auto const& each : open_) twice_ = joined(twice_, each.current);
    failure = json::make_error_code(json::error::syntax);
    return false;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  struct open_object {
    std::set<std::string, std::less<>> seen;
    std::string current;
  };
  std::vector<open_object> open_;
  std::string key_, twice_;
};

std::string place_of(std::string_view text, std::size_t offset) {
  auto const before = text.substr(0, offset);
  auto const line = 1 + std::count(before.begin(), before.end(), '\n');
  auto const column = before.size() - (before.rfind('\n') + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Fed byte by byte, for a parser tells how far it came only when it succeeds.
void check_syntax(std::string_view text, std::string_view where) {
  json::basic_parser<key_watcher> parser{json::parse_options{}};
  json::error_code failure;
  std::size_t offset = 0;
  while (offset < text.size() && !failure) {
    auto const taken = parser.write_some(true, &text[offset], 1, failure);
    if (!failure && taken == 0) failure = json::make_error_code(json::error::extra_data);
    if (!failure) ++offset;
  }
  if (!failure) parser.write_some(false, text.data(), 0, failure);
  auto const& twice = parser.handler().twice();
  if (!twice.empty()) fail(where, twice + " is given twice");
  if (failure) fail(where, failure.message() + " at " + place_of(text, offset));
}

/// A value as an error shows it.
std::string given(json::value const& value) {
  if (value.is_null()) return "null";
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (auto const* text = value.if_string()) return json_string(*text);
  if (auto const* yes = value.if_bool()) return *yes ? "true" : "false";
  if (auto const* number = value.if_int64()) return std::to_string(*number);
  if (auto const* number = value.if_uint64()) return std::to_string(*number);
  char digits[32];
  auto const end = std::to_chars(digits, digits + sizeof digits, value.get_double()).ptr;
  std::string const shortest(digits, end);
  // 1.0 is written "1", which would look as if it were a whole number.
  return shortest.find_first_of(".en") == shortest.npos ? shortest + ".0" : shortest;
}

/// One file on its way into a configuration.
class file_reader {
 public:
  file_reader(server_config& into, std::string_view where) : into_(into), where_(where) {}

  void read(std::string const& path, json::object const& object) {
    for (auto const& [key, value] : object) {
      std::string_view const name(key.data(), key.size());
      auto const full = joined(path, name);
      if (name.find('.') != name.npos) fail_flat(full, name);
      if (auto const* entry = find_entry(full)) {
        entry->set(into_, checked(*entry, value));
      } else if (is_group(full)) {
        if (!value.is_object()) fail(where_, full + must_be("an object", given(value)));
        read(full, value.get_object());
      } else {
        fail(where_, "there is no key " + json_string(full) + did_you_mean(full, names()));
      }
    }
  }

 private:
  static std::vector<std::string> names() {
    std::vector<std::string> all;
    for (auto const& entry : config_entries()) all.emplace_back(entry.name);
    return all;
  }

  static bool is_group(std::string const& path) {
    return std::ranges::any_of(config_entries(),
                               [&](auto const& e) { return e.name.starts_with(path + "."); });
  }

  [[noreturn]] void fail_flat(std::string const& full, std::string_view name) const {
    if (!find_entry(full)) {
      fail(where_, "there is no key " + json_string(full) + did_you_mean(full, names()));
    }
    auto const dot = name.find('.');
    fail(where_, full + " must be written as an object " + json_string(name.substr(0, dot)) +
                     " with " + json_string(name.substr(dot + 1)) + " in it");
  }

  key_value checked(config_entry const& entry, json::value const& value) const {
    std::string const name(entry.name);
    auto const wrong_type = must_be(asked_for(entry.rule), given(value));
    auto const converted = convert(name, entry, value);
    if (!converted) fail(where_, name + wrong_type);
    if (auto const problem = problem_with(entry.rule, *converted)) fail(where_, name + *problem);
    return *converted;
  }

  /// Nothing where no key takes such a value.
  std::optional<key_value> convert(std::string const& name, config_entry const& entry,
                                   json::value const& value) const {
    if (auto const* text = value.if_string()) return std::string(*text);
    if (auto const* yes = value.if_bool()) return *yes;
    if (auto const* number = value.if_uint64()) return *number;
    if (auto const* number = value.if_int64(); number && *number >= 0) {
      return static_cast<std::uint64_t>(*number);
    }
    if (value.is_array() && std::holds_alternative<address_ranges>(entry.rule)) {
      return items(name, value.get_array());
    }
    return std::nullopt;
  }

  std::vector<std::string> items(std::string const& name, json::array const& list) const {
    std::vector<std::string> all;
    for (auto const& item : list) {
      if (!item.is_string()) {
        auto const place = name + "[" + std::to_string(all.size()) + "]";
        fail(where_, place + must_be(range_asked_for, given(item)));
      }
      all.emplace_back(item.get_string());
    }
    return all;
  }

  server_config& into_;
  std::string_view where_;
};

std::string text_of(std::string const& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    text.resize(max_file_bytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
  }
  // Reaching the end sets failbit too; only badbit, and a file that didn't open, are failures.
  if (!file.is_open() || file.bad()) {
    auto const reason = errno != 0 ? std::generic_category().message(errno) : "reading failed";
    fail(path, "can't be read: " + reason);
  }
  if (text.size() > max_file_bytes) fail(path, "is larger than 1 MiB");
  return text;
}

}  // namespace
}  // namespace detail

void load_config_text(server_config& into, std::string_view json, std::string_view where) {
  detail::check_syntax(json, where);
  auto const value = boost::json::parse(boost::json::string_view(json.data(), json.size()));
  if (!value.is_object()) {
    detail::fail(where,
                 "the configuration" + detail::must_be("a JSON object", detail::given(value)));
  }
  auto changed = into;
  detail::file_reader(changed, where).read("", value.get_object());
  into = std::move(changed);
}

void load_config_file(server_config& into, std::string const& path) {
  load_config_text(into, detail::text_of(path), path);
}

}  // namespace runes
