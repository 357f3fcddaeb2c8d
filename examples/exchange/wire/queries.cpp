#include "answers.hpp"
#include "order_commands.hpp"
#include "refusals.hpp"
#include "request_fields.hpp"
#include "shapes.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace exchange::wire {
namespace {

using boost::json::array;
using boost::json::object;
using runes::errc;

constexpr std::int64_t most_shown = 1'000;
constexpr std::int64_t usually_shown = 100;

object order_value(venue::order const& order, venue::trading_venue const& venue) {
  json_object out;
  write_order(out, order, venue.config());
  return std::move(out).take();
}

object list_value(boost::json::string_view key, array&& list) {
  object out;
  out.emplace(key, std::move(list));
  return out;
}

object orders_value(std::vector<venue::order> const& orders, venue::trading_venue const& venue) {
  array list;
  list.reserve(orders.size());
  for (auto const& one : orders) list.emplace_back(order_value(one, venue));
  return list_value("orders", std::move(list));
}

std::uint32_t read_limit(request_fields const& in) {
  return static_cast<std::uint32_t>(in.integer("limit", 1, most_shown).value_or(usually_shown));
}

// "0": from the beginning.
std::optional<std::uint64_t> read_after(request_fields const& in) { return in.id("after", 0); }

venue::page read_page(request_fields const& in, venue::trading_venue const& venue) {
  venue::page page;
  page.market = find_market(in, venue).value_or(venue::every_market);
  page.limit = read_limit(in);
  page.before = in.id("before").value_or(0);
  return page;
}

object order_status(request_fields const& in, caller who, venue::trading_venue const& venue) {
  auto const name = in.order();
  auto const* const order = name.id != 0 ? venue.find_order(who.account, name.id)
                                         : venue.find_order(who.account, name.client_order_id);
  if (order != nullptr) return order_value(*order, venue);
  throw runes::error(errc::unknown_order,
                     shown_order(name.id, name.client_order_id) + " is unknown");
}

// All of them unless it says how many, since who asks for the open ones wants to know of each.
object orders_open(request_fields const& in, caller who, venue::trading_venue const& venue) {
  venue::page page;
  page.market = find_market(in, venue).value_or(venue::every_market);
  page.limit = in.has("limit") ? read_limit(in) : std::numeric_limits<std::uint32_t>::max();
  page.after = read_after(in);
  return orders_value(venue.open_orders(who.account, page), venue);
}

object orders_history(request_fields const& in, caller who, venue::trading_venue const& venue) {
  return orders_value(venue.closed_orders(who.account, read_page(in, venue)), venue);
}

object fills_history(request_fields const& in, caller who, venue::trading_venue const& venue) {
  auto page = read_page(in, venue);
  page.after = read_after(in);
  if (page.before != 0 && page.after) throw bad_field("before", "and 'after' exclude each other");
  array list;
  for (auto const& one : venue.fills(who.account, page)) {
    json_object out;
    write_fill(out, one, venue.config());
    list.emplace_back(std::move(out).take());
  }
  return list_value("fills", std::move(list));
}

object positions(request_fields const&, caller who, venue::trading_venue const& venue) {
  array list;
  auto const markets = static_cast<venue::market_id>(venue.config().instruments.size());
  for (venue::market_id market = 0; market < markets; ++market) {
    auto const now = venue.accounts().position(who.account, market);
    if (!now || now->size == 0) continue;
    json_object out;
    write_position(out, *now, market, venue.config());
    list.emplace_back(std::move(out).take());
  }
  return list_value("positions", std::move(list));
}

object account(request_fields const&, caller who, venue::trading_venue const& venue) {
  array list;
  auto const assets = static_cast<venue::asset_id>(venue.config().assets.size());
  for (venue::asset_id asset = 0; asset < assets; ++asset) {
    json_object out;
    write_balance(out, balance_of(who.account, asset, venue), venue.config());
    list.emplace_back(std::move(out).take());
  }
  json_object out;
  out.text("account", venue.name_of(who.account));
  auto shown_account = std::move(out).take();
  shown_account.emplace("balances", std::move(list));
  return shown_account;
}

object funding(request_fields const& in, caller who, venue::trading_venue const& venue) {
  auto const wanted = find_market(in, venue);
  auto const& all = venue.config().instruments;
  auto const markets = static_cast<venue::market_id>(all.size());
  if (wanted && !venue::has_funding(all[*wanted])) {
    throw bad_field("symbol", "has no funding: " + shown(all[*wanted].market.symbol));
  }
  array list;
  for (venue::market_id market = 0; market < markets; ++market) {
    if (!venue::has_funding(all[market]) || (wanted && *wanted != market)) continue;
    json_object out;
    write_funding(out, market, std::max(who.now, venue.now()), venue);
    list.emplace_back(std::move(out).take());
  }
  return list_value("funding", std::move(list));
}

struct query_op {
  std::string_view name;
  object (*answer)(request_fields const&, caller, venue::trading_venue const&);
};

constexpr auto query_ops = std::to_array<query_op>({
    {"order.status", order_status},
    {"orders.open", orders_open},
    {"orders.history", orders_history},
    {"fills.history", fills_history},
    {"positions", positions},
    {"account", account},
    {"funding", funding},
});

query_op const* find_query(std::string_view op) noexcept {
  auto const* const found = std::ranges::find(query_ops, op, &query_op::name);
  return found != query_ops.end() ? found : nullptr;
}

}  // namespace

bool is_query(std::string_view op) noexcept { return find_query(op) != nullptr; }
bool is_public(std::string_view op) noexcept { return op == "funding"; }

boost::json::value answer_query(std::string_view op, boost::json::object const& body, caller who,
                                venue::trading_venue const& venue) {
  auto const* const known = find_query(op);
  if (known == nullptr) throw runes::error(errc::unknown_op, "no op " + shown(op));
  request_fields const in(body);
  auto const late = in.expiry();
  auto const now = std::max(who.now, venue.now());
  if (late && *late < now) throw late_request(*late, now);
  return known->answer(in, who, venue);
}

}  // namespace exchange::wire
