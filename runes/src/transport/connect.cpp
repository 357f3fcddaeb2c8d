#include "transport/connect.hpp"

#include "transport/http_date.hpp"
#include "transport/outbox_stream.hpp"
#include "transport/ws_transport.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/error.hpp>

#include <utility>

namespace runes::detail {
namespace http = boost::beast::http;
namespace {

using resolver = asio::ip::tcp::resolver;

/// What is open at the moment, for the deadline to end.
struct attempt {
  explicit attempt(asio::any_io_executor const& on) : lookup(on), socket(on) {}
  resolver lookup;
  tcp_socket socket;
  std::shared_ptr<wire> over;
  bool late = false;

  void give_up() {
    late = true;
    lookup.cancel();
    boost::system::error_code ignored;
    socket.close(ignored);
    if (over) over->close();
  }
};

/// Cancels the deadline however the coroutine ends.
class guard {
 public:
  guard(loop& on, timer_queue::id which, std::shared_ptr<attempt> what)
      : loop_(on), id_(which), attempt_(std::move(what)) {}
  ~guard() {
    loop_.cancel(id_);
    if (!kept_) attempt_->give_up();
  }
  guard(guard const&) = delete;
  guard& operator=(guard const&) = delete;
  void keep() noexcept { kept_ = true; }

 private:
  loop& loop_;
  timer_queue::id id_;
  std::shared_ptr<attempt> attempt_;
  bool kept_ = false;
};

void check(attempt const& now, boost::system::error_code ec, url const& to, std::string_view step) {
  std::string const where = to.host + ":" + std::to_string(to.port);
  if (now.late) throw error(errc::timed_out, "no connection to " + where + " in time");
  if (ec) throw error(errc::not_connected, std::string(step) + " " + where + ": " + ec.message());
}

[[noreturn]] void throw_refused(boost::beast::websocket::response_type const& answer, url const& to,
                                loop const& on) {
  upgrade_refused refused(answer.result_int(),
                          to.host + " refused the upgrade: " + std::to_string(answer.result_int()) +
                              " " + std::string(answer.reason()));
  auto const value = answer[http::field::retry_after];
  auto const wait = parse_retry_after({value.data(), value.size()},
                                      std::chrono::floor<std::chrono::seconds>(on.time().wall()));
  if (wait) refused.retry_after(*wait);
  throw refused;
}

std::string host_header(url const& to) {
  std::string host = to.host.find(':') == std::string::npos ? to.host : "[" + to.host + "]";
  if (to.port != 80) host.append(1, ':').append(std::to_string(to.port));
  return host;
}

}  // namespace

awaitable<std::unique_ptr<transport>> connect(std::shared_ptr<loop> on, loop_counters* counters,
                                              url to, connect_options options) {
  auto const now = std::make_shared<attempt>(on->executor());
  guard limit(*on, on->at(on->now() + options.timeout, [now] { now->give_up(); }), now);
  boost::system::error_code ec;

  auto const found = co_await now->lookup.async_resolve(
      to.host, std::to_string(to.port), asio::redirect_error(asio::use_awaitable, ec));
  check(*now, ec, to, "cannot resolve");
  auto const peer = co_await asio::async_connect(now->socket, found,
                                                 asio::redirect_error(asio::use_awaitable, ec));
  check(*now, ec, to, "cannot connect to");
  now->socket.set_option(asio::ip::tcp::no_delay(true), ec);

  now->over =
      std::make_shared<wire>(std::move(now->socket), on, counters, options.max_outbox_bytes);
  boost::beast::websocket::response_type answer;
  std::string const host = host_header(to);
  upgraded agreed = co_await ask_for_upgrade(now->over, host, to.target, options, answer);
  if (agreed.ec == boost::beast::websocket::error::upgrade_declined) throw_refused(answer, to, *on);
  check(*now, agreed.ec, to, "cannot upgrade");
  limit.keep();
  message_limits const limits{options.max_message_bytes, options.max_fragments};
  std::unique_ptr<transport> made = std::make_unique<ws_transport>(
      now->over, runes::role::client, std::move(agreed), limits, peer, to.target);
  co_return made;
}

}  // namespace runes::detail
