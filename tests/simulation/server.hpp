// A server of the simulation: broker, loop and sessions as in production, and one life after
// another.
#pragma once

#include "broker/memory_broker.hpp"
#include "broker/shard.hpp"
#include "session/runes_dialect.hpp"
#include "session/session_impl.hpp"
#include "simulation/market.hpp"
#include "simulation/mutation.hpp"
#include "simulation/network.hpp"
#include "simulation/world.hpp"

#include <runes/config.hpp>
#include <runes/handler.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace runes::simulation {

/// What becomes of a client's requests `place`: how often each was carried out.
using ledger = std::map<std::uint64_t, unsigned>;

/// From a start to its end. Kept by its server while it runs, and by its sessions.
class server_life : public std::enable_shared_from_this<server_life> {
 public:
  server_life(world& in, server_config const& config, std::string name, std::uint64_t seed,
              mutation const& broken, ledger& carried_out);
  ~server_life();

  std::string const& name() const noexcept { return name_; }
  detail::memory_broker& broker() noexcept { return broker_; }
  bool draining() const noexcept { return draining_; }
  std::size_t sessions() const noexcept { return tasks_.size(); }

  /// A connection has been made.
  void accept(link& over);
  /// `drain`, as a server that stops says it.
  void drain(std::chrono::milliseconds by);
  void close_all(close_reason const& why);
  /// The end: whatever is left is broken off.
  void stop();
  /// Listens to a topic from inside the server until the broker closes.
  awaitable<> audit(topic_name of);
  /// Its queues, as they are now, against their bounds.
  void check_bounds();

 private:
  class desk;
  struct task {
    std::shared_ptr<detail::session_impl> session;
    asio::cancellation_signal cancel;
  };

  world& world_;
  server_config const promised_;
  server_config const config_;  ///< what it really does: the same, but in a broken variant
  std::string name_;
  mutation const& broken_;
  ledger& carried_out_;
  random chance_;
  std::shared_ptr<detail::loop> const loop_;
  std::shared_ptr<detail::shard> const home_;
  detail::memory_broker broker_;
  detail::protocol_services services_;
  std::list<task> tasks_;
  std::uint64_t last_session_ = 0;
  bool draining_ = false;
};

/// An address at which one life follows another.
class server {
 public:
  server(world& in, network& net, server_config config, std::string name, mutation const& broken);

  std::string const& name() const noexcept { return name_; }
  /// Null while it is down.
  std::shared_ptr<server_life> const& life() const noexcept { return life_; }

  /// A new life; it is for the caller to publish what there is, before anybody connects.
  void start();
  /// As kill -9: every connection breaks, whatever was under way is lost.
  void crash();
  /// As SIGTERM: drains, closes, ends.
  awaitable<> stop(std::chrono::milliseconds notice);

  /// Nobody gets through to it: attempts run into their time limit.
  void set_reachable(bool yes) noexcept { reachable_ = yes; }
  bool reachable() const noexcept { return reachable_; }
  /// How often each request was carried out, over all its lives.
  ledger const& carried_out() const noexcept { return carried_out_; }
  /// Nothing of any life is left.
  bool gone() const noexcept;

 private:
  void end_life();

  world& world_;
  network& network_;
  server_config config_;
  std::string name_;
  mutation const& broken_;
  std::shared_ptr<server_life> life_;
  std::vector<std::weak_ptr<server_life>> lives_;
  ledger carried_out_;
  bool reachable_ = true;
};

}  // namespace runes::simulation
