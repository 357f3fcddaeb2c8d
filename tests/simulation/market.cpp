#include "simulation/market.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace runes::simulation {
namespace {

constexpr unsigned price_decimals = 2;
constexpr unsigned quantity_decimals = 3;
constexpr std::size_t most_open_orders = 8;

constexpr std::array<char const*, 5> names{"ONE-USD", "TWO-USD", "SIX-USD", "TEN-USD", "ACE-USD"};
constexpr char const* const assets[3]{"BTC", "ETH", "USD"};
constexpr char const* const positions[3]{"ONE-USD", "TWO-USD", "SIX-USD"};

level level_of(std::int64_t price, std::int64_t quantity) {
  return {decimal(price, price_decimals), decimal(quantity, quantity_decimals)};
}

std::string entry_text(std::string_view key, std::uint64_t n, bool removed) {
  std::string text = R"({"key":")" + std::string(key) + R"(","n":)" + std::to_string(n);
  return text + (removed ? R"(,"state":"done"})" : R"(,"state":"open"})");
}

}  // namespace

std::string topic_name::text() const {
  return channel + "." + symbol + (account.empty() ? "" : " of " + account);
}

market::market(random chance, unsigned symbols, unsigned accounts, unsigned levels,
               unsigned most_trades)
    : chance_(chance), levels_(levels), most_trades_(most_trades) {
  for (unsigned i = 0; i < symbols && i < names.size(); ++i) {
    symbols_.emplace_back(names[i]);
    tick(symbols_.back());
    move_book(symbols_.back());
  }
  for (unsigned i = 0; i < accounts; ++i) {
    accounts_.push_back(account_name(i));
    order(accounts_.back());
    balance(accounts_.back(), "positions", positions);
    balance(accounts_.back(), "account", assets);
  }
}

instrument market::of(std::string const& symbol) const {
  return {symbol, symbol.substr(0, 3), "USD", decimal(1, price_decimals),
          decimal(1, quantity_decimals)};
}

change market::next(timestamp now) {
  std::string const symbol = symbols_[chance_.below(symbols_.size())];
  std::uint64_t const what = chance_.below(100);
  if (what < 25) return tick(symbol);
  if (what < 60) return move_book(symbol);
  if (what < 75 || accounts_.empty()) return trades(symbol, now);
  std::string const account = accounts_[chance_.below(accounts_.size())];
  if (what < 83) return order(account);
  if (what < 92) return fill(account);
  if (what < 96) return balance(account, "positions", positions);
  return balance(account, "account", assets);
}

change market::tick(std::string const& symbol) {
  symbol_state& s = markets_[symbol];
  s.middle += chance_.between(-5, 5);
  auto const price = [&](std::int64_t off) { return decimal(s.middle + off, price_decimals); };
  auto const quantity = [&] { return decimal(chance_.between(1, 9'999), quantity_decimals); };
  s.prices = {price(0),  price(-1),  quantity(), price(1),  quantity(),
              price(-9), price(100), price(-99), quantity()};
  return {{"ticker", symbol, {}}, to_payload(s.prices), false, {digest_of(s.prices)}};
}

change market::move_book(std::string const& symbol) {
  symbol_state& s = markets_[symbol];
  book_changes changed;
  auto const count = static_cast<unsigned>(chance_.between(1, 4));
  for (unsigned i = 0; i < count; ++i) {
    side const which = chance_.percent(50) ? side::buy : side::sell;
    auto const off = chance_.between(1, levels_);
    auto const price = 10'000 + (which == side::buy ? -off : off);
    auto const quantity = chance_.percent(35) ? 0 : chance_.between(1, 99'999);
    s.book.set(which, price, quantity);
    (which == side::buy ? changed.bids : changed.asks).push_back(level_of(price, quantity));
  }
  return {{"orderbook", symbol, {}}, book_payload(of(symbol), changed), false, {s.book.digest()}};
}

change market::trades(std::string const& symbol, timestamp now) {
  std::vector<trade> all(chance_.percent(50) ? 1 : chance_.below(most_trades_) + 1);
  change made{{"trades", symbol, {}}, {}, true, {}};
  for (trade& each : all) {
    each.trade_id = ++last_id_;
    each.price = decimal(markets_[symbol].middle, price_decimals);
    each.quantity = decimal(chance_.between(1, 9'999), quantity_decimals);
    each.ts = now;
    made.values.push_back(each.trade_id);
  }
  made.data = to_payload(std::span<trade const>(all));
  return made;
}

// ---- accounts

change market::order(std::string const& account) {
  account_state& a = books_[account];
  auto const& open = a.texts["orders"];
  bool const ends = !open.empty() && (open.size() >= most_open_orders || chance_.percent(40));
  std::string key(1, 'o');
  key += std::to_string(a.orders + 1);
  if (ends || (!open.empty() && chance_.percent(50))) {
    key = std::next(open.begin(), static_cast<std::ptrdiff_t>(chance_.below(open.size())))->first;
  } else {
    ++a.orders;
  }
  std::vector<keyed_entry> entries;
  entries.push_back({key, entry_text(key, chance_.below(1'000'000), ends), ends});
  return keyed({"orders", std::string(account_symbol), account}, std::move(entries));
}

change market::balance(std::string const& account, char const* channel,
                       char const* const (&keys)[3]) {
  std::vector<keyed_entry> entries;
  auto const first = chance_.below(3);
  auto const count = chance_.below(3) + 1;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string const key = keys[(first + i) % 3];
    entries.push_back({key, entry_text(key, chance_.below(1'000'000), false), false});
  }
  return keyed({channel, std::string(account_symbol), account}, std::move(entries));
}

change market::keyed(topic_name topic, std::vector<keyed_entry> entries) {
  account_state& a = books_[topic.account];
  auto& texts = a.texts[topic.channel];
  auto& keys = a.keys[topic.channel];
  for (keyed_entry const& each : entries) {
    if (each.removed) {
      texts.erase(each.key);
      keys.remove(each.key);
    } else {
      texts[each.key] = each.json;
      keys.set(each.key, each.json);
    }
  }
  return {std::move(topic), keyed_payload(std::move(entries)), false, {keys.digest()}};
}

change market::fill(std::string const& account) {
  std::uint64_t const id = ++last_id_;
  std::string text = R"({"id":)" + std::to_string(id) + R"(,"price":"1.00"})";
  return {
      {"fills", std::string(account_symbol), account}, log_payload(std::move(text)), true, {id}};
}

// ---- all there is

std::vector<change> market::present() const {
  std::vector<change> all;
  for (auto const& [symbol, s] : markets_) {
    all.push_back({{"ticker", symbol, {}}, to_payload(s.prices), false, {digest_of(s.prices)}});
    book_changes levels;
    for (auto const& [price, quantity] : s.book.levels(side::buy))
      levels.bids.push_back(level_of(price, quantity));
    for (auto const& [price, quantity] : s.book.levels(side::sell))
      levels.asks.push_back(level_of(price, quantity));
    all.push_back(
        {{"orderbook", symbol, {}}, book_image(of(symbol), levels), false, {s.book.digest()}});
  }
  for (auto const& [account, a] : books_) {
    for (auto const& [channel, texts] : a.texts) {
      std::vector<keyed_entry> entries;
      for (auto const& [key, text] : texts) entries.push_back({key, text, false});
      all.push_back({{channel, std::string(account_symbol), account},
                     keyed_payload(std::move(entries)),
                     false,
                     {a.keys.at(channel).digest()}});
    }
  }
  return all;
}

std::vector<topic_name> market::logs() const {
  std::vector<topic_name> all;
  for (auto const& symbol : symbols_) all.push_back({"trades", symbol, {}});
  for (auto const& account : accounts_)
    all.push_back({"fills", std::string(account_symbol), account});
  return all;
}

digest market::state(topic_name const& of, unsigned depth) const {
  if (of.channel == "ticker") return digest_of(markets_.at(of.symbol).prices);
  if (of.channel == "orderbook") return markets_.at(of.symbol).book.digest(depth);
  auto const& keys = books_.at(of.account).keys;
  auto const found = keys.find(of.channel);
  return found == keys.end() ? 0 : found->second.digest();
}

}  // namespace runes::simulation
