// From the command line to a bot that runs until SIGINT or SIGTERM.
#pragma once

#include "desk.hpp"

#include <runes/runes.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bots {

/// `NAME URL WORD… [--option=value]…`
class arguments {
 public:
  /// So that no product of two of them overflows.
  static constexpr std::int64_t most = 1'000'000'000;

  /// Throws std::invalid_argument for something that is no option, where there are more or fewer
  /// words than `words`.
  arguments(int argc, char** argv, std::size_t words);

  /// The n-th, 0 being the URL.
  std::string const& word(std::size_t n) const { return words_.at(n); }
  /// It is a price, or a difference of prices. Throws std::invalid_argument.
  runes::decimal price(std::size_t n) const;
  /// A decimal from zero on, or a whole number up to `most`. Each may be asked for once. Throws
  /// std::invalid_argument naming the option.
  runes::decimal amount(std::string const& option, std::string const& fallback);
  enum class least { zero, one };
  std::int64_t count(std::string const& option, std::int64_t fallback, least from = least::one);
  /// Throws std::invalid_argument naming the first option that nobody has asked for.
  void check_all_taken() const;

 private:
  std::string take(std::string const& option, std::string const& fallback);

  std::vector<std::string> words_;
  std::map<std::string, std::string> options_;
};

using bot_maker =
    std::function<std::unique_ptr<bot>(runes::asio::any_io_executor, runes::client&, arguments&)>;

/// All of main(): connects and authenticates with API_KEY and API_SECRET of the environment, and
/// runs the bot that `make` makes. SIGINT and SIGTERM stop it; the second one ends the program at
/// once. Returns the exit status.
int run_program(int argc, char** argv, std::size_t words, char const* usage, bot_maker const& make);

/// Its settings as a program: what it does is printed, and its orders' names begin with `prefix`.
desk_settings program_settings(std::string prefix);

}  // namespace bots
