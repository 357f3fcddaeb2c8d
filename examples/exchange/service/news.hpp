// What a request gave, in the shapes in which it is told: to the public channels, and to the
// channels of accounts.
#pragma once

#include "market_source.hpp"
#include "venue/types.hpp"

#include <runes/market_data.hpp>
#include <runes/payloads.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace exchange::service {

/// The channels that are one account's.
enum class account_channel : std::uint8_t { orders, fills, positions, account };
inline constexpr std::size_t account_channels = 4;

/// An entry of such a channel. Its topic's symbol is the market's or, in `account`, the asset's.
struct account_entry {
  venue::account_id account = 0;
  account_channel channel = account_channel::orders;
  std::uint16_t about = 0;   ///< the market or the asset
  runes::keyed_entry entry;  ///< of fills, which are a log, the JSON alone
};

struct market_liquidation {
  venue::market_id market = 0;
  runes::liquidation part;
};

/// A perpetual's funding as it is, of the public channel `funding`.
struct market_funding {
  venue::market_id market = 0;
  std::string json;
};

/// Plain values, made when the request was carried out: the venue may have gone on when they are
/// told.
struct news {
  venue::micros ts = 0;
  std::vector<step> markets;
  std::vector<market_liquidation> liquidations;
  std::vector<market_funding> funding;
  std::vector<account_entry> accounts;

  bool empty() const noexcept {
    return markets.empty() && liquidations.empty() && funding.empty() && accounts.empty();
  }
};

}  // namespace exchange::service
