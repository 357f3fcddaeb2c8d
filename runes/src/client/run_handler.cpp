// A handler in the client's role, on a connection of its own.
#include "client/run_handler.hpp"

#include <runes/client.hpp>

#include "session/session_impl.hpp"
#include "transport/connect.hpp"
#include "transport/local_door.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace runes {
namespace detail {
namespace {

session_limits limits_of(client_config const& config) {
  session_limits limits;
  limits.ping = config.timeouts.ping;
  limits.pong = config.timeouts.pong;
  limits.close = config.timeouts.close;
  return limits;
}

connect_options options_of(handler const& user, client_config const& config) {
  auto const wanted = user.options();
  connect_options options;
  options.subprotocols = wanted.subprotocols();
  if (options.subprotocols.empty() && !wanted.is_raw())
    options.subprotocols.emplace_back("runes.v1.json");
  options.compression = wanted.has_compression();
  options.max_message_bytes =
      wanted.max_message_bytes() > 0 ? wanted.max_message_bytes() : config.limits.max_message_bytes;
  if (wanted.max_fragments() > 0) options.max_fragments = wanted.max_fragments();
  options.max_outbox_bytes = config.limits.max_outbox_bytes;
  options.timeout = config.timeouts.connect;
  return options;
}

/// Where a connection is to be made to.
class destination {
 public:
  explicit destination(url where) : url_(std::move(where)) {}
  destination(std::shared_ptr<local_door> door, std::string target) : door_(std::move(door)) {
    url_.target = std::move(target);
  }
  awaitable<std::unique_ptr<transport>> connect(std::shared_ptr<loop> on, loop_counters* counters,
                                                connect_options options) const {
    if (door_) return detail::connect(on, counters, door_, url_.target, std::move(options));
    return detail::connect(on, counters, url_, std::move(options));
  }

 private:
  url url_;
  std::shared_ptr<local_door> door_;  ///< of a server of this process
};

awaitable<close_reason> connect_and_run(std::shared_ptr<loop> on, destination to,
                                        std::shared_ptr<handler> user) {
  client_config const config;
  auto const counters = std::make_shared<loop_counters>();
  connect_options options = options_of(*user, config);
  auto wire = co_await to.connect(on, counters.get(), std::move(options));
  close_reason why =
      co_await run_over(on, counters.get(), std::move(wire), std::move(user), limits_of(config));
  co_return why;
}

}  // namespace

awaitable<close_reason> run_over(std::shared_ptr<loop> on, loop_counters* counters,
                                 std::unique_ptr<transport> wire, std::shared_ptr<handler> user,
                                 session_limits limits) {
  auto const session =
      std::make_shared<session_impl>(on, counters, std::move(wire), std::move(user), limits);
  close_reason why = co_await session->run();
  co_return why;
}

}  // namespace detail

namespace {

awaitable<close_reason> run_there(asio::any_io_executor executor, detail::destination to,
                                  std::shared_ptr<handler> user) {
  auto on = detail::loop::make(executor);
  // There, wherever the caller is.
  close_reason why = co_await asio::co_spawn(
      executor, detail::connect_and_run(std::move(on), std::move(to), std::move(user)),
      asio::use_awaitable);
  co_return why;
}

}  // namespace

awaitable<close_reason> run_handler(asio::any_io_executor executor, std::string url,
                                    std::shared_ptr<handler> user) {
  detail::destination to(detail::url::parse(url));
  close_reason why = co_await run_there(std::move(executor), std::move(to), std::move(user));
  co_return why;
}

awaitable<close_reason> run_handler(asio::any_io_executor executor, local_endpoint to,
                                    std::string target, std::shared_ptr<handler> user) {
  detail::destination where(to.door(), std::move(target));
  close_reason why = co_await run_there(std::move(executor), std::move(where), std::move(user));
  co_return why;
}

}  // namespace runes
