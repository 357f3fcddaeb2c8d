// A client of the simulation: the library's own, and a program that uses it.
#pragma once

#include "client/client_impl.hpp"
#include "simulation/exchange.hpp"
#include "simulation/mutation.hpp"
#include "simulation/plan.hpp"
#include "simulation/view.hpp"

#include <runes/client.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace runes::simulation {

/// What a trader wants to hear.
struct wanted_stream {
  detail::wish wish;
  view_rules rules;
  std::string account;               ///< of an account channel
  std::vector<std::string> symbols;  ///< that must come
  unsigned depth = 0;
  nanoseconds pause{};  ///< the reader takes so long over an event
};

/// One subscription, and what its reader makes of it.
struct stream {
  wanted_stream wanted;
  detail::subscription_handle handle;
  std::unique_ptr<event_tap> tap;
  std::map<std::string, view> views;  ///< by symbol
  bool closing = false;
  bool ended = false;
};

/// What became of a request.
enum class outcome_known { pending, done, not_sent, unsure, refused };

/// Connects, authenticates, subscribes, reads, asks; now and then it closes a stream and opens it
/// again, or lets go of its whole client and makes another.
class trader {
 public:
  trader(world& in, network& net, exchange const& market, std::vector<server*> servers,
         plan const& how, mutation const& broken, unsigned number);

  void start();
  /// No more whims, and no more slow reading.
  void calm() noexcept { calm_ = true; }
  /// When all is well: whether it holds what the servers hold.
  void check();
  /// Lets go of everything; every second one says goodbye.
  void stop();
  /// After the end: whether anything of its clients is left.
  void check_gone();

  std::map<std::uint64_t, outcome_known> const& requests() const noexcept { return requests_; }
  /// How many events its readers got.
  std::uint64_t events() const noexcept { return events_; }

 private:
  // Its life (trader.cpp).
  awaitable<> live();
  awaitable<> begin();
  awaitable<bool> try_connect();
  awaitable<bool> try_open(wanted_stream wanted);
  awaitable<> open(wanted_stream wanted);
  awaitable<> read(std::shared_ptr<stream> from);
  void take(stream& by, detail::any_event event);
  void show(stream& by, detail::any_event const& event);
  awaitable<> whim();
  awaitable<> reopen();
  awaitable<> place();
  awaitable<> say_goodbye();
  void let_go();
  awaitable<std::unique_ptr<detail::transport>> dial(std::size_t which);
  void make_client();

  // What it compares (trader_check.cpp).
  void check_stream(stream const& which, server_life& on);
  void check_view(stream const& which, std::string const& symbol, server_life& on);
  void check_book(stream const& which, std::string const& symbol);
  void broken(std::string_view which, std::string sentence);

  std::vector<wanted_stream> wishes();

  world& world_;
  network& network_;
  exchange const& market_;
  std::vector<server*> servers_;  ///< in the order in which it tries them
  plan const& plan_;
  mutation const& broken_;
  unsigned number_;
  std::string name_;
  random chance_;
  std::vector<wanted_stream> wanted_;

  std::shared_ptr<detail::loop> loop_;  ///< of its present client
  std::shared_ptr<detail::client_impl> impl_;
  std::optional<client> client_;
  std::unique_ptr<detail::loop_counters> counters_ = std::make_unique<detail::loop_counters>();
  std::vector<std::weak_ptr<detail::client_impl>> clients_;  ///< all it ever had
  std::vector<std::shared_ptr<stream>> streams_;
  std::map<std::uint64_t, outcome_known> requests_;
  server* last_reached_ = nullptr;
  std::uint64_t events_ = 0;
  bool begun_ = false, calm_ = false, stopping_ = false;
};

}  // namespace runes::simulation
