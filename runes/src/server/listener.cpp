#include "server/listener.hpp"

#include "monitoring/log_pause.hpp"
#include "transport/endpoint_text.hpp"

#include <runes/error.hpp>
#include <runes/log.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace runes::detail {
namespace {

using tcp = asio::ip::tcp;

/// When there are no file descriptors left, trying again at once would only burn the CPU.
constexpr std::chrono::milliseconds pause_after_error{50};
constexpr std::chrono::seconds pause_between_words{10};
constexpr int accept_backlog = 4'096;
/// A free port of 127.0.0.1 may be another program's on ::1: so often another one is looked for.
constexpr int most_tries = 16;

bool is_absent(boost::system::error_code ec) {
  return ec == asio::error::address_family_not_supported ||
         ec == boost::system::errc::address_not_available;
}

}  // namespace

struct listener::door {
  door(std::shared_ptr<loop> l, tcp::acceptor a) : on(std::move(l)), acceptor(std::move(a)) {}
  std::shared_ptr<loop> on;
  tcp::acceptor acceptor;
  std::function<asio::any_io_executor()> choose;
  std::function<void(tcp::socket)> take;
};

listener::listener(std::shared_ptr<loop> on, std::string const& host, std::uint16_t port)
    : loop_(std::move(on)), port_(port) {
  if (host != "localhost") {
    open(asio::ip::make_address(host), port_);
    return;
  }
  for (int tries = 1; !open_localhost(port, tries < most_tries); ++tries) close();
}

/// Who asks for localhost may mean either address, so both are ours or neither; unless the machine
/// has no IPv6. False when another port is worth a try.
bool listener::open_localhost(std::uint16_t port, bool may_try_again) {
  addresses_.clear();
  doors_.clear();
  open(asio::ip::address_v4::loopback(), port);
  tcp::endpoint const other(asio::ip::address_v6::loopback(), port_);
  auto const failed = try_open(other);
  if (!failed) return true;
  if (is_absent(failed)) {
    log::write(severity::debug, {"server", 0}, "no IPv6: " + failed.message());
    return true;
  }
  if (port == 0 && failed == asio::error::address_in_use && may_try_again) return false;
  throw_cannot_listen(other, failed);
}

void listener::open(asio::ip::address const& address, std::uint16_t port) {
  tcp::endpoint const wanted(address, port);
  if (auto const failed = try_open(wanted)) throw_cannot_listen(wanted, failed);
}

void listener::throw_cannot_listen(tcp::endpoint const& wanted, boost::system::error_code why) {
  throw error(errc::cannot_listen, "cannot listen on " + text_of(wanted) + ": " + why.message());
}

boost::system::error_code listener::try_open(tcp::endpoint const& wanted) {
  boost::system::error_code ec, ignored;
  tcp::acceptor acceptor(loop_->executor());
  acceptor.open(wanted.protocol(), ec);
  if (ec) return ec;
  acceptor.set_option(tcp::acceptor::reuse_address(true), ignored);
  if (wanted.address().is_v6())
    acceptor.set_option(asio::ip::v6_only(!wanted.address().is_unspecified()), ignored);
  acceptor.bind(wanted, ec);
  if (ec) return ec;
  acceptor.listen(accept_backlog, ec);
  if (ec) return ec;
  tcp::endpoint const at = acceptor.local_endpoint();
  port_ = at.port();
  addresses_.push_back(text_of(at));
  doors_.push_back(std::make_shared<door>(loop_, std::move(acceptor)));
  return {};
}

void listener::start(std::function<asio::any_io_executor()> choose,
                     std::function<void(tcp::socket)> take) {
  for (auto const& at : doors_) {
    at->choose = choose;
    at->take = take;
    asio::co_spawn(loop_->executor(), accept_all(at), [](std::exception_ptr failure) {
      if (failure) log::write(severity::error, {"server", 0}, "a listener has failed");
    });
  }
}

awaitable<> listener::accept_all(std::shared_ptr<door> at) {
  log_pause words(pause_between_words);
  while (at->acceptor.is_open()) {
    boost::system::error_code ec;
    tcp::socket socket = co_await at->acceptor.async_accept(
        at->choose(), asio::redirect_error(asio::use_awaitable, ec));
    if (!ec) {
      socket.set_option(tcp::no_delay(true), ec);
      at->take(std::move(socket));
    } else if (at->acceptor.is_open()) {
      if (auto const held_back = words.write(at->on->now()))
        log::write(severity::warning, {"server", 0},
                   "accept failed: " + ec.message() + and_more(*held_back));
      co_await at->on->wait_until(at->on->now() + pause_after_error);
    }
  }
}

void listener::close() {
  for (auto const& at : doors_) {
    boost::system::error_code ignored;
    at->acceptor.close(ignored);
  }
}

}  // namespace runes::detail
