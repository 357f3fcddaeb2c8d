// A WebSocket to a server of this machine, for programs that have nothing else to do meanwhile.
#pragma once

#include "bench/descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace runes::bench {

/// Connects to 127.0.0.1 and upgrades, blocking; the socket stays so.
/// @param receive_bytes What the kernel may hold for it unread; 0: as it likes.
/// @throws run_error when the server refuses, std::system_error when there is none.
descriptor open_websocket(std::uint16_t port, std::size_t receive_bytes = 0);

/// Sends one text message, which must fit into what the socket has room for.
void send_text(int socket, std::string_view message);
/// Answers a ping.
void send_pong(int socket, std::string_view payload);

}  // namespace runes::bench
