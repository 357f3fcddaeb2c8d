// Sessions over connections in memory, with a broker behind them and the clock in the test's hands.
#pragma once

#include "broker/memory_broker.hpp"
#include "broker/topic.hpp"
#include "session/raw_memberships.hpp"
#include "session/runes_dialect.hpp"
#include "session/session_impl.hpp"
#include "support/coroutine_test.hpp"
#include "support/memory_transport.hpp"

#include <runes/config.hpp>
#include <runes/handler.hpp>
#include <runes/payloads.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::test {

namespace json = boost::json;

inline std::string json_of(payload_ptr const& data) {
  std::string text;
  data->encode(text);
  return text;
}

/// One connection: its far end, and what became of the session.
class connection {
 public:
  std::shared_ptr<memory_wire> const wire = std::make_shared<memory_wire>();
  std::weak_ptr<detail::session_impl> session;
  std::optional<close_reason> ended;  ///< what run() returned
  asio::cancellation_signal cancel;   ///< of the session's coroutine

  /// The next message as JSON; null when there is none.
  json::value next() {
    auto const text = wire->take_message();
    if (!text) return nullptr;
    boost::system::error_code ec;
    auto value = json::parse(*text, ec);
    BOOST_REQUIRE_MESSAGE(!ec, "no JSON: " + *text);
    return value;
  }
  std::vector<json::value> rest() {
    std::vector<json::value> all;
    for (auto value = next(); !value.is_null(); value = next()) all.push_back(value);
    return all;
  }
};

/// The member of a value at a path such as "/error/code", as JSON text; "" when there is none.
inline std::string at(json::value const& value, std::string_view path) {
  boost::system::error_code ec;
  auto const* found = value.find_pointer(path, ec);
  return found ? json::serialize(*found) : std::string();
}

struct session_test : coroutine_test {
  server_config config;
  std::shared_ptr<detail::shard> const home = std::make_shared<detail::shard>(loop, 0, 64);
  detail::memory_broker memory;
  runes::broker& broker = memory;
  detail::protocol_services services;
  detail::deflate_sizes deflates;  ///< what the next connections are sent compressed
  std::vector<std::unique_ptr<connection>> connections;

  explicit session_test(detail::history_rules histories = {}) : memory({home}, 1, histories) {
    loop->flush_by(sender_of_this_run());
    for (auto& each : channels::standard()) memory.add_channel(std::move(each));
    services.broker = &memory;
    services.config = &config;
    services.metrics = [] { return R"({"messageCount":7})"; };
    services.health = [] { return R"({"status":"healthy"})"; };
    services.instruments = [](std::vector<std::string> const* symbols) -> std::string {
      if (symbols && symbols->front() != "A") throw error(errc::unknown_symbol, "no instrument");
      return R"([{"symbol":"A"}])";
    };
  }

  /// Opens a connection; whatever the handler's options say, it speaks the protocol unless `raw`.
  connection& connect(std::shared_ptr<handler> user = std::make_shared<handler>(), bool raw = false,
                      role as = role::server) {
    connections.push_back(std::make_unique<connection>());
    connection& made = *connections.back();
    on_strand_now(made, std::move(user), raw, as);
    return made;
  }
  connection& connect_raw(std::shared_ptr<handler> user) { return connect(std::move(user), true); }

  /// Says something and returns what is answered first.
  awaitable<json::value> ask(connection& to, std::string text) {
    co_await settled();
    to.wire->take();
    to.wire->say(std::move(text));
    co_await settled();
    co_return to.next();
  }

  push_result publish(topic_ref const& to, payload_ptr const& change) {
    return broker.try_publish(to, change);
  }
  push_result publish(topic_ref const& to, int number) {
    return publish(to, latest_payload(std::to_string(number)));
  }

  /// Ends all connections; afterwards nothing may be left of them.
  void teardown() {
    for (auto const& each : connections) each->wire->reset();
    settle();
    for (auto const& each : connections) {
      BOOST_TEST(each->ended.has_value(), "a session did not end");
      BOOST_TEST(each->session.expired(), "a session was not destroyed");
      BOOST_TEST(each->wire->abandoned(), "a connection was not let go of");
    }
    BOOST_TEST(home->counters().subscriptions.get() == 0u);
    coroutine_test::teardown();
  }

 private:
  void on_strand_now(connection& made, std::shared_ptr<handler> user, bool raw, role as) {
    memory_transport::options how;
    how.role = as;
    how.deflates = deflates;
    how.max_outbox_bytes = config.limits.max_outbox_bytes;
    auto wire =
        std::make_unique<memory_transport>(loop, &home->counters(), made.wire, std::move(how));
    detail::session_limits const limits{config.timeouts.ping, config.timeouts.pong,
                                        config.timeouts.close, config.timeouts.idle};
    auto session = std::make_shared<detail::session_impl>(loop, &home->counters(), std::move(wire),
                                                          std::move(user), limits);
    if (as == role::server)
      session->use_raw_topics(std::make_unique<detail::raw_memberships>(home));
    if (!raw) session->use(std::make_unique<detail::runes_dialect>(*session, services, home));
    made.session = session;
    auto const at_end = [&made](std::exception_ptr failed, close_reason why) {
      BOOST_TEST(!failed);
      made.ended = std::move(why);
    };
    asio::co_spawn(context, session->run(&made.cancel),
                   asio::bind_cancellation_slot(made.cancel.slot(), at_end));
  }
};

/// `{"id":ID,"op":"subscribe","channel":CHANNEL,"symbols":["A"]…}`.
inline std::string subscribe(std::string_view channel,
                             std::string_view more = R"(,"symbols":["A"])", int id = 1) {
  return R"({"id":)" + std::to_string(id) + R"(,"op":"subscribe","channel":")" +
         std::string(channel) + '"' + std::string(more) + "}";
}

}  // namespace runes::test
