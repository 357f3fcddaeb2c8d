// Addresses as people read them.
#pragma once

#include <runes/asio.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace runes::detail {

/// As in "192.0.2.7:51022" or "[2001:db8::7]:51022". An IPv4 address that came to an IPv6 socket
/// is an IPv4 address.
std::string text_of(asio::ip::tcp::endpoint const& address);

}  // namespace runes::detail
