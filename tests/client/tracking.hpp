// A tracker under test: events made by hand, and changes in words.
#pragma once

#include <runes/order_tracker.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace runes::test {

template <class Data>
event<Data> of(event_kind kind, std::string symbol, Data data = {}) {
  detail::any_event raw;
  raw.kind = kind;
  raw.symbol = std::move(symbol);
  raw.data = std::make_shared<detail::event_data const>(std::move(data));
  return event<Data>(std::move(raw));
}

inline order order_of(std::uint64_t id) {
  order one;
  one.order_id = id;
  one.client_order_id = "id" + std::to_string(id);
  one.symbol = "BTC-USD";
  one.quantity = decimal(100, 2);
  one.filled = decimal(0, 2);
  return one;
}

inline fill fill_of(std::uint64_t trade, std::uint64_t order_id = 7) {
  fill one;
  one.trade_id = trade;
  one.order_id = order_id;
  return one;
}

/// "appeared changed": the kinds of changes, in order.
inline std::string kinds(order_tracker::changes const& all) {
  static char const* const names[] = {"appeared", "changed",  "vanished", "failed",
                                      "fill",     "position", "balance"};
  std::string text;
  for (auto const& each : all) text += (text.empty() ? "" : " ") + std::string(names[each.index()]);
  return text;
}

/// "4 5!": the trades of the fills that were counted; those that had been missed with a mark.
inline std::string trades_of(order_tracker::changes const& all) {
  std::string text;
  for (auto const& each : all) {
    auto const* counted = std::get_if<fill_counted>(&each);
    if (!counted) continue;
    text += (text.empty() ? "" : " ") + std::to_string(counted->fill.trade_id);
    if (counted->was_missed) text += "!";
  }
  return text;
}

struct tracker_fixture {
  order_tracker tracker;

  order_tracker::changes snapshot(order_list all) {
    return tracker.on(of<order_list>(event_kind::snapshot, "BTC-USD", std::move(all)));
  }
  order_tracker::changes update(order_list some) {
    return tracker.on(of<order_list>(event_kind::update, "BTC-USD", std::move(some)));
  }
};

}  // namespace runes::test
