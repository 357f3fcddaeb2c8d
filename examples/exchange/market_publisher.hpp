// Plays a source of market data to the channels of a server.
#pragma once

#include "market_player.hpp"
#include "market_topics.hpp"

#include <memory>
#include <vector>

namespace exchange {

/// `ticker`, `orderbook`, `trades` and `statistics` of each of a source's instruments, as it says
/// they are. The topics exist from the beginning, so that clients may subscribe before the first
/// event.
class market_publisher final : public market_player {
 public:
  /// Adds the instruments to the server, too.
  market_publisher(runes::server& to, std::unique_ptr<market_source> source, replay_clock clock);

 private:
  runes::awaitable<> take(step const& now) override;
  bool anyone_listens() const override;
  void set_status(std::size_t market, runes::instrument_status status);

  std::vector<market_topics> topics_;  ///< as the source's instruments
};

}  // namespace exchange
