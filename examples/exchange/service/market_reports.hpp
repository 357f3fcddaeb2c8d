// The venue's markets as steps, which is what the public channels are published from.
#pragma once

#include "engine/bytes.hpp"
#include "market_source.hpp"
#include "market_summary.hpp"
#include "venue/venue.hpp"

#include <span>
#include <string>
#include <vector>

namespace exchange::service {

/// Keeps of each market what its ticker and its statistics are made of: the last 24 hours and the
/// open windows, of the trades since it was made, or those before that were loaded.
class market_reports {
 public:
  /// The venue outlives it.
  explicit market_reports(venue::trading_venue const& of);

  /// The steps that follow from the outcomes of the venue's last request, at most one a market.
  std::vector<step> report(std::span<venue::outcome const> outcomes, venue::micros now);
  /// The trades of outcomes that nobody is told of.
  void remember(std::span<venue::outcome const> outcomes, venue::micros now);
  void save(std::string& to) const;
  /// Into new ones. @throws std::runtime_error that says what is wrong with the bytes.
  void load(engine::byte_reader& in);
  /// Closes the windows whose time is over, and lets go of what is a day old.
  std::vector<step> advance(venue::micros now);
  /// All that a subscriber has to begin with: of each market the whole book, the status, the ticker
  /// and the open windows.
  std::vector<step> begin(venue::micros now);

 private:
  step& of(std::vector<step>& steps, venue::market_id market, venue::micros now);
  std::vector<step> finished(std::vector<step> steps);
  void take(venue::outcome const& one, std::vector<step>& steps, venue::micros now);
  void change_level(venue::level_changed const& one, step& into) const;
  top_of_book top(venue::market_id market) const;
  book_update whole_book(venue::market_id market) const;

  venue::trading_venue const& venue_;
  std::vector<market_summary> summaries_;
};

}  // namespace exchange::service
