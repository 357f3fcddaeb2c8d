#include "recorded_venue.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace exchange {
namespace {

/// What the venue has too much to do for now is tried again after that.
constexpr std::chrono::milliseconds try_again{5};

}  // namespace

recorded_venue::recorded_venue(runes::server& in, host::venue_host& to,
                               std::unique_ptr<market_source> source, replay_clock clock)
    : market_player(in, std::move(source), clock), host_(to) {}

runes::awaitable<> recorded_venue::take(step const& now) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  for (;;) {
    auto asked = host_.play(now);
    if (co_await std::move(asked)) co_return;
    timer.expires_after(try_again);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

}  // namespace exchange
