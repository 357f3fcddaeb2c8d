// The server: loops, listeners, and handlers mounted on paths.
#pragma once

#include <runes/broker.hpp>
#include <runes/config.hpp>
#include <runes/handler.hpp>
#include <runes/instrument.hpp>
#include <runes/local_endpoint.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runes {

/// A component's state in `GET /health` and the `health` op.
struct component_health {
  enum class state { healthy, degraded, unhealthy };
  state status = state::healthy;
  std::string details;
};

/// A server of WebSocket connections: `/ws` and whatever else is mounted, `GET /health`, `GET
/// /metrics`.
///
///     runes::server server(config);
///     server.mount("/ws", std::make_shared<my_handler>());
///     server.run();                       // until stop()
///
/// mount(), add_instrument() and add_health() come before run(); stop(), reload() and what is said
/// to be is thread-safe.
class server {
 public:
  /// Throws error(errc::bad_config) when the configuration is not valid. Opens nothing yet.
  explicit server(server_config config = {});
  /// After run() has returned, or without it. Coroutines that have not ended are dropped here.
  ~server();
  server(server const&) = delete;
  server& operator=(server const&) = delete;

  /// The broker, with the channels of protocol.md. Thread-safe.
  runes::broker& broker() noexcept;
  /// The configuration in effect: what was given, and what reload() has made of it. Thread-safe.
  server_config config() const;

  /// Takes another configuration over while the server runs, and logs every difference. Returns
  /// them, in the order of the table of keys (docs/configuration.md), which says for each key when
  /// it counts:
  /// * "at once": from the next turn of each loop on, for the connections that are there, too. A
  ///   lowered limit takes nothing away: subscriptions above it are kept, further ones refused. The
  ///   level of the log is the whole process's (log::set_level()).
  /// * "new connections": for those that are accepted from now on. The whitelist and the limits of
  ///   connections turn away nobody who is in.
  /// * "restart": not at all. The change is returned with `applied` false and logged as a warning,
  ///   and config() keeps the old value.
  ///
  /// Throws error(errc::bad_config) when `next` is not valid; then nothing changes. Thread-safe,
  /// also before run(); it does not wait for the loops.
  std::vector<config_change> reload(server_config const& next);

  /// One handler for all connections on `path`; "*" is for every path that has none of its own.
  /// Without any mount, `/ws` gets an empty handler.
  void mount(std::string path, std::shared_ptr<handler> shared);
  /// A handler a connection.
  void mount(std::string path, std::function<std::shared_ptr<handler>()> make);

  /// What the `instruments` op lists: of each symbol the one added last, at any time. Thread-safe.
  void add_instrument(instrument what);
  std::vector<instrument> instruments() const;

  /// A component of the health report; called on a loop's thread, must be quick and thread-safe. It
  /// may ask the server. One that throws is `unhealthy`, with the reason.
  void add_health(std::string component, std::function<component_health()> ask);
  /// A counter of the user's in `GET /metrics`: `value` is read when asked, must be quick and
  /// thread-safe. It may ask the server. One that throws is `NaN`.
  void add_metric(std::string name, std::string help, std::function<double()> value);

  /// Opens the listeners, so that port() and addresses() are known. Throws
  /// error(errc::cannot_listen), naming the address and the reason. run() calls it when nothing is
  /// listened on, neither an address nor an endpoint.
  void listen();
  /// Takes connections of clients of this process, too, or only, from now until stop(); those that
  /// come before run() wait for it. They count among `maxConnections`, but the rules for addresses
  /// (`security.*IP*`, `rateLimit.maxConnectionsPerIP`) are not for them, nor is there HTTP. Throws
  /// error(errc::cannot_listen) where another server listens, and after stop(). Thread-safe.
  void listen(local_endpoint const& here);
  unsigned short port() const;
  /// As in "127.0.0.1:9001", "[::1]:9001".
  std::vector<std::string> addresses() const;

  /// Serves on `threads` threads, this one included, until stop(). Then no connection is
  /// taken any more, sessions of the runes protocol are sent `drain` and may subscribe to nothing
  /// new; after `timeouts.drainNoticeMs`, or when all have left, those that are left are closed
  /// with 4200 and given `timeouts.drainMs` to end; and it returns. Errors: those of listen(). Once
  /// only.
  void run();
  /// Thread-safe, from a signal's coroutine too. The second call waits for nobody any more.
  void stop();

  /// Starts a coroutine on one of the loops, the publisher of a feed say. It is cancelled when the
  /// server stops, behind the last connection; an exception that leaves it is logged. Thread-safe,
  /// also before run().
  void spawn(std::function<awaitable<>()> coroutine);
  /// The executor of loop 0, for timers and signals that shall live as long as the server runs.
  asio::any_io_executor executor();

  /// The objects of protocol.md, "Objects named by the product's guide". Thread-safe.
  std::string metrics_json() const;
  std::string health_json() const;
  /// What `GET /metrics` answers: Prometheus text.
  std::string metrics_text() const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace runes
