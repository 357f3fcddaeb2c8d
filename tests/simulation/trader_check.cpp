// Whether a trader holds what the servers hold.
#include "simulation/trader.hpp"

#include "broker/topic.hpp"

#include <runes/order_book.hpp>

#include <algorithm>

namespace runes::simulation {

void trader::check() {
  if (!begun_ || !client_ || client_->state() != connection_state::live) {
    std::string const state = client_ ? std::string(name_of(client_->state())) : "without a client";
    return broken(invariant::liveness, "is " + state + " when all is well again");
  }
  for (auto const& [n, known] : requests_) {
    if (known == outcome_known::pending)
      broken(invariant::requests, "request " + std::to_string(n) + " was never answered");
  }
  auto const& life = last_reached_->life();
  if (!life) return broken(invariant::liveness, "is live on a server that is down");
  for (auto const& each : streams_) check_stream(*each, *life);
  auto const most = plan_.client.limits.max_outbox_bytes + detail::outbox::reserve_bytes;
  if (counters_->largest_outbox.get() > most)
    broken(invariant::bounds,
           "an outbox held " + std::to_string(counters_->largest_outbox.get()) + " bytes");
}

void trader::check_stream(stream const& which, server_life& on) {
  if (which.ended) return;  // told already, unless it was meant to
  for (std::string const& symbol : which.wanted.symbols) check_view(which, symbol, on);
}

void trader::check_view(stream const& which, std::string const& symbol, server_life& on) {
  std::string const name = which.wanted.wish.channel + " " + symbol;
  auto const found = which.views.find(symbol);
  if (found == which.views.end()) return broken(invariant::convergence, name + " never came");
  view const& seen = found->second;
  if (!seen.current())
    return broken(invariant::convergence, name + " is not current when all is well again");
  topic_name const topic{which.wanted.wish.channel, symbol, which.wanted.account};
  if (which.wanted.rules.numbered) {
    auto const root = on.broker().find(topic.channel, {topic.symbol, {}, topic.account});
    std::string const place = root->epoch() + ":" + std::to_string(root->seq());
    if (seen.epoch() != root->epoch() || seen.seq() != root->seq())
      return broken(invariant::convergence, name + " stands at " + seen.epoch() + ":" +
                                                std::to_string(seen.seq()) +
                                                ", and its server at " + place);
  }
  if (which.wanted.rules.model == event_model::log) return;
  if (seen.state() != market_.state().state(topic, which.wanted.depth))
    broken(invariant::convergence, name + " is not what its server has");
  if (which.wanted.rules.model == event_model::book) check_book(which, symbol);
}

/// The book that the library keeps.
void trader::check_book(stream const& which, std::string const& symbol) {
  order_book const* const book = which.handle.book(symbol);
  if (!book) return broken(invariant::convergence, "the client keeps no book of " + symbol);
  level_map levels;
  for (side const each : {side::buy, side::sell}) {
    for (auto const& at : book->levels(each)) levels.set(each, at.price, at.quantity);
  }
  topic_name const topic{"orderbook", symbol, {}};
  if (levels.digest() != market_.state().state(topic, which.wanted.depth))
    broken(invariant::convergence, "the client's book of " + symbol + " is another");
}

void trader::check_gone() {
  bool const left = std::any_of(clients_.begin(), clients_.end(),
                                [](auto const& each) { return !each.expired(); });
  if (left) broken(invariant::clean_end, "something of a client is left");
}

}  // namespace runes::simulation
