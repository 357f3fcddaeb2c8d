// The whole state as bytes: totals, positions, orders, mark prices. What is locked follows from
// them and is worked out again. A checksum at the end tells damaged bytes, and what is read has to
// be books that are right.
#include "books.hpp"
#include "engine/bytes.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace exchange::accounts {
namespace {

using engine::byte_reader;
using engine::byte_writer;

constexpr std::uint32_t format = 0x32'41'58'52;  // "RXA2"

void require(bool holds, char const* sentence) {
  if (!holds) throw std::runtime_error(sentence);
}

// FNV-1a.
std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (char const one : bytes) hash = (hash ^ static_cast<unsigned char>(one)) * 0x100000001B3u;
  return hash;
}

amount get_amount(byte_reader& in) {
  amount const value = in.get_wide();
  require(-max_amount <= value && value <= max_amount,
          "the snapshot has an amount that is too large");
  return value;
}

void put_market(byte_writer& out, market_config const& m) {
  out.put_text(m.symbol);
  out.put(m.kind);
  out.put(m.base);
  out.put(m.quote);
  out.put(m.tick_lot_value);
  out.put(m.lot_units);
  out.put(m.max_price);
  out.put(m.max_quantity);
  out.put(m.maker_fee);
  out.put(m.taker_fee);
  out.put(m.max_position);
  out.put(m.max_leverage);
  out.put(m.default_leverage);
  out.put(m.default_mode);
  out.put(m.maintenance_margin);
  out.put(m.liquidation_fee);
}

// One number stands for the configuration: it is only compared.
std::uint64_t fingerprint(accounts_config const& c) {
  std::string bytes;
  byte_writer out(bytes);
  out.put(static_cast<std::uint32_t>(c.assets.size()));
  for (auto const& one : c.assets) {
    out.put_text(one.name);
    out.put(one.decimals);
  }
  for (auto const& one : c.markets) put_market(out, one);
  out.put(c.max_accounts);
  out.put(c.max_orders);
  out.put(c.max_orders_an_account);
  return checksum(bytes);
}

void put_holding(byte_writer& out, holding const& h) {
  out.put(h.size);
  out.put(h.cost);
  out.put(h.realized);
  out.put(h.funding);
  out.put(h.margin);
  out.put(h.leverage);
  out.put(h.mode);
}

void get_holding(byte_reader& in, holding& h, market_config const& m, bool outside) {
  in.get(h.size);
  h.cost = get_amount(in);
  h.realized = get_amount(in);
  h.funding = get_amount(in);
  h.margin = get_amount(in);
  in.get(h.leverage);
  in.get(h.mode);
  bool const right = (outside || (-2 * m.max_position <= h.size && h.size <= 2 * m.max_position)) &&
                     1 <= h.leverage && h.leverage <= m.max_leverage &&
                     h.mode <= margin_mode::isolated && (h.cost == 0) == (h.size == 0);
  require(right, "the snapshot has an impossible position");
}

void put_order(byte_writer& out, order_id id, reservation const& o) {
  out.put(id);
  out.put(o.account);
  out.put(o.market);
  out.put(o.side);
  out.put(o.reduce_only);
  out.put(o.liquidation);
  out.put(o.open);
  out.put(o.price);
  out.put(o.unit_value);
  out.put(o.unit_cost);
}

reservation get_order(byte_reader& in, books const& of) {
  reservation o;
  in.get(o.account);
  in.get(o.market);
  in.get(o.side);
  in.get(o.reduce_only);
  in.get(o.liquidation);
  in.get(o.open);
  in.get(o.price);
  o.unit_value = get_amount(in);
  o.unit_cost = get_amount(in);
  constexpr auto impossible = "the snapshot has an impossible order";
  require(of.known(o.account) && of.known_market(o.market) && o.side <= side::sell, impossible);
  auto const& m = of.market(o.market);
  auto const most = (amount{1} << 97) / m.max_quantity;  // of a lot: as validate() has it
  require(0 < o.open && o.open <= m.max_quantity && 0 <= o.price && o.price <= m.max_price &&
              0 <= o.unit_value && o.unit_value <= most && 0 <= o.unit_cost &&
              o.unit_cost <= 2 * most && (!o.reduce_only || m.kind == market_kind::perpetual) &&
              (!o.liquidation || o.reduce_only),
          impossible);
  return o;
}

}  // namespace

std::string books::save() const {
  std::string bytes;
  byte_writer out(bytes);
  out.put(format);
  out.put(fingerprint(config_));
  out.put(static_cast<std::uint32_t>(users_.size()));
  for (auto const& user : users_) {
    for (auto const& one : user.balances) out.put(one.total);
    for (market_id id = 0; known_market(id); ++id) {
      if (perpetual(id)) put_holding(out, user.holdings[id]);
    }
  }
  for (auto const& row : house_) {
    for (auto const& one : row) out.put(one.total);
  }
  for (auto const mark : marks_) out.put(mark);
  std::vector<order_id> ids;
  ids.reserve(orders_.size());
  for (auto const& [id, order] : orders_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  out.put(static_cast<std::uint32_t>(ids.size()));
  for (auto const id : ids) put_order(out, id, orders_.at(id));
  out.put(checksum(bytes));
  return bytes;
}

void books::load(std::string_view bytes) {
  byte_reader in(bytes);
  require(in.get<std::uint32_t>() == format, "this is no snapshot of accounts");
  require(in.get<std::uint64_t>() == fingerprint(config_),
          "the snapshot is of accounts with another configuration");
  constexpr auto tail = sizeof(std::uint64_t);
  require(bytes.size() >= 2 * tail, "the snapshot ends too early");
  auto const body = bytes.substr(0, bytes.size() - tail);
  require(byte_reader(bytes.substr(body.size())).get<std::uint64_t>() == checksum(body),
          "the snapshot is damaged: its checksum is another one");
  in = byte_reader(body);
  in.get<std::uint32_t>();
  in.get<std::uint64_t>();
  load_users(in);
  for (auto& row : house_) {
    for (auto& one : row) one.total = get_amount(in);
  }
  load_marks(in);
  load_orders(in);
  require(in.done(), "the snapshot goes on after its end");
  lock_everything();
  auto const wrong = check();
  if (!wrong.empty()) throw std::runtime_error("the snapshot's books are wrong: " + wrong);
}

void books::load_users(byte_reader& in) {
  auto const count = in.get<std::uint32_t>();
  require(1 <= count && count - 1 <= config_.max_accounts, "the snapshot has too many accounts");
  while (users_.size() < count) users_.push_back(new_account());
  for (account_id account = 0; account < count; ++account) {
    auto& user = users_[account];
    for (auto& one : user.balances) one.total = get_amount(in);
    for (market_id id = 0; known_market(id); ++id) {
      if (perpetual(id)) {
        get_holding(in, user.holdings[id], market(id), account == engine::outside_account);
      }
    }
  }
}

void books::load_marks(byte_reader& in) {
  for (market_id id = 0; known_market(id); ++id) {
    in.get(marks_[id]);
    require(0 <= marks_[id] && marks_[id] <= (perpetual(id) ? market(id).max_price : 0),
            "the snapshot has an impossible mark price");
  }
}

void books::load_orders(byte_reader& in) {
  order_id last = 0;
  for (auto left = in.get<std::uint32_t>(); left > 0; --left) {
    auto const id = in.get<order_id>();
    require(id > last, "the snapshot has orders out of their order");
    require(orders_.size() < config_.max_orders, "the snapshot has more orders than max_orders");
    last = id;
    auto const order = get_order(in, *this);
    orders_.emplace(id, order);
    count(order);
  }
}

// What lock_order() and enter() leave of an order, but for the locks.
void books::count(reservation const& order) {
  auto& user = users_[order.account];
  if (!order.liquidation) {
    ++user.open[order.market];
    ++user.open_orders;
  }
  auto const& m = market(order.market);
  if (m.kind == market_kind::spot) {
    user.balances[locked_asset(order)].locked += order.unit_cost * order.open;
  } else if (!order.reduce_only) {
    auto& sum = user.holdings[order.market].orders[engine::index_of(order.side)];
    sum.quantity += order.open;
    sum.value += order.unit_value * order.open;
    sum.cost += order.unit_cost * order.open;
    require(sum.quantity <= 4 * m.max_position, "the snapshot has more open than max_position");
  }
}

void books::lock_everything() {
  for (account_id account = 1; account < users_.size(); ++account) {
    auto& user = users_[account];
    for (market_id id = 0; known_market(id); ++id) {
      auto& h = user.holdings[id];
      h.locked = needed_lock(h);
      user.balances[market(id).quote].locked += h.locked;
    }
  }
}

}  // namespace exchange::accounts
