// The text of the keys file.
#include "key_file.hpp"
#include "permissions.hpp"

#include <runes/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace exchange {
namespace {

namespace json = boost::json;

constexpr std::size_t max_name_chars = 64;
constexpr std::size_t max_permissions = 16;

/// Reads one file's text; `where_` goes down with what is read, and begins every sentence.
class reader {
 public:
  explicit reader(std::string where) : where_(std::move(where)) {}

  runes::api_keys read(std::string_view text) const {
    boost::system::error_code ec;
    auto const whole = json::parse(json::string_view(text.data(), text.size()), ec);
    if (ec) fail("is no JSON: " + ec.message());
    auto const& object = object_in(whole, where_);
    check_names(object, where_, std::array<std::string_view, 1>{"keys"});
    auto const* list = object.if_contains("keys");
    if (!list || !list->is_array()) fail("must have a list 'keys'");
    return read_list(list->get_array());
  }

 private:
  runes::api_keys read_list(json::array const& list) const {
    runes::api_keys keys;
    for (std::size_t i = 0; i < list.size(); ++i) {
      auto const place = where_ + ": keys[" + std::to_string(i) + "]";
      auto key = read_key(object_in(list[i], place), place);
      try {
        keys.add(std::move(key));
      } catch (runes::error const& wrong) {
        fail_at(place, wrong.sentence());
      }
    }
    return keys;
  }

  static runes::api_key read_key(json::object const& from, std::string const& place) {
    static constexpr std::array<std::string_view, 4> names{"apiKey", "secret", "account",
                                                           "permissions"};
    check_names(from, place, names);
    runes::api_key key;
    key.id = text_in(from, "apiKey", place);
    key.secret = text_in(from, "secret", place);
    key.account = text_in(from, "account", place);
    if (!is_account_name(key.account))
      fail_at(place, "'account' must be 1 to 64 letters, digits, '-', '_' and '.'");
    if (auto const* list = from.if_contains("permissions"))
      key.permissions = read_permissions(*list, place);
    return key;
  }

  static std::vector<std::string> read_permissions(json::value const& list,
                                                   std::string const& place) {
    auto const is_one = [](json::value const& each) {
      return each.is_string() && permission_of(std::string_view(each.get_string()));
    };
    // A name that nobody knows would take away what it was to give, without a word.
    if (!list.is_array() || list.get_array().size() > max_permissions ||
        !std::ranges::all_of(list.get_array(), is_one))
      fail_at(place, "'permissions' must be a list, of which each is " + all_permissions());
    std::vector<std::string> permissions;
    for (auto const& each : list.get_array()) permissions.emplace_back(each.get_string());
    return permissions;
  }

  static std::string text_in(json::object const& from, char const* name, std::string const& place) {
    auto const* value = from.if_contains(name);
    if (!value || !value->is_string()) {
      std::string sentence(1, '\'');
      fail_at(place, (sentence += name) += "' must be a string");
    }
    return std::string(value->get_string());
  }

  static json::object const& object_in(json::value const& value, std::string const& place) {
    if (!value.is_object()) fail_at(place, "must be a JSON object");
    return value.get_object();
  }

  template <std::size_t N>
  static void check_names(json::object const& object, std::string const& place,
                          std::array<std::string_view, N> const& known) {
    for (auto const& [name, value] : object) {
      std::string_view const text(name.data(), name.size());
      if (std::ranges::find(known, text) == known.end())
        fail_at(place, "there is no '" + std::string(text) + "' in it");
    }
  }

  [[noreturn]] void fail(std::string const& sentence) const { fail_at(where_, sentence); }
  [[noreturn]] static void fail_at(std::string const& place, std::string const& sentence) {
    throw runes::error(runes::errc::bad_config, place + ": " + sentence);
  }

  std::string where_;
};

json::object object_of(runes::api_key const& key) {
  json::object object;
  object["apiKey"] = key.id;
  object["account"] = key.account;
  object["permissions"] = json::array(key.permissions.begin(), key.permissions.end());
  object["secret"] = key.secret;
  return object;
}

}  // namespace

bool is_account_name(std::string_view name) {
  auto const may_be = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= max_name_chars && std::ranges::all_of(name, may_be);
}

runes::api_keys keys_from_json(std::string_view text, std::string const& where) {
  return reader(where).read(text);
}

std::string keys_as_json(runes::api_keys const& keys) {
  std::string text = "{\"keys\": [";
  char const* between = "\n  ";
  for (auto const& [id, key] : keys.all()) {
    text += between;
    text += json::serialize(object_of(key));
    between = ",\n  ";
  }
  return text + "\n]}\n";
}

}  // namespace exchange
