#include "protocol/market_codec.hpp"
#include "protocol/members.hpp"

#include <runes/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <limits>
#include <utility>

namespace runes::detail {
namespace {

namespace json = boost::json;

std::optional<level> read_level(json::value const& from) {
  auto const* pair = from.if_array();
  if (!pair || pair->size() != 2) return {};
  auto const *price = (*pair)[0].if_string(), *quantity = (*pair)[1].if_string();
  if (!price || !quantity) return {};
  auto const p = decimal::parse({price->data(), price->size()});
  auto const q = decimal::parse({quantity->data(), quantity->size()});
  if (!p || !q || q->units() < 0) return {};
  return level{*p, *q};
}

std::vector<level> read_levels(members const& from, char const* key) {
  auto const& list = from.list(key);
  std::vector<level> levels;
  levels.reserve(list.size());
  for (auto const& each : list) {
    auto const read = read_level(each);
    if (!read) from.wrong(key, "a list of [price, quantity], two decimals in strings");
    levels.push_back(*read);
  }
  return levels;
}

// A step is sent along with the decimals it is to be written with.
decimal read_step(members const& from, char const* key, char const* decimals_key) {
  auto const decimals = from.count_at_most(decimals_key, decimal::max_scale);
  auto const step = from.number(key).rescaled(decimals);
  if (!step || step->units() <= 0) from.wrong(key, "above zero, with the decimals given");
  return *step;
}

}  // namespace

void decode(json::value const& from, ticker& to) {
  members const in("ticker", from);
  to.last = in.number("last");
  to.bid = in.number("bid");
  to.bid_quantity = in.number("bidQuantity");
  to.ask = in.number("ask");
  to.ask_quantity = in.number("askQuantity");
  to.open_24h = in.number("open24h");
  to.high_24h = in.number("high24h");
  to.low_24h = in.number("low24h");
  to.volume_24h = in.number("volume24h");
}

void decode(json::value const& from, trade& to) {
  members const in("trade", from);
  to.trade_id = in.count("tradeId");
  to.price = in.number("price");
  to.quantity = in.number("quantity");
  to.taker = in.one_of("side", {side::buy, side::sell});
  to.ts = in.time("ts");
}

void decode(json::value const& from, statistics& to) {
  members const in("statistics", from);
  to.open = in.number("open");
  to.high = in.number("high");
  to.low = in.number("low");
  to.close = in.number("close");
  to.volume = in.number("volume");
  to.quote_volume = in.number("quoteVolume");
  to.count = in.count("count");
  to.open_time = in.time("openTime");
  to.close_time = in.time("closeTime");
  to.closed = in.flag("closed");
}

void decode(json::value const& from, liquidation& to) {
  members const in("liquidation", from);
  to.price = in.number("price");
  to.quantity = in.number("quantity");
  to.side = in.one_of("side", {side::buy, side::sell});
  to.ts = in.time("ts");
}

void decode(json::value const& from, book_changes& to) {
  members const in("orderbook", from);
  to.bids = read_levels(in, "bids");
  to.asks = read_levels(in, "asks");
  to.checksum = in.count_at_most("checksum", std::numeric_limits<std::uint32_t>::max());
}

void decode(json::value const& from, instrument& to) {
  members const in("instrument", from);
  to.symbol = in.text("symbol");
  to.base = in.text("base");
  to.quote = in.text("quote");
  to.kind = in.one_of("kind", {instrument_kind::spot, instrument_kind::perpetual});
  to.tick_size = read_step(in, "tickSize", "priceDecimals");
  to.lot_size = read_step(in, "lotSize", "quantityDecimals");
  to.status = in.one_of("status", {instrument_status::active, instrument_status::suspended,
                                   instrument_status::halted, instrument_status::closed});
}

}  // namespace runes::detail
