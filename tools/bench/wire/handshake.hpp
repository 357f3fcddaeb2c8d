// The opening handshake of RFC 6455, both sides, as text; no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace runes::bench {

/// The longest head of a request or response that is read.
inline constexpr std::size_t longest_head = 16384;

/// RFC 4648 base64 with padding.
std::string base64(std::span<std::uint8_t const> bytes);

/// The Sec-WebSocket-Accept that answers a Sec-WebSocket-Key.
std::string accept_for(std::string_view key);

/// A client's request.
/// @param authority Host and port, an IPv6 address in brackets.
/// @param headers Further lines, each `Name: value`.
std::string upgrade_request(std::string_view authority, std::string_view path, std::string_view key,
                            std::vector<std::string> const& headers);

/// A server's answer to a request, or nothing if the request is no upgrade to WebSocket.
/// @param head The request up to and with its empty line.
std::optional<std::string> upgrade_response(std::string_view head);

/// Why a response does not accept the upgrade; empty if it does.
/// @param head The response up to and with its empty line.
std::string refusal_in(std::string_view head, std::string_view key);

/// The value of the first header of that name, or nothing. Names are compared without case.
std::optional<std::string_view> header_value(std::string_view head, std::string_view name);

}  // namespace runes::bench
