// The server's door: what comes in is read as HTTP, and answered or upgraded.
#pragma once

#include "broker/loop.hpp"
#include "monitoring/counters.hpp"
#include "protocol/frame_parser.hpp"
#include "session/transport.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace runes::detail {

struct http_reply {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
};

struct upgrade_terms {
  std::string subprotocol;   ///< chosen of those offered; empty: the header is left out
  bool compression = false;  ///< permessage-deflate is agreed to, where it is offered
  std::uint32_t min_compressed_bytes = 128;
  std::size_t max_message_bytes = 64 * 1024;
  std::uint32_t max_fragments = frame_parser::default_max_fragments;  ///< frames of a message
};

/// What the door asks the house.
class reception {
 public:
  /// A plain request. `path` has no query.
  virtual http_reply on_request(std::string_view method, std::string_view path) = 0;
  /// An upgrade to WebSocket: refused with a status, or on these terms.
  virtual std::variant<http_reply, upgrade_terms> on_upgrade(
      std::string_view path, std::vector<std::string> const& subprotocols) = 0;

 protected:
  ~reception() = default;
};

struct accept_options {
  std::chrono::milliseconds timeout{
      10'000};  ///< for a request, and for its answer or the handshake
  std::size_t max_header_bytes = 8 * 1024;
  std::size_t max_outbox_bytes = 1024 * 1024;
};

/// Serves plain requests until there is an upgrade; null when the connection ended without one. On
/// the loop's strand, which is the socket's. Never throws but when cancelled. `asked` outlives it.
awaitable<std::unique_ptr<transport>> accept(asio::ip::tcp::socket socket, std::shared_ptr<loop> on,
                                             loop_counters* counters, reception& asked,
                                             accept_options options);

/// Reads one request and answers it with `reply`, whatever it asks: for connections that admission
/// has refused.
awaitable<> refuse(asio::ip::tcp::socket socket, std::shared_ptr<loop> on, http_reply reply,
                   accept_options options);

}  // namespace runes::detail
