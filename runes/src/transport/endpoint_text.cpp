#include "transport/endpoint_text.hpp"

namespace runes::detail {

std::string text_of(asio::ip::tcp::endpoint const& address) {
  auto const host = address.address().to_string();
  auto const port = std::to_string(address.port());
  return address.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

}  // namespace runes::detail
