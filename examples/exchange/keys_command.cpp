#include "keys_command.hpp"

#include "key_file.hpp"
#include "permissions.hpp"

#include <runes/error.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace exchange {
namespace {

constexpr std::string_view help =
    R"(runes-exchange keys: the API keys with which accounts authenticate

usage:
  runes-exchange keys add NAME [--permissions LIST]
                                    make a key for the account NAME, and show its secret this once
  runes-exchange keys list          key, account and permissions of each
  runes-exchange keys remove KEY    remove a key

options:
  --data DIR     the exchange's data directory (exchange-data), made when it isn't there
  --keys FILE    the keys (keys.json in the data directory)
  --permissions LIST
                 what a new key may do, with commas: read, trade, transfer, admin (all but admin)

A running exchange knows of a change when it is started again.
)";

/// A mistake on the command line or beyond it; the sentence is all that is said.
struct mistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct line {
  std::filesystem::path data = "exchange-data";
  std::filesystem::path keys;
  std::vector<std::string> rest;
  std::vector<std::string> permissions;
  bool help = false;
};

/// The value of an option, of the same word behind '=' or of the next word.
std::string value_of(std::string_view name, std::span<std::string const>& words) {
  std::string_view const word = words.front();
  if (word.size() > name.size()) return std::string(word.substr(name.size() + 1));
  if (words.size() < 2) throw mistake(std::string(name) + " needs a value");
  words = words.subspan(1);
  return words.front();
}

bool is_option(std::string_view word, std::string_view name) {
  return word.starts_with(name) && (word.size() == name.size() || word[name.size()] == '=');
}

std::vector<std::string> permissions_in(std::string_view list) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= list.size();) {
    auto const end = std::min(list.find(',', at), list.size());
    std::string name(list.substr(at, end - at));
    if (!permission_of(name))
      throw mistake("--permissions takes " + all_permissions() + " with commas between, not '" +
                    name + "'");
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    at = end + 1;
  }
  return names;
}

line read(std::span<std::string const> words) {
  line read;
  for (; !words.empty(); words = words.subspan(1)) {
    std::string const& word = words.front();
    if (word == "--help" || word == "-h") {
      read.help = true;
    } else if (is_option(word, "--data")) {
      read.data = value_of("--data", words);
    } else if (is_option(word, "--keys")) {
      read.keys = value_of("--keys", words);
    } else if (is_option(word, "--permissions")) {
      read.permissions = permissions_in(value_of("--permissions", words));
    } else if (word.starts_with('-')) {
      throw mistake("there is no option " + word + " of 'keys'; see runes-exchange keys --help");
    } else {
      read.rest.push_back(word);
    }
  }
  return read;
}

/// The file that is meant. The data directory belongs to the exchange, and is made where it isn't
/// there; the folder of a file named is its owner's matter.
std::filesystem::path file_of(line const& given, bool make_directory) {
  if (!given.keys.empty()) return given.keys;
  if (make_directory && ::mkdir(given.data.c_str(), 0700) != 0 && errno != EEXIST)
    throw mistake("the data directory " + given.data.string() +
                  " can't be made: " + std::generic_category().message(errno));
  return given.data / "keys.json";
}

void add(line const& given, std::ostream& out) {
  auto const& name = given.rest[1];
  if (!is_account_name(name))
    throw mistake("an account's name is 1 to 64 letters, digits, '-', '_' and '.', not '" + name +
                  "'");
  auto const file = file_of(given, true);
  auto key = runes::new_api_key(name);
  key.permissions = given.permissions;
  change_keys(file, [&key](runes::api_keys& keys) { keys.add(key); });
  out << "account  " << key.account << "\napiKey   " << key.id << "\nsecret   " << key.secret
      << "\n";
}

void list(line const& given, std::ostream& out) {
  auto const keys = load_keys(file_of(given, false));
  for (auto const& [id, key] : keys.all()) {
    out << id << "  " << key.account;
    for (auto const& permission : key.permissions) out << "  " << permission;
    out << "\n";
  }
}

void remove(line const& given, std::ostream& out) {
  auto const& id = given.rest[1];
  auto const file = file_of(given, false);
  if (!std::filesystem::exists(file)) load_keys(file);  // says what is wrong
  change_keys(file, [&](runes::api_keys& keys) {
    if (!keys.remove(id)) throw mistake("there is no key '" + id + "' in " + file.string());
  });
  out << "removed  " << id << "\n";
}

void carry_out(line const& given, std::ostream& out) {
  using action = void (*)(line const&, std::ostream&);
  struct command {
    std::string_view name, operand;
    action run;
  };
  static constexpr std::array<command, 3> commands{
      {{"add", "the account's NAME", add}, {"list", "", list}, {"remove", "a KEY", remove}}};
  auto const& rest = given.rest;
  for (auto const& each : commands) {
    if (rest.empty() || rest.front() != each.name) continue;
    std::size_t const wanted = each.operand.empty() ? 1 : 2;
    if (!given.permissions.empty() && each.run != add)
      throw mistake("--permissions is of a new key: see keys add");
    if (rest.size() < wanted)
      throw mistake("'keys " + rest.front() + "' needs " + std::string(each.operand));
    if (rest.size() > wanted) throw mistake("what is '" + rest[wanted] + "'? See keys --help");
    return each.run(given, out);
  }
  throw mistake(rest.empty() ? "'keys' needs add, list or remove; see keys --help"
                             : "there is no 'keys " + rest.front() + "'; see keys --help");
}

}  // namespace

int keys_command(std::span<std::string const> words, std::ostream& out, std::ostream& errors) try {
  auto const given = read(words);
  if (given.help) {
    out << help << std::flush;
    return 0;
  }
  carry_out(given, out);
  out << std::flush;
  return 0;
} catch (std::exception const& e) {
  errors << "runes-exchange: " << e.what() << std::endl;
  return 2;
}

}  // namespace exchange
