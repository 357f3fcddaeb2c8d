// The command line, read without touching the process it belongs to.
#pragma once

#include <runes/config.hpp>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace runes::detail {

/// What a program is told when its user only asks for help or its version: print this and end.
struct answer {
  std::string text;
};

/// What parse_command_line() does, but for printing and exiting. `arguments` are those behind the
/// program's name. Throws error(errc::bad_config); nothing is added to the program's own options
/// then.
std::variant<command_line, answer> read_command_line(
    std::vector<std::string> const& arguments,
    std::map<std::string, std::string> const& environment, std::string_view program,
    std::string_view what_it_does, std::span<program_option const> own);

}  // namespace runes::detail
