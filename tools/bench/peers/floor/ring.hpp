// The same bytes to many sockets by one system call.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace runes::bench {

/// A private io_uring. Made and used on one thread.
class floor_ring {
 public:
  /// @throws std::system_error, or usage_error where the program was built without liburing
  floor_ring();
  ~floor_ring();

  /// Sends to each socket, without waiting. What each took, or a negative errno, is valid until the
  /// next call.
  std::span<int const> send(std::span<int const> sockets, std::string_view bytes);

 private:
  struct ring;

  std::unique_ptr<ring> ring_;
  std::vector<int> results_;
};

}  // namespace runes::bench
