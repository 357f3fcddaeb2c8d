#include "living_market.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace exchange::host {

namespace asio = boost::asio;

living_market::living_market(runes::server& in, std::uint64_t seed)
    : server_(in), world_{{}, bots::fair_prices(bots::worths(), seed), seed} {
  for (auto& each : bots::cast()) {
    keys_.push_back(runes::new_api_key(each.account));
    runners_.emplace_back(world_, std::move(each), keys_.back());
  }
}

void living_market::start() {
  server_.listen(world_.where);
  server_.spawn([this] { return run(); });
}

// All on the executor of this coroutine, and cancelled with it.
runes::awaitable<> living_market::run() {
  auto const executor = co_await asio::this_coro::executor;
  using operation = decltype(asio::co_spawn(executor, runners_.front().run(), asio::deferred));
  std::vector<operation> all;
  all.reserve(runners_.size());
  for (auto& each : runners_) all.push_back(asio::co_spawn(executor, each.run(), asio::deferred));
  auto group = asio::experimental::make_parallel_group(std::move(all));
  co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
}

}  // namespace exchange::host
