// The numeric address of the server under load.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace runes::bench {

/// An IPv4 or IPv6 address with a port.
class endpoint {
 public:
  /// @param host A numeric address, an IPv6 one with or without brackets, or `localhost`. Names are
  /// not resolved, because a resolver can take long.
  /// @throws usage_error if it is none of these.
  endpoint(std::string_view host, std::uint16_t port);

  int family() const { return address_.ss_family; }
  bool loopback_v4() const;
  sockaddr const* data() const { return reinterpret_cast<sockaddr const*>(&address_); }
  socklen_t size() const { return size_; }

  /// Host and port as in a URL.
  std::string const& authority() const { return authority_; }

 private:
  sockaddr_storage address_{};
  socklen_t size_ = 0;
  std::string authority_;
};

}  // namespace runes::bench
