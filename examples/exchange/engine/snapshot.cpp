// The whole state as bytes: what the market is and every order in the order of its priority, and
// nothing of how they are held in memory. So equal states have equal bytes.
#include "bytes.hpp"
#include "matching_engine.hpp"

#include <limits>
#include <stdexcept>

namespace exchange::engine {
namespace {

constexpr std::uint32_t format = 0x31'45'58'52;  // "RXE1"

void write_config(byte_writer& out, engine_config const& c) {
  out.put(c.max_orders);
  out.put(c.max_price);
  out.put(c.max_quantity);
  out.put(c.window);
  out.put(c.max_quotes);
  out.put(c.max_reduce_only_accounts);
  out.put(c.band_basis_points);
  out.put(c.band_action);
  out.put(c.day_length);
  out.put(c.day_offset);
  out.put(c.reference);
  out.put(c.state);
}

engine_config read_config(byte_reader& in) {
  engine_config c;
  in.get(c.max_orders);
  in.get(c.max_price);
  in.get(c.max_quantity);
  in.get(c.window);
  in.get(c.max_quotes);
  in.get(c.max_reduce_only_accounts);
  in.get(c.band_basis_points);
  in.get(c.band_action);
  in.get(c.day_length);
  in.get(c.day_offset);
  in.get(c.reference);
  in.get(c.state);
  return c;
}

void write_order(byte_writer& out, new_order const& o, lots shown) {
  out.put(o.id);
  out.put(o.price);
  out.put(o.quantity);
  out.put(shown);
  out.put(o.stop_price);
  out.put(o.display);
  out.put(o.expires_at);
  out.put(o.account);
  out.put(o.side);
  out.put(o.type);
  out.put(o.tif);
  out.put(o.self);
  out.put(o.post_only);
  out.put(o.reduce_only);
}

new_order read_order(byte_reader& in, lots& shown) {
  new_order o;
  in.get(o.id);
  in.get(o.price);
  in.get(o.quantity);
  in.get(shown);
  in.get(o.stop_price);
  in.get(o.display);
  in.get(o.expires_at);
  in.get(o.account);
  in.get(o.side);
  in.get(o.type);
  in.get(o.tif);
  in.get(o.self);
  in.get(o.post_only);
  in.get(o.reduce_only);
  return o;
}

void write_ladder(byte_writer& out, book const& from, price_ladder const& ladder) {
  std::uint32_t count = 0;
  for (auto at = ladder.best(); at != nil; at = ladder.worse(at)) count += from.level(at).orders;
  out.put(count);
  for (auto at = ladder.best(); at != nil; at = ladder.worse(at)) {
    for (auto order = from.level(at).head; order != nil; order = from.order(order).next) {
      write_order(out, from.describe(order), from.order(order).quantity);
    }
  }
}

// What the engine itself never lets be otherwise.
void check_order(new_order const& o, lots shown, side which, bool stops,
                 engine_config const& config, order_id last_id, book const& into) {
  auto const in = [](std::int64_t value, std::int64_t most) { return 0 < value && value <= most; };
  bool const outside = o.id >= outside_bit;
  bool const priced = o.type == order_type::stop ? o.price == 0 : in(o.price, config.max_price);
  bool const right =
      o.id != 0 && (outside ? o.account == outside_account && !stops : o.id <= last_id) &&
      (o.account == outside_account) == outside && o.account <= max_account && o.side == which &&
      o.type <= order_type::stop_limit && (o.type >= order_type::stop) == stops &&
      o.type != order_type::market && o.tif <= time_in_force::day && o.tif != time_in_force::ioc &&
      o.tif != time_in_force::fok && o.self <= self_trade::decrement && priced &&
      (stops ? in(o.stop_price, config.max_price) : o.stop_price == 0) &&
      in(o.quantity, config.max_quantity) && in(shown, o.quantity) &&
      (o.tif == time_in_force::gtc ? o.expires_at == 0 : o.expires_at > 0) && 0 <= o.display &&
      o.display <= config.max_quantity && (shown == o.quantity || (o.display > 0 && !stops)) &&
      (!o.reduce_only || into.positions().find(o.account) != nullptr);
  if (!right) throw std::runtime_error("the snapshot has an impossible order");
  if (into.full()) throw std::runtime_error("the snapshot has more orders than max_orders");
  if (into.find(o.id) != nil) throw std::runtime_error("the snapshot has an order twice");
}

}  // namespace

std::string matching_engine::save() const {
  std::string bytes;
  byte_writer out(bytes);
  out.put(format);
  write_config(out, config_);
  out.put(state_);
  out.put(last_id_);
  out.put(last_trade_);
  out.put(last_price_);
  out.put(now_);
  out.put(reference_);
  out.put(static_cast<std::uint32_t>(book_.positions().entries().size()));
  for (auto const& one : book_.positions().entries()) {
    out.put(one.account);
    out.put(one.position);
  }
  for (auto const which : {side::buy, side::sell}) {
    write_ladder(out, book_, book_.ladder(which));
    write_ladder(out, book_, book_.stops(which));
  }
  return bytes;
}

void matching_engine::load(std::string_view bytes) {
  byte_reader in(bytes);
  if (in.get<std::uint32_t>() != format)
    throw std::runtime_error("this is no snapshot of an engine");
  if (!(read_config(in) == config_)) {
    throw std::runtime_error("the snapshot is of an engine with another configuration");
  }
  in.get(state_);
  in.get(last_id_);
  in.get(last_trade_);
  in.get(last_price_);
  in.get(now_);
  ticks reference = 0;
  in.get(reference);
  auto const priced = [&](ticks price) { return 0 <= price && price <= config_.max_price; };
  if (state_ > market_state::halted || !priced(last_price_) || !priced(reference) || now_ < 0 ||
      now_ > max_time || last_id_ >= outside_bit) {
    throw std::runtime_error("the snapshot has an impossible state");
  }
  set_reference(reference);
  load_positions(in);
  for (auto const which : {side::buy, side::sell}) {
    load_ladder(in, which, false);
    load_ladder(in, which, true);
  }
  if (!in.done()) throw std::runtime_error("the snapshot goes on after its end");
  book_.positions().settled();
}

void matching_engine::load_positions(byte_reader& in) {
  for (auto left = in.get<std::uint32_t>(); left > 0; --left) {
    auto const account = in.get<account_id>();
    auto const position = in.get<lots>();
    if (account == outside_account || account > max_account || position < -max_lots ||
        position > max_lots || !book_.positions().has_room_for(account)) {
      throw std::runtime_error("the snapshot has an impossible position");
    }
    book_.positions().set(account, position);
  }
}

void matching_engine::load_ladder(byte_reader& in, side which, bool stops) {
  auto const& ladder = stops ? book_.stops(which) : book_.ladder(which);
  auto last_key = std::numeric_limits<std::int64_t>::max();
  for (auto left = in.get<std::uint32_t>(); left > 0; --left) {
    lots shown = 0;
    auto const o = read_order(in, shown);
    check_order(o, shown, which, stops, config_, last_id_, book_);
    auto const key = ladder.key_of(stops ? o.stop_price : o.price);
    if (key > last_key) throw std::runtime_error("the snapshot has orders out of their order");
    last_key = key;
    book_.put(o, shown, o.quantity - shown);
  }
}

}  // namespace exchange::engine
