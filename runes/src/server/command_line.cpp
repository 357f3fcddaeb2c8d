#include "server/command_line.hpp"

#include "server/config_keys.hpp"

#include <runes/error.hpp>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <utility>

namespace runes {
namespace detail {
namespace {

namespace po = boost::program_options;

/// Flags with a shorter name than their key.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> aliases{
    {{"log-level", "log.level"}, {"log-format", "log.format"}}};

constexpr unsigned help_width = 100;

[[noreturn]] void fail(std::string sentence) { throw error(errc::bad_config, std::move(sentence)); }

/// The key that a flag sets; null when it is another flag.
config_entry const* entry_of(std::string_view flag) {
  for (auto const& [alias, key] : aliases) {
    if (flag == alias) return find_entry(key);
  }
  return find_entry(flag);
}

std::string value_name(key_rule const& rule) {
  if (std::holds_alternative<whole_number>(rule)) return "NUMBER";
  if (std::holds_alternative<true_or_false>(rule)) return "true|false";
  if (std::holds_alternative<host_address>(rule)) return "ADDRESS";
  if (std::holds_alternative<address_ranges>(rule)) return "RANGE,...";
  return "NAME";
}

class options {
 public:
  explicit options(std::span<program_option const> own)
      : own_("Options of this program", help_width, help_width / 2),
        keys_("Options of every server", help_width, help_width / 2),
        other_("Other options", help_width, help_width / 2) {
    for (auto const& option : own) add(own_, option.name, option.value, option.meaning);
    for (auto const& [alias, key] : aliases) {
      add(keys_, alias, "NAME", "the same as --" + std::string(key));
    }
    for (auto const& entry : config_entries()) {
      auto const meaning =
          std::string(entry.meaning) + " (default " + shown(entry.get(server_config{})) + ")";
      add(keys_, entry.name, value_name(entry.rule), meaning);
    }
    add(other_, "config", "FILE", "read this JSON file first");
    add(other_, "help", "", "print this and end");
    add(other_, "version", "", "print the version and end");
  }

  po::options_description all() const {
    po::options_description every;
    every.add(own_).add(keys_).add(other_);
    return every;
  }

  std::string help(std::string_view program, std::string_view what_it_does) const {
    std::ostringstream out;
    out << program << ": " << what_it_does << "\n\nUsage: " << program << " [OPTION...]\n\n";
    if (!own_.options().empty()) out << own_ << '\n';
    out << keys_ << '\n'
        << other_
        << "\nA file is read first, then the environment (RUNES_PORT and so on), then options.\n";
    return out.str();
  }

 private:
  static void add(po::options_description& to, std::string_view name, std::string const& value,
                  std::string_view meaning) {
    std::string const option(name), text(meaning);
    if (value.empty()) {
      to.add_options()(option.c_str(), text.c_str());
    } else {
      auto* const semantic = po::value<std::string>()->value_name(value);
      to.add_options()(option.c_str(), semantic, text.c_str());
    }
  }

  po::options_description own_, keys_, other_;
};

/// What was written, in order, sorted into kinds but not yet understood.
struct written {
  std::vector<std::pair<std::string, std::string>> flags;  ///< name and value; a switch has none
  std::vector<std::string> rest;
};

[[noreturn]] void fail_unknown(std::string_view token, po::options_description const& known) {
  std::vector<std::string> names;
  for (auto const& option : known.options()) names.push_back("--" + option->long_name());
  auto const name = token.substr(0, token.find('='));
  fail("there is no option " + std::string(name) + did_you_mean(name, names));
}

po::parsed_options parse(std::vector<std::string> const& arguments,
                         po::options_description const& known) {
  using style = po::command_line_style::style_t;
  // Nothing guessed from the beginning of a name, and "-1" is a value.
  constexpr int strict = style::allow_long | style::long_allow_adjacent | style::long_allow_next;
  try {
    return po::command_line_parser(arguments)
        .options(known)
        .style(strict)
        .allow_unregistered()
        .run();
  } catch (po::invalid_command_line_syntax const& wrong) {
    if (wrong.get_option_name().empty()) fail("there is no option without a name");
    bool const extra = wrong.kind() == po::invalid_command_line_syntax::extra_parameter;
    fail(wrong.get_option_name() + (extra ? " takes no value" : " needs a value"));
  } catch (po::error const& wrong) {
    fail(wrong.what());
  }
}

written sort(std::vector<std::string> const& arguments, po::options_description const& known) {
  auto const dashes = std::ranges::find(arguments, "--");
  // What stands behind "--" is never an option, whatever it looks like.
  auto const verbatim = static_cast<std::size_t>(arguments.end() - dashes);
  auto const parsed = parse({arguments.begin(), dashes}, known);
  written result;
  for (auto const& option : parsed.options) {
    auto const& token =
        option.original_tokens.empty() ? option.string_key : option.original_tokens.front();
    if (option.position_key < 0) {
      if (option.unregistered) fail_unknown(token, known);
      result.flags.emplace_back(option.string_key,
                                option.value.empty() ? std::string() : option.value.front());
    } else if (token == "-h") {
      result.flags.emplace_back("help", "");
    } else if (token.size() > 1 && token.front() == '-') {
      fail_unknown(token, known);
    } else {
      result.rest.push_back(token);
    }
  }
  if (verbatim > 1) result.rest.insert(result.rest.end(), dashes + 1, arguments.end());
  return result;
}

bool has(written const& line, std::string_view flag) {
  return std::ranges::any_of(line.flags, [&](auto const& each) { return each.first == flag; });
}

void set_flags(server_config& config, written const& line) {
  for (auto const& [flag, value] : line.flags) {
    if (auto const* entry = entry_of(flag)) set_from_text(config, *entry, "--" + flag, value);
  }
}

/// File, environment and options, each over the one before.
server_config lay_over(written const& line, std::map<std::string, std::string> const& environment) {
  server_config config;
  for (auto const& [flag, value] : line.flags) {
    if (flag == "config") load_config_file(config, value);
  }
  load_config_environment(config, environment);
  set_flags(config, line);
  config.validate();
  return config;
}

void hand_out(written const& line, std::span<program_option const> own) {
  for (auto const& option : own) {
    for (auto const& [flag, value] : line.flags) {
      if (flag == option.name && option.into) option.into->push_back(value);
    }
  }
}

}  // namespace

std::variant<command_line, answer> read_command_line(
    std::vector<std::string> const& arguments,
    std::map<std::string, std::string> const& environment, std::string_view program,
    std::string_view what_it_does, std::span<program_option const> own) {
  options const known(own);
  auto const line = sort(arguments, known.all());
  if (has(line, "help")) return answer{known.help(program, what_it_does)};
  if (has(line, "version")) {
    return answer{std::string(program) + " " + std::string(version()) + "\n"};
  }
  command_line result;
  result.reread = [line, environment] { return lay_over(line, environment); };
  result.config = result.reread();
  result.rest = line.rest;
  hand_out(line, own);
  return result;
}

}  // namespace detail

namespace {

std::map<std::string, std::string> environment_of_process() {
  std::map<std::string, std::string> result;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view const text(*entry);
    auto const equals = text.find('=');
    if (equals != text.npos) result.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return result;
}

}  // namespace

void command_line::change(std::function<void(server_config&)> const& how) {
  how(config);
  reread = [before = std::move(reread), how] {
    server_config again = before();
    how(again);
    return again;
  };
}

void command_line::take_port() {
  if (rest.empty()) return;
  if (rest.size() > 1) {
    throw error(errc::bad_config,
                "behind the options stands a port, and nothing else: what is '" + rest[1] + "'?");
  }
  change([text = rest.front()](server_config& into) {
    detail::set_from_text(into, *detail::find_entry("port"), "PORT", text);
  });
  rest.clear();
}

command_line parse_command_line(int argc, char** argv, std::string_view program,
                                std::string_view what_it_does,
                                std::span<program_option const> own) {
  try {
    std::vector<std::string> const arguments(argv + std::min(argc, 1), argv + argc);
    auto read =
        detail::read_command_line(arguments, environment_of_process(), program, what_it_does, own);
    if (auto* result = std::get_if<command_line>(&read)) return std::move(*result);
    std::cout << std::get<detail::answer>(read).text << std::flush;
    std::exit(EXIT_SUCCESS);
  } catch (error const& wrong) {
    std::cerr << program << ": " << wrong.sentence() << std::endl;
    std::exit(2);
  }
}

}  // namespace runes
