// Why a connection ended: numbers that tell the other side what to do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace runes {

/// Close codes of RFC 6455, section 7.4.1, and of protocol.md, "Close codes".
enum class close_code : std::uint16_t {
  none = 0,  ///< nothing was said: the connection broke
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  no_status = 1005,  ///< never on the wire: a close frame without a code
  bad_payload = 1007,
  too_big = 1009,
  internal_error = 1011,
  bad_auth = 4001,
  forbidden = 4003,
  replaced = 4008,
  protocol_abuse = 4009,
  slow_consumer = 4100,
  rate_limited = 4101,
  no_pong = 4102,
  overloaded = 4103,
  idle = 4104,
  auth_timeout = 4105,
  draining = 4200,
};

/// The name of a code as in protocol.md; "" for others.
std::string_view name_of(close_code code) noexcept;

/// What a client does after a close.
enum class reconnect_advice {
  never,         ///< 4000–4099
  with_backoff,  ///< 4100–4199, and whatever is not said otherwise
  at_once,       ///< 4200–4299, spread over the time that `drain` gave
};
reconnect_advice advice_of(close_code code) noexcept;

struct close_reason {
  close_code code = close_code::none;
  std::string text;  ///< at most 123 bytes of UTF-8 travel

  close_reason() = default;
  close_reason(close_code c, std::string t = {}) : code(c), text(std::move(t)) {}

  /// Whether a closing handshake was begun by either side: a close frame came or went.
  bool said() const noexcept { return code != close_code::none; }
};

}  // namespace runes
