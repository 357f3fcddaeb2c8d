#include "market_publisher.hpp"

#include <algorithm>
#include <utility>

namespace exchange {

market_publisher::market_publisher(runes::server& to, std::unique_ptr<market_source> source,
                                   replay_clock clock)
    : market_player(to, std::move(source), clock) {
  for (auto const& of : instruments()) {
    server().add_instrument(of);
    topics_.emplace_back(server().broker(), of);
  }
}

bool market_publisher::anyone_listens() const {
  return std::any_of(topics_.begin(), topics_.end(),
                     [](market_topics const& t) { return t.anyone_listens(); });
}

// Who sees the book vanish and asks why, or asks for the status and then for the book, must not
// find an empty book of a market that seems in order.
runes::awaitable<> market_publisher::take(step const& now) {
  if (now.status == runes::instrument_status::suspended) set_status(now.market, *now.status);
  for (auto const& [to, what] : topics_[now.market].changes(now)) {
    co_await server().broker().publish(to, what, now.ts);
  }
  if (now.status == runes::instrument_status::active) set_status(now.market, *now.status);
}

void market_publisher::set_status(std::size_t market, runes::instrument_status status) {
  auto now = instruments()[market];
  now.status = status;
  server().add_instrument(std::move(now));
}

}  // namespace exchange
