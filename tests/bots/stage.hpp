// What the bots' tests share: the sample exchange's venue in a server of this process, a bot on a
// connection that can be cut, and the venue's own word on everything the bot does.
#pragma once

#include "broker/loop.hpp"
#include "desk.hpp"
#include "host/trading_handler.hpp"
#include "host/venue_host.hpp"
#include "monitoring/counters.hpp"
#include "session/transport.hpp"

#include <runes/runes.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bots::test {

/// What the venue knows of the bot's account.
struct truth {
  runes::order_list open;
  std::map<std::string, std::int64_t> positions;  ///< in lots; of spot markets less the stock
};

/// When the bot's connection is cut in the middle of a request of its own: before the venue has it,
/// when it was carried out and not yet answered, or when the answer is under way.
enum class cut_at { arrival, answer, delivery };

/// What is kept of what is over: the usual, or of an account one closed order, and no events.
enum class memory { usual, short_lived };

/// A trader beside the bot.
struct party {
  party(runes::asio::any_io_executor on, runes::local_endpoint here, std::string name);
  runes::client client;
  runes::trader trader;
  std::string name;
};

/// Everything runs on one thread, and nothing waits but for what the exchange and the client
/// themselves wait for.
class stage {
 public:
  /// `stock`: of BTC, what the bot begins with.
  explicit stage(runes::decimal stock = {}, memory of_venue = memory::usual);
  ~stage();

  /// Runs a test's body beside the server until both have ended, and reports what was broken.
  void run(std::function<runes::awaitable<>()> body);

  // ---- to be called in the body

  runes::asio::any_io_executor executor() { return server_.executor(); }
  /// Connected and with money: dollars, and bitcoins where there are any.
  runes::awaitable<std::unique_ptr<party>> enter(std::string name, runes::decimal bitcoins);
  /// Has the bot made, over a client that is connected, and runs it.
  using making = std::function<std::unique_ptr<bots::bot>(runes::client&, desk_settings)>;
  runes::awaitable<> start(making make, bool keeps_orders = false);
  /// Waits until the bot's run() has ended, after stop() or by itself.
  runes::awaitable<> ended();
  /// Waits until it has ended because something was wrong, and says what.
  runes::awaitable<std::string> failure();
  /// Stops the bot, which leaves no order behind.
  runes::awaitable<> finish();
  /// Lets the bot react to what has happened, as far as it can at once.
  runes::awaitable<> breathe();
  runes::awaitable<> until(std::function<bool()> holds, std::string what);
  /// Until the bot's view of its orders and positions is the venue's own.
  runes::awaitable<> agree();
  /// The venue's word, now.
  runes::awaitable<truth> ask();

  bots::bot& bot() { return *bot_; }
  /// The connection is gone, without a word.
  void cut();
  /// Nor does another one come about, until it is here again.
  void leave();
  void come_back() { away_ = false; }
  /// The operator's word.
  runes::awaitable<> set_status(std::string symbol, std::string status);
  /// It is cut twenty times: in the middle of the bot's next request about an order, in each of the
  /// ways in turn, and between its requests. `step` moves the market. After each, the bot's view
  /// becomes the venue's.
  runes::awaitable<> cut_twenty_times(std::function<runes::awaitable<>()> step);
  /// Of the next request about an order.
  void plan(cut_at when) { planned_ = when; }

  std::chrono::milliseconds longest_close =
      desk_settings().longest_close;  ///< of the bot to be started
  int cuts = 0;
  std::uint64_t requests = 0;                           ///< of the bot
  std::uint64_t self_trades = 0;                        ///< that the venue has refused it
  std::map<std::string, std::int64_t> limits;           ///< by symbol: what no position may exceed
  std::map<std::string, std::int64_t> highest, lowest;  ///< positions that were seen
  std::function<void(truth const&)> check;              ///< of the test itself, after every request
  void broken(std::string what);

 private:
  class door;  // the handler before the venue's own
  class cuttable;

  runes::awaitable<> live(std::function<runes::awaitable<>()> body);
  runes::awaitable<boost::json::value> admit(runes::session& peer, runes::request const& asked);
  runes::awaitable<std::unique_ptr<runes::detail::transport>> dial();
  runes::awaitable<truth> read_truth();
  std::int64_t held_by_its_word(std::string const& symbol) const;
  std::string difference(truth const& now) const;
  static std::string client_id_of(runes::request const& asked);
  void judge(truth const& now);
  void judge_crossing(truth const& now);
  void note_request(runes::request const& asked, std::optional<runes::errc> refused);
  void cut_after(int hops);
  runes::awaitable<> hop();

  runes::server server_;
  exchange::host::venue_host host_;
  std::shared_ptr<door> door_;
  runes::local_endpoint here_;
  runes::decimal stock_;
  exchange::venue::account_id account_ = 0;
  exchange::venue::connection_id auditor_ = 0;
  bool busy_ = false;  // one request at a time, so that the venue's word is of one moment

  std::shared_ptr<runes::detail::loop> loop_;
  runes::detail::loop_counters counters_;
  std::optional<runes::client> client_;
  std::unique_ptr<bots::bot> bot_;
  runes::detail::transport* wire_ = nullptr;  // of the bot's present connection
  std::string peer_;
  bool running_ = false, keeps_orders_ = false, away_ = false;
  bool trades_ = false;  // it has begun to
  std::exception_ptr failed_;

  std::optional<cut_at> planned_;
  std::string unsettled_;  // clientOrderId of a placement that was cut off
  std::int64_t unsettled_until_ = 0;
  std::vector<std::string> broken_;
};

}  // namespace bots::test
