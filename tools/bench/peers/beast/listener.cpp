#include "bench/peers/beast/listener.hpp"

#include "bench/peers/beast/session.hpp"

#include <boost/asio/strand.hpp>

#include <utility>

namespace runes::bench {

namespace net = boost::asio;
using tcp = net::ip::tcp;

listener::listener(net::io_context& context, tcp::endpoint const& address, bool nagle,
                   room& subscribers, publisher& events)
    : context_(context),
      acceptor_(net::make_strand(context), address),
      nagle_(nagle),
      room_(subscribers),
      publisher_(events) {
  acceptor_.listen(net::socket_base::max_listen_connections);
}

void listener::accept() {
  acceptor_.async_accept(net::make_strand(context_),
                         [this](boost::system::error_code error, tcp::socket socket) {
                           on_accept(error, std::move(socket));
                         });
}

void listener::on_accept(boost::system::error_code error, tcp::socket socket) {
  if (!error) {
    // Otherwise events would wait for the acknowledgement of those before, and latencies compare
    // nothing.
    boost::system::error_code ignored;
    if (!nagle_) socket.set_option(tcp::no_delay(true), ignored);
    start_session(std::move(socket), room_, publisher_);
  }
  accept();
}

}  // namespace runes::bench
