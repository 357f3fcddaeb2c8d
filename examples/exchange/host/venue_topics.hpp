// The topics of a venue: what its news are published to.
#pragma once

#include "market_topics.hpp"
#include "publish_queue.hpp"
#include "service/service.hpp"

#include <runes/server.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace exchange::host {

/// Of one thread, the venue's. The topics of the markets exist from the beginning; those of an
/// account from open() on. The symbol of an account's topic is the market's, of `account` the
/// asset's.
class venue_topics {
 public:
  /// Adds the instruments to the server, which outlives it.
  venue_topics(runes::server& to, venue::trading_venue const& of);

  /// Makes the account's topics, unless they are there.
  void open(venue::account_id account, std::string_view name);
  /// Publishes all of it. Entries are of accounts that were opened.
  void publish(service::news const& what);
  /// Whether any topic of a market has a subscriber. Any thread.
  bool anyone_listens() const;
  /// How much waits for loops that are busy.
  std::size_t waiting() const noexcept { return queue_.waiting(); }

 private:
  using account_topics = std::array<std::vector<runes::topic_ref>, service::account_channels>;

  void publish(step const& now);
  void publish_accounts(service::news const& what);
  void set_status(std::size_t market, runes::instrument_status status);

  runes::server& server_;
  publish_queue queue_;
  std::vector<runes::instrument> instruments_;
  std::vector<std::string> assets_;
  std::vector<market_topics> markets_;
  std::vector<runes::topic_ref> liquidations_;  // by market; of perpetuals only
  std::vector<runes::topic_ref> funding_;       // likewise
  std::unordered_map<venue::account_id, account_topics> accounts_;
};

}  // namespace exchange::host
