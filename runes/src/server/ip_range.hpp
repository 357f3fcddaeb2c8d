// Ranges of addresses, as a whitelist names them.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace runes::detail {

/// Reads one address, IPv4 or IPv6; nothing else, no name and no port.
std::optional<boost::asio::ip::address> parse_address(std::string_view text);

/// The address that is meant: `::ffff:10.0.0.1`, which a socket open for both families sees for an
/// IPv4 peer, is 10.0.0.1.
boost::asio::ip::address unmapped(boost::asio::ip::address const& address);

/// All addresses that begin with the same bits. A plain value.
class ip_range {
 public:
  /// Reads an address (`10.0.0.1`, `::1`) or a CIDR range (`10.0.0.0/8`, `fd00::/8`). Bits behind
  /// the prefix are ignored: `10.1.2.3/8` is `10.0.0.0/8`. A range within `::ffff:0:0/96` is the
  /// IPv4 range it stands for.
  static std::optional<ip_range> parse(std::string_view text);

  /// IPv4-mapped addresses count as IPv4, so no wider IPv6 range (`::/0`) contains them.
  bool contains(boost::asio::ip::address const& address) const;

  /// In CIDR notation.
  std::string str() const;

  bool operator==(ip_range const&) const = default;

 private:
  using v4 = boost::asio::ip::network_v4;
  using v6 = boost::asio::ip::network_v6;

  explicit ip_range(v4 const& range) : range_(range.canonical()) {}
  explicit ip_range(v6 const& range) : range_(range.canonical()) {}

  std::variant<v4, v6> range_;
};

}  // namespace runes::detail
