#include "transport/endpoint_text.hpp"

namespace runes::detail {

std::string text_of(asio::ip::tcp::endpoint const& address) {
  auto const port = ':' + std::to_string(address.port());
  auto const host = address.address();
  if (host.is_v4()) return host.to_string() + port;
  auto const v6 = host.to_v6();
  if (v6.is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string() + port;
  return '[' + v6.to_string() + ']' + port;
}

}  // namespace runes::detail
