#include "market_source.hpp"

namespace exchange {

market_source::~market_source() = default;

source_counters& source_counters::operator+=(source_counters const& other) noexcept {
  lines += other.lines;
  skipped += other.skipped;
  problems += other.problems;
  gaps += other.gaps;
  trade_gaps += other.trade_gaps;
  book_updates += other.book_updates;
  trades += other.trades;
  return *this;
}

}  // namespace exchange
