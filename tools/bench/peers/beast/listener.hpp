// Accepts the connections of the Beast peer.
#pragma once

#include "bench/peers/beast/publisher.hpp"
#include "bench/peers/beast/room.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>

namespace runes::bench {

/// Gives each connection a strand of its own, as Beast's examples do.
class listener {
 public:
  /// @throws boost::system::system_error if the address cannot be had.
  listener(boost::asio::io_context& context, boost::asio::ip::tcp::endpoint const& address,
           bool nagle, room& subscribers, publisher& events);

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void accept();

 private:
  void on_accept(boost::system::error_code error, boost::asio::ip::tcp::socket socket);

  boost::asio::io_context& context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  bool nagle_;
  room& room_;
  publisher& publisher_;
};

}  // namespace runes::bench
