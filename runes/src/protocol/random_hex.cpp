#include "protocol/random_hex.hpp"

#include "protocol/hex.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace runes::detail {

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> drawn(bytes);
  if (::getentropy(drawn.data(), drawn.size()) != 0)
    throw std::system_error(errno, std::generic_category(), "no random bytes");
  return hex(drawn);
}

}  // namespace runes::detail
