// The shortest server: a clock that ticks once a second on a channel of its own.
#include <runes/runes.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdio>
#include <exception>

// [server]
runes::awaitable<> tick(runes::broker& broker) {
  auto const topic = broker.topic("seconds", "UTC");
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  for (int n = 1;; ++n) {
    co_await broker.publish(topic, runes::latest_payload(std::to_string(n)));
    timer.expires_after(std::chrono::seconds(1));
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

int main(int argc, char** argv) try {
  auto const line = runes::parse_command_line(argc, argv, "quickest_server", "counts the seconds");
  runes::log::start(line.config.log.level, line.config.log.format);
  runes::server server(line.config);
  server.broker().add_channel(runes::channel("seconds", runes::models::latest()));
  server.spawn([&server] { return tick(server.broker()); });
  runes::serve(server, line);
} catch (std::exception const& e) {
  std::fprintf(stderr, "quickest_server: %s\n", e.what());
  return 2;
}
// [server]
