#include "bench/load/endpoint.hpp"

#include "bench/arguments.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace runes::bench {

endpoint::endpoint(std::string_view host, std::uint16_t port) {
  std::string name(host == "localhost" ? std::string_view("127.0.0.1") : host);
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
    name = name.substr(1, name.size() - 2);
  }
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, name.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&address_, &v4, sizeof v4);
    size_ = sizeof v4;
    authority_ = name + ":" + std::to_string(port);
  } else if (inet_pton(AF_INET6, name.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&address_, &v6, sizeof v6);
    size_ = sizeof v6;
    authority_ = "[" + name + "]:" + std::to_string(port);
  } else {
    throw usage_error("--host must be a numeric IPv4 or IPv6 address, not '" + std::string(host) +
                      "'");
  }
}

bool endpoint::loopback_v4() const {
  if (family() != AF_INET) return false;
  sockaddr_in v4{};
  std::memcpy(&v4, &address_, sizeof v4);
  return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
}

}  // namespace runes::bench
