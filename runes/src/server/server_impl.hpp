// The server's composition: workers, listener, admission, mounts.
#pragma once

#include "broker/memory_broker.hpp"
#include "broker/waiting_line.hpp"
#include "monitoring/log_pause.hpp"
#include "monitoring/report.hpp"
#include "server/admission.hpp"
#include "server/listener.hpp"
#include "server/router.hpp"
#include "server/worker.hpp"
#include "session/runes_dialect.hpp"
#include "transport/local_door.hpp"

#include <runes/server.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace runes {

class server::impl {
 public:
  explicit impl(server_config config);
  ~impl();

  void listen();
  void listen(local_endpoint const& here);
  void run();
  void stop();

  detail::totals count() const;
  detail::component_list health() const;
  std::string metrics_json() const { return detail::metrics_object(count()); }
  std::string health_json() const { return detail::health_object(health()); }
  std::string metrics_text() const;
  std::string instruments_json(std::vector<std::string> const* symbols) const;

  detail::worker& next_worker();

  /// The configuration in effect. Any thread.
  std::shared_ptr<server_config const> settings() const;
  std::vector<config_change> reload(server_config next);

  detail::waiting_line ended_;  ///< released whenever a coroutine of a worker has ended
  /// Before the broker, which holds the workers' shards: a loop goes before its context does.
  std::vector<std::unique_ptr<detail::worker>> workers;
  std::unique_ptr<detail::memory_broker> broker;
  detail::router mounts;
  std::unique_ptr<detail::listener> open;

  mutable std::mutex mutex;  ///< guards what follows
  std::map<std::string, instrument, std::less<>> instruments;
  std::vector<std::pair<std::string, std::function<component_health()>>> health_questions;
  std::vector<detail::user_metric> metrics;
  std::vector<local_endpoint> doors;  ///< that are, or were, listened on

 private:
  class visit;

  detail::worker& quietest();
  detail::worker& nearest(asio::execution_context const* to);
  void close_doors();
  void take(asio::ip::tcp::socket socket, detail::worker& on);
  void take(detail::local_call who);
  void refuse(asio::ip::tcp::socket socket, asio::ip::address const& peer,
              detail::admission::verdict const& why, detail::worker& on);
  awaitable<> serve(asio::ip::tcp::socket socket, std::shared_ptr<detail::admission::place> held,
                    detail::worker& on, detail::worker::patience& at_end);
  awaitable<> serve(std::shared_ptr<detail::local_call> who, detail::worker& on);
  void begin(std::unique_ptr<detail::transport> wire, detail::mount const& chosen,
             std::shared_ptr<detail::admission::place> held, detail::worker& on);
  awaitable<> turn_away(asio::ip::tcp::socket socket, detail::worker& on, detail::http_reply reply);
  awaitable<> publish_system();
  awaitable<> wind_down();
  void on_each_loop(std::function<void(detail::worker&)> const& action);
  awaitable<> wait_until_ended(std::chrono::milliseconds most, std::function<bool()> all_ended);
  bool quiet() const;
  template <class T>
  std::vector<T> copy_of(std::vector<T> const& what) const;
  detail::http_reply answer(std::string_view method, std::string_view path) const;

  std::shared_ptr<server_config const> settings_;  ///< guarded by mutex
  std::mutex reloading_;                           ///< held for one reload() at a time
  detail::admission admission_;
  std::string flushing_;  ///< how, for the log
  std::chrono::steady_clock::time_point const made_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> refused_{0};
  detail::log_pause refusal_words_{std::chrono::seconds(1)};  ///< the first loop's, which accepts
  std::atomic<std::size_t> turned_away_{0};  ///< refused connections that are being told so
  std::atomic<std::size_t> round_robin_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> hurried_{false};  ///< stopped twice
};

}  // namespace runes
