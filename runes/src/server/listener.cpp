#include "server/listener.hpp"

#include "transport/endpoint_text.hpp"

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
constexpr int backlog = 4'096;

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
  open(asio::ip::address_v4::loopback(), port_);
  try {
    open(asio::ip::address_v6::loopback(), port_);
  } catch (boost::system::system_error const& e) {
    log::write(severity::debug, {"server", 0}, std::string("no IPv6: ") + e.what());
  }
}

void listener::open(asio::ip::address const& address, std::uint16_t port) {
  tcp::endpoint const wanted(address, port);
  auto const check = [&](boost::system::error_code ec) {
    if (ec) throw boost::system::system_error(ec, "cannot listen on " + text_of(wanted));
  };
  boost::system::error_code ec;
  tcp::acceptor acceptor(loop_->executor());
  acceptor.open(wanted.protocol(), ec);
  check(ec);
  acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (address.is_v6()) acceptor.set_option(asio::ip::v6_only(!address.is_unspecified()), ec);
  acceptor.bind(wanted, ec);
  check(ec);
  acceptor.listen(backlog, ec);
  check(ec);
  tcp::endpoint const at = acceptor.local_endpoint();
  port_ = at.port();
  addresses_.push_back(text_of(at));
  doors_.push_back(std::make_shared<door>(loop_, std::move(acceptor)));
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
  while (at->acceptor.is_open()) {
    boost::system::error_code ec;
    tcp::socket socket = co_await at->acceptor.async_accept(
        at->choose(), asio::redirect_error(asio::use_awaitable, ec));
    if (!ec) {
      socket.set_option(tcp::no_delay(true), ec);
      at->take(std::move(socket));
    } else if (at->acceptor.is_open()) {
      log::write(severity::warning, {"server", 0}, "accept failed: " + ec.message());
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
