// SHA-1 (RFC 3174), which the WebSocket handshake asks for; not for anything that must be secret.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace runes::bench {

/// The digest of `text`.
std::array<std::uint8_t, 20> sha1(std::string_view text);

}  // namespace runes::bench
