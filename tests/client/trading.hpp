// A trader under test, and what a venue says to it.
#pragma once

#include "dialer.hpp"

#include <runes/trader.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace runes::test {

/// What a coroutine came to.
template <class T>
struct ending_of {
  std::optional<T> value;
  std::optional<runes::error> wrong;
  bool ended() const noexcept { return value || wrong; }
  errc code() const { return wrong ? wrong->code() : errc{}; }
};

/// The wall of manual_time when a test begins, in microseconds.
inline constexpr std::int64_t start_ts = 1'700'000'000'000'000;

struct trader_fixture : client_fixture {
  std::optional<runes::trader> trader;

  ~trader_fixture() { trader.reset(); }

  static trader_config trading() {
    trader_config config;
    config.timeout = std::chrono::milliseconds(1'000);
    config.settle = std::chrono::milliseconds(10'000);
    config.settle_margin = std::chrono::milliseconds(100);
    return config;
  }
  /// A server that says its time with `hello`, and so many requests a minute.
  scripted_peer& venue(int per_minute = 6'000) {
    auto& peer = servers.server();
    greet(peer, per_minute);
    return peer;
  }
  void greet(scripted_peer& peer, int per_minute = 6'000) {
    auto const now = time_text();
    peer.expect("hello").reply(ok(R"({"session":"1","ts":)" + now +
                                  R"(,"limits":{"maxRequestsPerMinute":)" +
                                  std::to_string(per_minute) + "}}"));
  }
  /// The venue's clock, which goes as ours does.
  std::string time_text(std::chrono::microseconds later = {}) const {
    return std::to_string((strand.time->wall().time_since_epoch() + later).count());
  }
  answer time_reply(std::chrono::microseconds later = {}) const {
    return ok(R"({"ts":)" + time_text(later) + "}");
  }
  void trade(trader_config config = trading()) {
    connect();
    trader.emplace(*client, std::move(config));
  }
  void lose(scripted_peer& peer) {
    peer.now(test::reset());
    strand.settle();
  }
  void come_back() {
    for (int i = 0; i < 8 && client->state() != connection_state::live; ++i)
      strand.advance(std::chrono::milliseconds(250));
    BOOST_REQUIRE((client->state() == connection_state::live));
  }

  /// Runs until it ends or waits.
  template <class T>
  std::shared_ptr<ending_of<T>> begin(awaitable<T> what) {
    auto const end = std::make_shared<ending_of<T>>();
    strand.start([](awaitable<T> running, std::shared_ptr<ending_of<T>> into) -> awaitable<> {
      try {
        into->value.emplace(co_await std::move(running));
      } catch (runes::error const& e) {
        into->wrong = e;
      }
    }(std::move(what), end));
    return end;
  }
  static new_order some_order() { return limit_order("BTC-USD", side::buy, "0.25", "50000.00"); }
  static new_order named_order() { return some_order().client_id("mine"); }
};

inline std::string ack_text(std::string_view order_id, std::string_view client_id = "mine") {
  return R"({"orderId":")" + std::string(order_id) + R"(","clientOrderId":")" +
         std::string(client_id) + R"(","symbol":"BTC-USD","ts":1700000000000500})";
}

/// An order's state as the wire has it. Of quantity 1.00.
class order_text {
 public:
  explicit order_text(std::string_view id) : id_(id) {}
  order_text& client(std::string_view id) { return client_ = id, *this; }
  order_text& status(std::string_view word) { return status_ = word, *this; }
  order_text& price(std::string_view text) { return price_ = text, *this; }
  order_text& filled(std::string_view done, std::string_view rest) {
    filled_ = done;
    remaining_ = rest;
    return *this;
  }
  order_text& symbol(std::string_view name) { return symbol_ = name, *this; }
  order_text& ts(std::int64_t later) { return ts_ = start_ts + later, *this; }
  order_text& removed() { return removed_ = true, *this; }

  std::string str() const {
    std::string text = R"({"orderId":")" + id_ + R"(",)";
    if (!client_.empty()) text += R"("clientOrderId":")" + client_ + R"(",)";
    text += R"("symbol":")" + symbol_ +
            R"(","side":"buy","type":"limit","quantity":"1.00","price":")" + price_ +
            R"(","timeInForce":"gtc","postOnly":false,"reduceOnly":false,)"
            R"("selfTrade":"cancel_newest","filled":")" +
            filled_ + R"(","remaining":")" + remaining_ + R"(","status":")" + status_ +
            R"(","reason":"placed","createdAt":1700000000000000,"ts":)" + std::to_string(ts_);
    if (removed_) text += R"(,"removed":true)";
    return text + "}";
  }
  operator std::string() const { return str(); }  // NOLINT

 private:
  std::string id_, client_, status_ = "open", price_ = "50000.00", filled_ = "0.00",
                            remaining_ = "1.00", symbol_ = "BTC-USD";
  std::int64_t ts_ = start_ts;
  bool removed_ = false;
};

inline std::string fill_text(std::uint64_t trade, std::string_view symbol = "BTC-USD") {
  return R"({"tradeId":")" + std::to_string(trade) +
         R"(","orderId":"7","clientOrderId":"mine","symbol":")" + std::string(symbol) +
         R"(","price":"50000.00","quantity":"0.10","side":"buy","maker":true,"fee":"-0.50",)"
         R"("feeAsset":"USD","ts":1700000000000000})";
}

inline answer ok(order_text const& state) { return ok(state.str()); }

template <class... Entries>
std::string list_text(Entries const&... entries) {
  std::string list;
  ((list += (list.empty() ? "" : ",") + std::string(entries)), ...);
  return "[" + list + "]";
}

}  // namespace runes::test
