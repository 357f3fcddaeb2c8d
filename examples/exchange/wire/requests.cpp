#include "requests.hpp"

#include "order_commands.hpp"
#include "request_fields.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

namespace exchange::wire {
namespace {

using runes::errc;

venue::asset_id asset_of(request_fields const& in, venue::trading_venue const& venue) {
  auto const name = in.needed("asset", in.text("asset"));
  auto const& assets = venue.config().assets;
  auto const found = std::ranges::find(assets, name, &accounts::asset_config::name);
  if (found == assets.end()) throw bad_field("asset", "is none of this venue's: " + shown(name));
  return static_cast<venue::asset_id>(std::distance(assets.begin(), found));
}

template <class Move>
venue::command read_money(request_fields const& in, caller who, venue::trading_venue const& venue) {
  auto const asset = asset_of(in, venue);
  auto const value = in.decimal("amount", venue.config().assets[asset].decimals,
                                accounts::max_amount, errc::bad_quantity);
  return Move{who.account, asset, in.needed("amount", std::optional(value))};
}

venue::command read_leverage(request_fields const& in, caller who,
                             venue::trading_venue const& venue) {
  constexpr venue::margin_mode modes[] = {venue::margin_mode::cross, venue::margin_mode::isolated};
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  venue::set_leverage c;
  c.account = who.account;
  c.market = market_of(in, venue);
  c.leverage = static_cast<std::uint32_t>(in.needed("leverage", in.integer("leverage", 1, most)));
  c.mode = in.one_of("marginMode", modes);
  return c;
}

venue::command read_cancel_on_disconnect(request_fields const& in, caller who,
                                         venue::trading_venue const&) {
  constexpr venue::disconnect_scope scopes[] = {venue::disconnect_scope::connection,
                                                venue::disconnect_scope::account};
  venue::cancel_on_disconnect c;
  c.connection = who.connection;
  c.enabled = in.needed("enabled", in.flag("enabled"));
  c.scope = in.one_of("scope", scopes).value_or(venue::disconnect_scope::connection);
  c.grace = in.milliseconds("graceMs").value_or(0);
  return c;
}

venue::command read_deadman(request_fields const& in, caller who, venue::trading_venue const&) {
  return venue::deadman{who.account, in.needed("ms", in.milliseconds("ms"))};
}

venue::command read_status(request_fields const& in, caller, venue::trading_venue const& venue) {
  using state = venue::market_state;
  constexpr state states[] = {state::active, state::suspended, state::halted, state::closed,
                              state::auction};
  auto const market = market_of(in, venue);
  return venue::change_state{market, in.needed("status", in.one_of("status", states))};
}

struct command_op {
  std::string_view name;
  venue::command (*read)(request_fields const&, caller, venue::trading_venue const&);
  exchange::permission permission = permission::trade;
};

constexpr auto command_ops = std::to_array<command_op>({
    {"order.place", read_place},
    {"order.amend", read_amend},
    {"order.cancel", read_cancel},
    {"order.cancelAll", read_cancel_all},
    {"leverage.set", read_leverage},
    {"deposit", read_money<venue::deposit>, permission::transfer},
    {"withdraw", read_money<venue::withdraw>, permission::transfer},
    {"cancelOnDisconnect", read_cancel_on_disconnect},
    {"deadman", read_deadman},
    {"status.set", read_status, permission::admin},
});

command_op const* find_command(std::string_view op) noexcept {
  auto const* const found = std::ranges::find(command_ops, op, &command_op::name);
  return found != command_ops.end() ? found : nullptr;
}

}  // namespace

bool is_command(std::string_view op) noexcept { return find_command(op) != nullptr; }

permission permission_for(std::string_view op) noexcept {
  auto const* const known = find_command(op);
  return known != nullptr ? known->permission : permission::read;
}

venue::request read_command(std::string_view op, boost::json::object const& body, caller who,
                            venue::trading_venue const& venue) {
  auto const* const known = find_command(op);
  if (known == nullptr) throw runes::error(errc::unknown_op, "no op " + shown(op));
  request_fields const in(body);
  venue::request request;
  request.now = who.now;
  request.expires_at = in.expiry().value_or(0);
  request.what = known->read(in, who, venue);
  return request;
}

}  // namespace exchange::wire
