// Listening sockets, and the accepting of connections.
#pragma once

#include "broker/loop.hpp"

#include <runes/asio.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace runes::detail {

/// Listens on all addresses that a host name stands for, one port for all. On the strand of the
/// loop given.
class listener {
 public:
  /// Opens the sockets. "localhost" is 127.0.0.1 and, where there is one, [::1]; "::" takes IPv4
  /// in, too. Throws error(errc::cannot_listen) that names the address.
  listener(std::shared_ptr<loop> on, std::string const& host, std::uint16_t port);

  std::uint16_t port() const noexcept { return port_; }
  std::vector<std::string> const& addresses() const noexcept { return addresses_; }

  /// Accepts until closed: `choose` says on which executor a connection shall live, `take` gets it.
  void start(std::function<asio::any_io_executor()> choose,
             std::function<void(asio::ip::tcp::socket)> take);
  void close();

 private:
  struct door;
  static awaitable<> accept_all(std::shared_ptr<door> at);
  bool open_localhost(std::uint16_t port, bool may_try_again);
  void open(asio::ip::address const& address, std::uint16_t port);
  boost::system::error_code try_open(asio::ip::tcp::endpoint const& wanted);
  [[noreturn]] static void throw_cannot_listen(asio::ip::tcp::endpoint const& wanted,
                                               boost::system::error_code why);

  std::shared_ptr<loop> loop_;
  std::vector<std::shared_ptr<door>> doors_;
  std::vector<std::string> addresses_;
  std::uint16_t port_ = 0;
};

}  // namespace runes::detail
