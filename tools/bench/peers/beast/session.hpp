// Starts a session of the Beast peer; Beast itself is included in session.cpp only.
#pragma once

#include "bench/peers/beast/publisher.hpp"
#include "bench/peers/beast/room.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace runes::bench {

/// Serves a connection until it ends; the session owns itself. `subscribers` and `events` must
/// outlive it.
void start_session(boost::asio::ip::tcp::socket socket, room& subscribers, publisher& events);

}  // namespace runes::bench
