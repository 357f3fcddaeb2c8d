#include <runes/close_reason.hpp>

namespace runes {

std::string_view name_of(close_code code) noexcept {
  switch (code) {
    case close_code::none:
      return "broken";
    case close_code::normal:
      return "normal";
    case close_code::going_away:
      return "going_away";
    case close_code::protocol_error:
      return "protocol_error";
    case close_code::unsupported_data:
      return "unsupported_data";
    case close_code::no_status:
      return "no_status";
    case close_code::bad_payload:
      return "bad_payload";
    case close_code::too_big:
      return "too_big";
    case close_code::internal_error:
      return "internal_error";
    case close_code::bad_auth:
      return "bad_auth";
    case close_code::forbidden:
      return "forbidden";
    case close_code::replaced:
      return "replaced";
    case close_code::protocol_abuse:
      return "protocol_abuse";
    case close_code::slow_consumer:
      return "slow_consumer";
    case close_code::rate_limited:
      return "rate_limited";
    case close_code::no_pong:
      return "no_pong";
    case close_code::overloaded:
      return "overloaded";
    case close_code::idle:
      return "idle";
    case close_code::auth_timeout:
      return "auth_timeout";
    case close_code::draining:
      return "draining";
  }
  return "";
}

reconnect_advice advice_of(close_code code) noexcept {
  auto const number = static_cast<unsigned>(code);
  if (number >= 4000 && number < 4100) return reconnect_advice::never;
  if (number >= 4200 && number < 4300) return reconnect_advice::at_once;
  return reconnect_advice::with_backoff;
}

}  // namespace runes
