#include "server/ip_range.hpp"

#include <charconv>

namespace runes::detail {
namespace asio = boost::asio;

namespace {

/// The bits of an IPv4-mapped address in front of the IPv4 address.
constexpr unsigned mapped_bits = 96;

std::optional<unsigned> parse_prefix(std::string_view digits, unsigned most) {
  unsigned prefix = 0;
  auto const end = digits.data() + digits.size();
  auto const [stop, failure] = std::from_chars(digits.data(), end, prefix);
  bool const leading_zero = digits.size() > 1 && digits.front() == '0';
  if (failure != std::errc{} || stop != end || leading_zero || prefix > most) return std::nullopt;
  return prefix;
}

asio::ip::address_v4 without_mapping(asio::ip::address_v6 const& address) {
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address);
}

}  // namespace

std::optional<asio::ip::address> parse_address(std::string_view text) {
  // The system's reader ends at a zero byte and would overlook what stands behind it.
  if (text.find('\0') != text.npos) return std::nullopt;
  boost::system::error_code failure;
  auto address = asio::ip::make_address(text, failure);
  if (failure) return std::nullopt;
  return address;
}

asio::ip::address unmapped(asio::ip::address const& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return without_mapping(address.to_v6());
  return address;
}

std::optional<ip_range> ip_range::parse(std::string_view text) {
  auto const slash = text.find('/');
  auto const address = parse_address(text.substr(0, slash));
  if (!address || (address->is_v6() && address->to_v6().scope_id() != 0)) return std::nullopt;

  unsigned const all_bits = address->is_v4() ? 32 : 128;
  auto prefix = all_bits;
  if (slash != text.npos) {
    auto const given = parse_prefix(text.substr(slash + 1), all_bits);
    if (!given) return std::nullopt;
    prefix = *given;
  }
  if (address->is_v4()) return ip_range(v4(address->to_v4(), static_cast<unsigned short>(prefix)));
  auto const long_address = address->to_v6();
  if (long_address.is_v4_mapped() && prefix >= mapped_bits) {
    return ip_range(
        v4(without_mapping(long_address), static_cast<unsigned short>(prefix - mapped_bits)));
  }
  return ip_range(v6(long_address, static_cast<unsigned short>(prefix)));
}

bool ip_range::contains(asio::ip::address const& address) const {
  auto const plain = unmapped(address);
  if (auto const* range = std::get_if<v4>(&range_)) {
    return plain.is_v4() && v4(plain.to_v4(), range->prefix_length()).canonical() == *range;
  }
  auto const& range = std::get<v6>(range_);
  if (!plain.is_v6()) return false;
  // Which interface a link-local address was seen on is no part of the range.
  asio::ip::address_v6 const bits(plain.to_v6().to_bytes());
  return v6(bits, range.prefix_length()).canonical() == range;
}

std::string ip_range::str() const {
  return std::visit([](auto const& range) { return range.to_string(); }, range_);
}

}  // namespace runes::detail
