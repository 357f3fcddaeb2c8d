// What the name of a LOBSTER file says of it.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace exchange {

/// `AAPL_2012-06-21_34200000_57600000_message_50.csv`: the symbol, the day, from when to when, what
/// it is, and how many levels of the book its events have touched.
struct lobster_name {
  std::string symbol;
  /// When its day began in New York, which its times count from; without a day in the name the Unix
  /// epoch.
  std::chrono::sys_seconds midnight{};
};

/// Nothing: its name is not of this kind.
std::optional<lobster_name> parse_lobster_name(std::filesystem::path const& file);

/// Of any name at all: what is in front of the first `_` or `.` is the symbol. Throws
/// runes::error(errc::bad_config) when that is none.
lobster_name lobster_name_of(std::filesystem::path const& file);

/// Whether a file, plain or gzip, is one: by its name, or by its first line. Throws
/// runes::error(errc::bad_config) when it can't be opened.
bool is_lobster(std::filesystem::path const& file);

}  // namespace exchange
