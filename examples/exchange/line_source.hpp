// The lines of a recording, in bounded memory.
#pragma once

#include "byte_source.hpp"
#include "market_source.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace exchange {

/// A line without its end. The text is valid until the next one is asked for.
struct text_line {
  std::uint64_t number = 0;  ///< from 1
  std::string_view text;
};

/// Reads a file, plain or gzip, line by line. A line that is too long is left out and reported.
/// Where the data breaks off, the whole lines before the break come first, then the problem, then
/// the end.
class line_source {
 public:
  static constexpr std::size_t default_max_line = 1024 * 1024;

  /// Throws runes::error(errc::bad_config) when the file can't be opened.
  explicit line_source(std::filesystem::path const& file, std::size_t max_line = default_max_line);

  /// The next line, or what is wrong with it; nothing at the end.
  std::optional<std::variant<text_line, problem>> next();

  std::uint64_t lines() const noexcept { return number_; }

 private:
  using item = std::variant<text_line, problem>;
  std::optional<item> take(std::size_t line_end, std::size_t next_line);
  std::optional<item> take_rest();
  void make_room();
  problem too_long() const;

  byte_source bytes_;
  std::size_t max_line_;
  std::vector<char> buffer_;  // [begin_, end_) is unread; grows to max_line_ and one piece at most
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t searched_ = 0;  // no line end in [begin_, searched_)
  std::uint64_t number_ = 0;
  bool overlong_ = false;  // in the middle of a line that is being thrown away
  bool ended_ = false;
};

}  // namespace exchange
