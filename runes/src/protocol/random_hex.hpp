// What nobody can guess.
#pragma once

#include <cstddef>
#include <string>

namespace runes::detail {

/// So many bytes (at most 256) of the operating system's generator, in lower-case hex. Throws
/// std::system_error when it fails. Thread-safe.
std::string random_hex(std::size_t bytes);

}  // namespace runes::detail
