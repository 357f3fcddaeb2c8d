// Plays a recording into the venue, so that accounts trade on the market that was recorded.
#pragma once

#include "host/venue_host.hpp"
#include "market_player.hpp"

#include <memory>

namespace exchange {

class recorded_venue final : public market_player {
 public:
  /// The host has the recording's markets (host_config::recorded), and outlives it.
  recorded_venue(runes::server& in, host::venue_host& to, std::unique_ptr<market_source> source,
                 replay_clock clock);

 private:
  runes::awaitable<> take(step const& now) override;
  bool anyone_listens() const override { return host_.anyone_listens(); }

  host::venue_host& host_;
};

}  // namespace exchange
