// A handler in the client's role, on a connection of its own.
#include "client/run_handler.hpp"

#include <runes/client.hpp>

#include "session/session_impl.hpp"
#include "transport/connect.hpp"

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

awaitable<close_reason> connect_and_run(std::shared_ptr<loop> on, std::string address,
                                        std::shared_ptr<handler> user) {
  url const to = url::parse(address);
  client_config const config;
  auto const counters = std::make_shared<loop_counters>();
  connect_options options = options_of(*user, config);
  auto wire = co_await connect(on, counters.get(), to, std::move(options));
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

awaitable<close_reason> run_handler(asio::any_io_executor executor, std::string url,
                                    std::shared_ptr<handler> user) {
  auto on = detail::loop::make(executor);
  // There, wherever the caller is.
  close_reason why = co_await asio::co_spawn(
      executor, detail::connect_and_run(std::move(on), std::move(url), std::move(user)),
      asio::use_awaitable);
  co_return why;
}

}  // namespace runes
