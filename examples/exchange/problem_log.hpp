// What of a market's problems is said in the log.
#pragma once

#include "market_source.hpp"

#include <runes/market_data.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace exchange {

/// Turns the problems of one market into lines for the log: the first ones each by itself, with the
/// file and the line, or the time where it is about no line; then how many there were. One damaged
/// byte of a packed file can make ten thousand, and a recording that is played in a loop has the
/// same ones each time: those of its first round are said, later ones are only counted, by the
/// source (source_counters::problems).
class problem_log {
 public:
  static constexpr std::uint64_t default_most = 20;

  /// `origin` as market_source::origin() gives it.
  explicit problem_log(std::string origin, std::uint64_t most = default_most);

  /// What is to be said of a problem of a step at `ts`, exchange time.
  std::optional<std::string> add(problem const& what, runes::timestamp ts);
  /// The same at the end of a round.
  std::optional<std::string> end();

 private:
  std::string origin_;
  std::uint64_t most_;
  std::uint64_t seen_ = 0;
  bool ended_ = false;
};

}  // namespace exchange
