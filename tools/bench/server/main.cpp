// runes-bench-server: a server on the library's public interface that outside programs drive in
// plain text. See docs/benchmarking.md for its commands.
#include "bench/commands.hpp"
#include "bench/event_text.hpp"
#include "bench/pacing.hpp"

#include <runes/runes.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

namespace bench = runes::bench;

/// How often a publication without subscribers looks for some.
constexpr std::chrono::milliseconds look_again{5};

std::chrono::nanoseconds monotonic_now() {
  return std::chrono::steady_clock::now().time_since_epoch();  // CLOCK_MONOTONIC on Linux
}

/// The one topic and who publishes to it: the last publish command counts.
class publication {
 public:
  explicit publication(runes::server& house)
      : server_(house), topic_(house.broker().raw_topic("bench", runes::raw_options().paced())) {}

  runes::topic_ref const& topic() const noexcept { return topic_; }

  void stop() { ++current_; }

  void start(bench::publish_command const& what) {
    std::uint64_t const mine = ++current_;
    server_.spawn([this, what, mine] { return publish(what, mine); });
  }

 private:
  runes::awaitable<> publish(bench::publish_command what, std::uint64_t mine) {
    bench::event_text const text(what.size);
    bench::pacing pace(what.rate, what.burst, monotonic_now());
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    std::string event;
    std::vector<runes::payload_ptr> batch;
    while (current_ == mine) {
      if (topic_.subscribers() == 0) {  // nothing to do, and nothing that would hold us back
        timer.expires_after(look_again);
        co_await timer.async_wait(boost::asio::use_awaitable);
        pace = bench::pacing(what.rate, what.burst, monotonic_now());
        continue;
      }
      for (auto due = pace.due(monotonic_now()); due > 0 && current_ == mine; --due) {
        batch.clear();
        for (std::uint64_t i = 0; i < what.burst; ++i) {
          event.clear();
          text.append(event, static_cast<std::uint64_t>(monotonic_now().count()), ++seq_);
          batch.push_back(runes::raw_payload(event));
        }
        if (server_.broker().try_publish(topic_, batch) != runes::push_result::accepted)
          co_await server_.broker().publish(topic_, batch);
        pace.take();
      }
      if (pace.saturating()) continue;
      timer.expires_at(std::chrono::steady_clock::time_point(pace.next()));
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }

  runes::server& server_;
  runes::topic_ref topic_;
  std::atomic<std::uint64_t> current_{0};
  std::atomic<std::uint64_t> seq_{0};  ///< over all that is ever published
};

class bench_handler : public runes::handler {
 public:
  explicit bench_handler(publication& all) : publication_(all) {}

  runes::handler_options options() const override {
    return runes::handler_options().raw().max_message_bytes(16 << 20);
  }

  runes::awaitable<> on_message(runes::session& peer, runes::message const& said) override {
    if (!said.text) {
      co_await peer.send_binary(std::string(said.data));
      co_return;
    }
    auto const command = bench::parse_command(said.data);
    if (std::holds_alternative<bench::subscribe_command>(command)) {
      subscribe(peer);
    } else if (auto const* publish = std::get_if<bench::publish_command>(&command)) {
      publication_.start(*publish);
    } else if (std::holds_alternative<bench::stop_command>(command)) {
      publication_.stop();
    } else if (auto const* refused = std::get_if<bench::refused_command>(&command)) {
      co_await peer.send(refused->reply());
    } else if (peer.try_send(said.data) != runes::push_result::accepted) {
      co_await peer.send(std::string(said.data));
    }
  }

 private:
  /// Twice is as good as once.
  void subscribe(runes::session& peer) {
    try {
      peer.join(publication_.topic());
    } catch (runes::error const& e) {
      if (e.code() != runes::errc::already_subscribed) throw;
    }
  }

  publication& publication_;
};

/// A load connects to an address, and many times.
void set_for_load(runes::server_config& config) {
  runes::server_config const usual;
  if (config.host == usual.host) config.host = "127.0.0.1";
  if (config.max_connections == usual.max_connections) config.max_connections = 100'000;
}

}  // namespace

int main(int argc, char** argv) {
  auto line =
      runes::parse_command_line(argc, argv, "runes-bench-server",
                                "is driven by a load; its port may stand behind the options");
  try {
    line.change(set_for_load);
    line.take_port();
    runes::log::start(line.config.log.level, line.config.log.format);
    runes::server server(line.config);
    publication all(server);
    server.mount("*", std::make_shared<bench_handler>(all));
    runes::program_signals const signals(server, line);
    server.listen();
    std::printf("listening on %s\n", server.addresses().front().c_str());
    std::fflush(stdout);
    server.run();
  } catch (std::exception const& e) {
    std::fprintf(stderr, "runes-bench-server: %s\n", e.what());
    return 2;
  }
  return 0;
}
