#include "market_topics.hpp"

#include "statistics_window.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace exchange {

market_topics::market_topics(runes::broker& where, runes::instrument of)
    : of_(std::move(of)),
      ticker_(where.topic("ticker", of_.symbol)),
      orderbook_(where.topic("orderbook", of_.symbol)),
      trades_(where.topic("trades", of_.symbol)) {
  for (auto const& window : window_lengths) {
    statistics_.emplace(window.name, where.topic("statistics", of_.symbol, window.name));
  }
}

bool market_topics::anyone_listens() const {
  bool const windows = std::any_of(statistics_.begin(), statistics_.end(),
                                   [](auto const& s) { return s.second.subscribers() > 0; });
  return windows || ticker_.subscribers() > 0 || orderbook_.subscribers() > 0 ||
         trades_.subscribers() > 0;
}

runes::payload_ptr market_topics::book_of(book_update const& book) const {
  return book.whole ? runes::book_image(of_, book.levels) : runes::book_payload(of_, book.levels);
}

std::vector<market_topics::change> market_topics::changes(step const& now) const {
  std::vector<change> all;
  if (now.book) all.push_back({orderbook_, book_of(*now.book)});
  if (!now.trades.empty()) {
    all.push_back({trades_, runes::to_payload(std::span<runes::trade const>(now.trades))});
  }
  if (now.ticker) all.push_back({ticker_, runes::to_payload(*now.ticker)});
  for (auto const& s : now.statistics) {
    all.push_back({statistics_.find(s.window)->second, runes::to_payload(s.value)});
  }
  return all;
}

}  // namespace exchange
