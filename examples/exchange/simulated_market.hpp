// A market that isn't there: four symbols, for trying things out without a recording.
#pragma once

#include "market_source.hpp"
#include "simulated_symbol.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace exchange {

/// BTC-USD, ETH-USD, SOL-USD and EUR-USD, each a simulated_symbol of its own: about 30 book updates
/// and some trades a second. Never ends. The same seed and the same begin give the same steps.
class simulated_market final : public market_source {
 public:
  /// `begin` is the exchange time of the first steps; the caller's clock, most likely. `step::at`
  /// counts from it.
  simulated_market(std::uint64_t seed, runes::timestamp begin);

  std::vector<runes::instrument> const& instruments() const noexcept override {
    return instruments_;
  }
  std::string origin(std::size_t market) const override { return instruments_.at(market).symbol; }
  /// Never nothing.
  std::optional<step> next() override;
  void rewind() override;
  source_counters counters() const noexcept override { return counters_; }

  runes::order_book const& book(std::size_t market) const { return symbols_.at(market).book(); }

 private:
  void build();

  std::uint64_t seed_;
  runes::timestamp begin_;
  std::vector<runes::instrument> instruments_;
  std::vector<simulated_symbol> symbols_;
  source_counters counters_;
};

}  // namespace exchange
