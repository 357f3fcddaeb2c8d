#include "bench/arguments.hpp"

#include <algorithm>
#include <cstddef>

namespace runes::bench {
namespace {

flag const& find_flag(std::vector<flag> const& flags, std::string_view name) {
  auto const found = std::find_if(flags.begin(), flags.end(),
                                  [name](flag const& each) { return each.name == name; });
  if (found == flags.end()) throw usage_error("there is no option '" + std::string(name) + "'");
  return *found;
}

}  // namespace

std::vector<std::string_view> read_flags(std::vector<flag> const& flags,
                                         std::vector<std::string_view> const& arguments) {
  std::vector<std::string_view> rest;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto const argument = arguments[i];
    if (!argument.starts_with("--")) {
      rest.push_back(argument);
      continue;
    }
    auto const equals = argument.find('=');
    auto const& wanted = find_flag(flags, argument.substr(0, equals));
    if (wanted.value.empty()) {
      if (equals != std::string_view::npos) {
        throw usage_error(std::string(wanted.name) + " takes no value");
      }
      wanted.apply({});
    } else if (equals != std::string_view::npos) {
      wanted.apply(argument.substr(equals + 1));
    } else if (i + 1 < arguments.size()) {
      wanted.apply(arguments[++i]);
    } else {
      throw usage_error(std::string(wanted.name) + " needs a value: " + std::string(wanted.value));
    }
  }
  return rest;
}

void require_none(std::vector<std::string_view> const& rest) {
  if (!rest.empty()) throw usage_error("unexpected argument '" + std::string(rest.front()) + "'");
}

std::string describe(std::vector<flag> const& flags) {
  constexpr std::size_t column = 26;
  std::string text;
  for (auto const& each : flags) {
    std::string line = "  ";
    line += each.name;
    if (!each.value.empty()) line.append(" ").append(each.value);
    line.resize(std::max(line.size() + 1, column), ' ');
    text += line + std::string(each.help) + "\n";
  }
  return text;
}

}  // namespace runes::bench
