// The client's way to a transport: resolve, connect, upgrade.
#pragma once

#include "broker/loop.hpp"
#include "monitoring/counters.hpp"
#include "protocol/frame_parser.hpp"
#include "session/transport.hpp"

#include <runes/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

/// ws://host[:port][/target]. wss is for when TLS has come.
struct url {
  std::string host;
  std::uint16_t port = 80;
  std::string target = "/";

  /// Throws error(errc::bad_url) that says what is wrong with it. An IPv6 address stands in
  /// brackets.
  static url parse(std::string_view text);
};

struct connect_options {
  std::vector<std::string> subprotocols;  ///< offered, in order; none: the header is left out
  bool compression = false;               ///< permessage-deflate is offered
  std::size_t max_message_bytes = 16 * 1024 * 1024;
  std::uint32_t max_fragments = frame_parser::default_max_fragments;  ///< frames of a message
  std::size_t max_outbox_bytes = 1024 * 1024;
  std::chrono::milliseconds timeout{10'000};  ///< for all of it
};

/// The server's answer to an upgrade that it refused: thrown by connect(), so that a client can
/// follow it.
class upgrade_refused : public error {
 public:
  upgrade_refused(unsigned http_status, std::string sentence)
      : error(errc::refused, std::move(sentence)), status_(http_status) {}
  unsigned http_status() const noexcept { return status_; }

 private:
  unsigned status_;
};

/// Connects on the loop's strand, where it is called. Throws error(errc::not_connected) with the
/// reason, error(errc::timed_out), or upgrade_refused (retry_after() is set when the server gave
/// it). Cancellation: any time; nothing stays open.
awaitable<std::unique_ptr<transport>> connect(std::shared_ptr<loop> on, loop_counters* counters,
                                              url to, connect_options options);

}  // namespace runes::detail
