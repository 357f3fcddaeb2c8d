// A client under test, the servers it will meet, and a clock moved by hand.
#pragma once

#include "client/client_impl.hpp"
#include "support/manual_time.hpp"
#include "support/memory_transport.hpp"
#include "support/scripted_peer.hpp"

#include <runes/client.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace runes::test {

/// Connections in the order in which the client will make them.
class dialer {
 public:
  explicit dialer(manual_strand& strand) : strand_(strand) {}

  /// The next attempt meets a server; its script is to be written.
  scripted_peer& server() {
    auto wire = std::make_shared<memory_wire>();
    peers_.push_back(std::make_unique<scripted_peer>(wire));
    next_.emplace_back(std::move(wire));
    return *peers_.back();
  }
  /// One that has answered `hello`.
  scripted_peer& greeting_server() {
    auto& peer = server();
    peer.expect("hello").with("client", "tester").reply(ok(R"({"session":"1"})"));
    return peer;
  }
  /// The next attempt fails.
  void fail(error why) { next_.emplace_back(std::make_exception_ptr(std::move(why))); }
  void refuse(unsigned status, std::optional<std::chrono::milliseconds> retry_after = {}) {
    detail::upgrade_refused why(status, "the server answered " + std::to_string(status));
    if (retry_after) why.retry_after(*retry_after);
    next_.emplace_back(std::make_exception_ptr(why));
  }

  std::size_t attempts() const noexcept { return attempts_; }
  /// Which of its URLs each attempt went to.
  std::vector<std::size_t> const& tried() const noexcept { return tried_; }
  bool all_done() const {
    for (auto const& peer : peers_) {
      if (!peer->done()) return false;
    }
    return next_.empty();
  }

  /// What the client is given to connect with.
  awaitable<std::unique_ptr<detail::transport>> dial(std::size_t which = 0) {
    ++attempts_;
    tried_.push_back(which);
    if (next_.empty()) throw error(errc::not_connected, "nobody is there");
    auto next = std::move(next_.front());
    next_.pop_front();
    if (auto const* failure = std::get_if<std::exception_ptr>(&next))
      std::rethrow_exception(*failure);
    memory_transport::options options;
    options.role = role::client;
    options.max_outbox_bytes = 64 * 1024;
    auto wire = std::get<std::shared_ptr<memory_wire>>(std::move(next));
    co_return std::make_unique<memory_transport>(strand_.loop, &counters_, std::move(wire),
                                                 std::move(options));
  }

 private:
  manual_strand& strand_;
  detail::loop_counters counters_;
  std::vector<std::unique_ptr<scripted_peer>> peers_;
  std::deque<std::variant<std::shared_ptr<memory_wire>, std::exception_ptr>> next_;
  std::size_t attempts_ = 0;
  std::vector<std::size_t> tried_;
};

/// What a reader has got from a subscription, one word an event: "snapshot BTC", "stale", ….
template <class Data>
std::string words(event<Data> const& e) {
  std::string text(name_of(e.kind()));
  if (!e.symbol().empty()) text += " " + e.symbol();
  if (e.kind() == event_kind::gap && e.from() > 0) {
    text += " " + std::to_string(e.from()) + ".." + std::to_string(e.to());
  }
  return text;
}

/// A fixture: everything that was started must have ended when a test is over.
struct client_fixture {
  manual_strand strand;
  dialer servers{strand};
  std::optional<runes::client> client;
  std::vector<std::string> states;

  client_fixture() { make({}); }
  ~client_fixture() {
    client.reset();
    BOOST_TEST(strand.idle(), "something still waits");
    BOOST_TEST(servers.all_done(), "a server's script was not played to its end");
  }

  static client_config settings() {
    client_config config;
    config.name = "tester";
    config.reconnect.seed = 42;
    config.timeouts.ping = std::chrono::milliseconds(0);
    return config;
  }
  void make(client_config config) {
    if (config.name == "runes") config = settings();
    client.emplace(std::make_shared<detail::client_impl>(
        strand.loop, std::move(config), [this](std::size_t which) { return servers.dial(which); }));
    client->on("state", [this](notice const& what) { states.emplace_back(name_of(what.state())); });
  }
  void connect() { strand.run(client->connect()); }

  /// Subscribes and reads all events into a list.
  template <class Builder>
  auto subscribe(Builder const& wanted) {
    return std::make_unique<subscription<typename Builder::data_type>>(
        strand.run(client->subscribe(wanted)));
  }
  template <class Data>
  event<Data> next(subscription<Data>& stream) {
    return strand.run(stream.next());
  }
  template <class Data>
  std::string next_words(subscription<Data>& stream) {
    return words(next(stream));
  }
  /// Events that are there without waiting; stops behind `end`.
  template <class Data>
  std::vector<std::string> read(subscription<Data>& stream, std::size_t count) {
    std::vector<std::string> all;
    while (all.size() < count) all.push_back(next_words(stream));
    return all;
  }
  template <class F>
  errc code_of(F&& action) {
    try {
      action();
    } catch (error const& e) {
      return e.code();
    }
    return errc{};
  }
};

// ---- messages of a server

inline std::string entry(std::string_view symbol, std::string_view interval = "raw",
                         unsigned depth = 0) {
  return R"({"symbol":")" + std::string(symbol) + R"(","topic":"t","interval":")" +
         std::string(interval) + R"(","depth":)" + std::to_string(depth) +
         R"(,"epoch":"e1","seq":1,"recovered":false})";
}
inline std::string refused_entry(std::string_view symbol) {
  return R"({"symbol":")" + std::string(symbol) +
         R"(","error":{"code":4003,"name":"unknown_symbol","message":"no symbol","retry":"never"}})";
}
template <class... Entries>
answer subscribed(Entries const&... entries) {
  std::string list;
  ((list += (list.empty() ? "" : ",") + std::string(entries)), ...);
  return ok(R"({"subscriptions":[)" + list + "]}");
}

struct numbers {
  std::uint64_t prev, seq;
  std::string_view epoch = "e1";
};
/// An event; without `prev` (0) a snapshot.
inline std::string event_text(std::string_view channel, std::string_view symbol, numbers n,
                              std::string_view data, std::string_view name = "market") {
  std::string text = R"({"event":")" + std::string(name) + R"(","channel":")" +
                     std::string(channel) + R"(","symbol":")" + std::string(symbol) +
                     R"(","type":")" + (n.prev ? "update" : "snapshot") + R"(","epoch":")" +
                     std::string(n.epoch) + R"(","seq":)" + std::to_string(n.seq);
  if (n.prev) text += R"(,"prev":)" + std::to_string(n.prev);
  return text + R"(,"ts":1700000000000000,"data":)" + std::string(data) + "}";
}
inline std::string gap_text(std::string_view channel, std::string_view symbol, std::uint64_t from,
                            std::uint64_t to) {
  return R"({"event":"gap","channel":")" + std::string(channel) + R"(","symbol":")" +
         std::string(symbol) + R"(","epoch":"e1","from":)" + std::to_string(from) + R"(,"to":)" +
         std::to_string(to) + "}";
}
inline std::string tick_data(std::string_view last) {
  std::string const p = '"' + std::string(last) + '"';
  return R"({"last":)" + p + R"(,"bid":)" + p + R"(,"bidQuantity":"1.0","ask":)" + p +
         R"(,"askQuantity":"1.0","open24h":)" + p + R"(,"high24h":)" + p + R"(,"low24h":)" + p +
         R"(,"volume24h":"5.0"})";
}
inline std::string tick(std::string_view symbol, numbers n, std::string_view last = "100.5") {
  return event_text("ticker", symbol, n, tick_data(last));
}
inline std::string trade_text(std::string_view symbol, numbers n) {
  std::string list;
  for (auto i = n.prev + 1; n.prev > 0 && i <= n.seq; ++i) {
    list += (list.empty() ? "" : ",") + (R"({"tradeId":)" + std::to_string(i)) +
            R"(,"price":"100.5","quantity":"1.0","side":"buy","ts":1700000000000000})";
  }
  return event_text("trades", symbol, n, "[" + list + "]");
}

/// The server's side of a book: says what it has become, with its checksum.
class served_book {
 public:
  std::string set(side which, std::string_view price, std::string_view quantity) {
    auto const p = decimal::from(price, 2);
    auto const q = decimal::from(quantity, 1);
    book_.set(which, {p.units(), q.units()});
    std::string const level = "[[\"" + p.str() + "\",\"" + q.str() + "\"]]";
    return which == side::buy ? text(level, "[]") : text("[]", level);
  }
  std::string all() const { return text(list(book_.bids()), list(book_.asks())); }
  order_book const& book() const noexcept { return book_; }

 private:
  static std::string list(std::vector<level> const& levels) {
    std::string out;
    for (auto const& each : levels) {
      out += (out.empty() ? "" : ",") +
             ("[\"" + each.price.str() + "\",\"" + each.quantity.str() + "\"]");
    }
    return "[" + out + "]";
  }
  std::string text(std::string const& bids, std::string const& asks) const {
    return R"({"bids":)" + bids + R"(,"asks":)" + asks + R"(,"checksum":)" +
           std::to_string(book_.checksum()) + "}";
  }
  order_book book_{2, 1};
};

}  // namespace runes::test
