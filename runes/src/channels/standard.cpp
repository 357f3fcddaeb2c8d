// The channels of protocol.md: tables "Channels" and "Slow consumers" in code.
#include <runes/channel.hpp>

namespace runes::channels {

channel ticker() {
  return channel("ticker", models::latest()).throttled().when_slow(overflow::conflate);
}

channel orderbook() {
  return channel("orderbook", models::book()).throttled().depths().when_slow(overflow::conflate);
}

channel trades() { return channel("trades", models::log()).when_slow(overflow::gap); }

channel statistics() {
  return channel("statistics", models::latest())
      .windows({"1m", "5m", "1h", "24h"})
      .when_slow(overflow::conflate);
}

channel liquidations() {
  return channel("liquidations", models::log()).event("liquidation").when_slow(overflow::gap);
}

channel orders() {
  return channel("orders", models::keyed())
      .event("order")
      .for_accounts()
      .when_slow(overflow::disconnect);
}

channel fills() {
  return channel("fills", models::log())
      .event("trade")
      .for_accounts()
      .when_slow(overflow::disconnect);
}

channel positions() {
  return channel("positions", models::keyed())
      .event("position")
      .for_accounts()
      .when_slow(overflow::conflate);
}

channel account() {
  return channel("account", models::keyed())
      .event("account")
      .for_accounts()
      .when_slow(overflow::disconnect);
}

channel system() {
  return channel("system", models::latest())
      .event("system")
      .throttled()
      .when_slow(overflow::conflate);
}

std::vector<channel> standard() {
  return {ticker(), orderbook(), trades(),    statistics(), liquidations(),
          orders(), fills(),     positions(), account(),    system()};
}

}  // namespace runes::channels
