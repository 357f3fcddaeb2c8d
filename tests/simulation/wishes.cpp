// What a trader wants to hear, drawn from its seed.
#include "simulation/trader.hpp"

namespace runes::simulation {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t short_queue = 6;
constexpr std::size_t long_queue = 100'000;

template <class Builder>
wanted_stream public_stream(Builder builder, event_model model, bool slow, random& chance) {
  wanted_stream made;
  builder.queue(slow ? short_queue : long_queue);
  made.wish = builder.wanted();
  made.rules.model = model;
  made.rules.patient = !slow;
  if (slow) made.pause = chance.between(milliseconds(20), milliseconds(2'000));
  return made;
}

wanted_stream account_stream(char const* channel, event_model model, std::string account) {
  wanted_stream made;
  channel_events builder(channel);
  builder.queue(long_queue);
  made.wish = builder.wanted();
  made.rules.model = model;
  made.rules.is_private = std::string_view(channel) != "positions";
  made.account = std::move(account);
  made.symbols = {std::string(market::account_symbol)};
  return made;
}

}  // namespace

std::vector<wanted_stream> trader::wishes() {
  auto const& all = market_.state().symbols();
  std::string const one = all[chance_.below(all.size())];
  milliseconds const interval = milliseconds(chance_.percent(50) ? 100 : 1'000);
  auto const slow = [this] { return chance_.percent(plan_.slow_reader_percent); };
  std::vector<wanted_stream> wanted;

  if (chance_.percent(50)) {
    wanted.push_back(public_stream(tickers(all_symbols), event_model::latest, slow(), chance_));
    wanted.back().symbols = all;
  } else {
    tickers builder(one);
    builder.interval(interval);
    wanted.push_back(public_stream(builder, event_model::latest, slow(), chance_));
    wanted.back().symbols = {one};
    wanted.back().rules.numbered = false;
  }

  orderbook books(one);
  bool const derived = chance_.percent(50);
  if (derived) {
    wanted.push_back({});
    unsigned const depth = chance_.percent(60) ? 5 : 0;
    if (depth > 0) books.depth(depth);
    if (depth == 0 || chance_.percent(50)) books.interval(interval);
    wanted.back() = public_stream(books, event_model::book, slow(), chance_);
    wanted.back().depth = depth;
    wanted.back().rules.numbered = false;
  } else {
    wanted.push_back(public_stream(books, event_model::book, slow(), chance_));
  }
  wanted.back().symbols = {one};

  wanted.push_back(public_stream(trades(all_symbols), event_model::log, slow(), chance_));
  wanted.back().symbols = all;

  if (chance_.percent(plan_.watcher_percent)) return wanted;
  std::string const account = market::account_name(number_);
  wanted.push_back(account_stream("fills", event_model::log, account));
  wanted.push_back(account_stream("orders", event_model::keyed, account));
  if (chance_.percent(50))
    wanted.push_back(account_stream("positions", event_model::keyed, account));
  if (chance_.percent(50)) wanted.push_back(account_stream("account", event_model::keyed, account));
  return wanted;
}

}  // namespace runes::simulation
