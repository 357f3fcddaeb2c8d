#include <runes/error.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace runes {
namespace {

struct entry {
  errc code;
  std::string_view name;
  retry advice;
};

// Advice for a request whose fate is unknown is `never`: it may have been carried out, so look
// before sending it again.
constexpr entry entries[] = {
    {errc::timed_out, "timed_out", retry::never},
    {errc::not_connected, "not_connected", retry::later},
    {errc::connection_lost, "connection_lost", retry::never},
    {errc::closed, "closed", retry::never},
    {errc::bad_config, "bad_config", retry::never},
    {errc::bad_decimal, "bad_decimal", retry::never},
    {errc::bad_url, "bad_url", retry::never},
    {errc::refused, "refused", retry::later},
    {errc::bad_event, "bad_event", retry::never},
    {errc::backpressure, "backpressure", retry::later},
    {errc::cannot_listen, "cannot_listen", retry::later},
    {errc::bad_json, "bad_json", retry::never},
    {errc::bad_request, "bad_request", retry::never},
    {errc::unknown_op, "unknown_op", retry::never},
    {errc::too_large, "too_large", retry::never},
    {errc::auth_required, "auth_required", retry::never},
    {errc::bad_credentials, "bad_credentials", retry::never},
    {errc::expired, "expired", retry::never},
    {errc::replayed, "replayed", retry::never},
    {errc::forbidden, "forbidden", retry::never},
    {errc::rate_limited, "rate_limited", retry::later},
    {errc::too_many_subscriptions, "too_many_subscriptions", retry::never},
    {errc::bad_options, "bad_options", retry::never},
    {errc::unknown_channel, "unknown_channel", retry::never},
    {errc::unknown_symbol, "unknown_symbol", retry::never},
    {errc::not_subscribed, "not_subscribed", retry::never},
    {errc::already_subscribed, "already_subscribed", retry::never},
    {errc::insufficient_funds, "insufficient_funds", retry::never},
    {errc::unknown_order, "unknown_order", retry::never},
    {errc::order_closed, "order_closed", retry::never},
    {errc::bad_price, "bad_price", retry::never},
    {errc::bad_quantity, "bad_quantity", retry::never},
    {errc::market_closed, "market_closed", retry::later},
    {errc::would_cross, "would_cross", retry::never},
    {errc::self_trade, "self_trade", retry::never},
    {errc::risk_limit, "risk_limit", retry::never},
    {errc::internal, "internal", retry::later},
    {errc::overloaded, "overloaded", retry::later},
    {errc::draining, "draining", retry::now},  // at once, on the next connection
};

constexpr int first_wire_number = 1000;

static_assert(std::ranges::is_sorted(entries, {}, &entry::code));

entry const* find(errc code) noexcept {
  auto const found = std::ranges::lower_bound(entries, code, {}, &entry::code);
  return found != std::end(entries) && found->code == code ? found : nullptr;
}

class category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "runes"; }
  std::string message(int number) const override {
    return std::string(name_of(static_cast<errc>(number)));
  }
};

}  // namespace

std::string_view name_of(errc code) noexcept {
  auto const found = find(code);
  return found ? found->name : "unknown";
}

std::optional<errc> errc_from_wire(int number) noexcept {
  auto const code = static_cast<errc>(number);
  if (number < first_wire_number || !find(code)) return {};
  return code;
}

retry retry_of(errc code) noexcept {
  auto const found = find(code);
  return found ? found->advice : retry::never;
}

std::string_view name_of(retry advice) noexcept {
  switch (advice) {
    case retry::later:
      return "later";
    case retry::now:
      return "now";
    case retry::never:
      break;
  }
  return "never";
}

std::string_view name_of(request_delivery what) noexcept {
  switch (what) {
    case request_delivery::not_sent:
      return "not_sent";
    case request_delivery::sent:
      return "sent";
    case request_delivery::none:
      break;
  }
  return "none";
}

boost::system::error_category const& error_category() noexcept {
  static category const instance;
  return instance;
}

error::error(errc code, std::string sentence)
    : system_error(make_error_code(code), sentence), code_(code), sentence_(std::move(sentence)) {}

}  // namespace runes
