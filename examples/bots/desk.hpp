// What the bots have in common: the account followed over its streams, and its open orders brought
// to the wanted ones, one request at a time.
#pragma once

#include "back_off.hpp"
#include "steps.hpp"

#include <runes/runes.hpp>

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace bots {

struct desk_settings {
  runes::trader_config trading;
  /// Orders of an earlier life stay, to be amended; else they are cancelled.
  bool keeps_orders = false;
  /// Of a spot market's base asset: as much of it counts as no position.
  runes::decimal stock;
  /// So long it tries to cancel its orders at the end, if the connection has to come back for that.
  std::chrono::milliseconds longest_close = std::chrono::seconds(30);
  /// What the bot does, a line each; none: it is silent.
  std::function<void(std::string const&)> say;
};

/// An account's place in some markets, whose orders it has to itself.
///
/// Between two requests it waits until the streams have shown what the first one did, so a decision
/// never rests on a picture that is older than the bot's own last order; nor does it on one that a
/// lost connection has left. What became of a request without an answer is found out by the trader,
/// and nothing is sent in the meantime.
///
/// Belongs to the client's executor, like the client.
class desk {
 public:
  desk(runes::asio::any_io_executor executor, runes::client& over, std::vector<std::string> symbols,
       desk_settings how = {});

  /// Runs a bot: `watching` follows its markets, `trading` decides. Ends with either, or with the
  /// client; then all orders are cancelled. Errors: why it ended, if not by stop().
  runes::awaitable<> run(runes::awaitable<> watching, runes::awaitable<> trading);
  /// The bot ends in order.
  void stop();

  /// Waits until something has changed, or a second has passed, and the picture is the venue's.
  /// False: stop() was called.
  runes::awaitable<bool> changed();
  /// The market has changed.
  void note();

  /// Reads a market's stream until its end. Errors: why it ended.
  template <class Data>
  runes::awaitable<> follow(runes::subscription<Data>& stream) {
    for (;;) {
      auto const event = co_await stream.next();
      note();
      if (event) continue;
      if (event.why()) throw *event.why();
      co_return;
    }
  }

  /// Takes the next_step() towards these orders, if there is one.
  runes::awaitable<> bring_about(std::vector<runes::new_order> wanted);
  /// Errors: what can't become right by itself, such as error(errc::insufficient_funds). What has
  /// merely been overtaken by the market is passed over: the picture will show it. What was refused
  /// is held back for a while (back_off), and nothing is sent meanwhile.
  runes::awaitable<> carry_out(step what);

  runes::instrument const& instrument(std::string const& symbol) const;
  /// In lots. Counted from the states of the orders, as what is open is: a fill is never missing
  /// from both, as it could be if one came from another stream.
  std::int64_t position(std::string const& symbol) const;
  /// What there is to sell, in lots: of a perpetual there is no end.
  std::int64_t to_sell(std::string const& symbol) const;
  runes::order_tracker const& tracker() const noexcept { return *tracker_; }
  runes::trader& trader() noexcept { return trader_; }
  /// The best price at which others have something in the book, in ticks; 0: there is none.
  std::int64_t best(runes::order_book const* book, std::string const& symbol, runes::side of) const;

 private:
  runes::awaitable<> open();
  runes::awaitable<> close();
  runes::awaitable<bool> leaves_nothing();
  runes::awaitable<> cancel_all();
  runes::awaitable<> begin_positions();
  runes::awaitable<> guard(runes::awaitable<> part);
  template <class Wanted>
  runes::awaitable<> read(Wanted wanted);
  void take(runes::order_tracker::changes const& all);
  void count(runes::order const& now, runes::decimal filled_before);
  runes::awaitable<> reconcile();
  runes::awaitable<> send(step const& what);
  asked_order asked(step const& what) const;
  runes::awaitable<> wait();
  bool has_shown_the_last();
  void ask_for_the_last();
  void say(std::string const& text) const;

  runes::client& client_;
  desk_settings how_;
  runes::trader trader_;
  std::shared_ptr<runes::order_tracker> tracker_;
  std::map<std::string, runes::instrument> instruments_;
  std::map<std::string, std::int64_t> positions_;
  std::set<std::string> unseen_;          ///< topics without a snapshot yet
  std::optional<runes::order_ack> last_;  ///< answered, and not yet shown by the streams
  back_off refusals_;
  boost::asio::steady_timer bell_;
  bool rung_ = false, stopping_ = false, ended_ = false;
  std::exception_ptr failed_;
};

/// What every bot is: a market that is watched and orders that are decided on, at a desk.
class bot {
 public:
  /// The client has connected and authenticated before run(), and outlives it.
  bot(runes::asio::any_io_executor executor, runes::client& over, std::vector<std::string> symbols,
      desk_settings settings);
  virtual ~bot() = default;

  /// Trades until stop(), or until something is wrong that does not pass; then all its orders are
  /// cancelled. Errors: what was wrong.
  runes::awaitable<> run() { return desk_.run(watch(), trade()); }
  void stop() { desk_.stop(); }
  desk const& account() const noexcept { return desk_; }

 protected:
  /// Follows its markets. Without one of its own: none.
  virtual runes::awaitable<> watch();
  virtual runes::awaitable<> trade() = 0;

  runes::client& client_;
  desk desk_;
};

}  // namespace bots
