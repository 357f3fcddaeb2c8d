#include "recovery.hpp"

#include "engine/bytes.hpp"
#include "storage/error.hpp"
#include "wire/mirror_rows.hpp"

#include <stdexcept>
#include <utility>

namespace exchange::service {
namespace {

using storage::sequence;

constexpr std::uint32_t format = 0x31'53'58'52;  // "RXS1"

// What the venue says of bytes that are not its own, with where they stand.
[[noreturn]] void not_ours(std::string const& what, sequence number, std::exception const& why) {
  throw std::runtime_error(what + " " + std::to_string(number) + ": " + why.what());
}

void add_balances(venue::trading_venue const& venue, venue::account_id account,
                  storage::mirror_batch& into) {
  for (std::size_t i = 0; i < venue.config().assets.size(); ++i) {
    venue::balance_changed one;
    one.account = account;
    one.asset = static_cast<venue::asset_id>(i);
    auto const now = venue.accounts().balance(account, one.asset);
    one.free = now.free;
    one.locked = now.locked;
    one.total = now.total;
    if (one.total != 0)
      into.accounts.push_back(
          wire::row_of(one, venue.now(), venue.name_of(account), venue.config()));
  }
}

void add_positions(venue::trading_venue const& venue, venue::account_id account,
                   storage::mirror_batch& into) {
  for (std::size_t i = 0; i < venue.config().instruments.size(); ++i) {
    auto const market = static_cast<venue::market_id>(i);
    auto const now = venue.accounts().position(account, market);
    if (!now || (now->size == 0 && now->realized == 0)) continue;
    venue::position_changed one;
    one.account = account;
    one.market = market;
    one.size = now->size;
    one.entry_price = now->entry_price;
    one.realized = now->realized;
    one.margin = now->margin;
    one.leverage = now->leverage;
    one.mode = now->mode;
    into.positions.push_back(
        wire::row_of(one, venue.now(), venue.name_of(account), venue.config()));
  }
}

void add_orders(venue::trading_venue const& venue, venue::account_id account,
                storage::mirror_batch& into) {
  for (auto const& order : venue.open_orders(account)) {
    into.orders.push_back(wire::row_of(order, venue.name_of(account), venue.config()));
  }
  venue::page all;
  all.limit = venue.config().max_closed_orders;
  for (auto const& order : venue.closed_orders(account, all)) {
    into.orders.push_back(wire::row_of(order, venue.name_of(account), venue.config()));
  }
}

}  // namespace

std::string saved_state(venue::trading_venue const& venue, reporter const& reports) {
  std::string bytes;
  engine::byte_writer out(bytes);
  out.put(format);
  out.put_text(venue.save());
  reports.save(bytes);
  return bytes;
}

recovered_venue::recovered_venue(venue::trading_venue& venue, reporter& reports, sequence mirrored)
    : venue_(venue), reports_(reports), changes_(venue), mirrored_(mirrored) {}

void recovered_venue::on_snapshot(sequence at, std::string_view bytes) {
  try {
    engine::byte_reader in(bytes);
    if (in.get<std::uint32_t>() != format) throw std::runtime_error("it is of another version");
    venue_.load(in.get_text());
    reports_.load(in);
    if (!in.done()) throw std::runtime_error("the snapshot goes on after its end");
  } catch (std::runtime_error const& why) {
    not_ours("the snapshot after record", at, why);
  }
}

void recovered_venue::on_record(sequence number, std::string_view bytes) {
  try {
    auto const done = venue_.apply(venue::decode(bytes));
    reports_.remember(done);
    if (number > mirrored_) changes_.add(done);
  } catch (std::runtime_error const& why) {
    not_ours("record", number, why);
  }
}

storage::mirror_batch recovered_venue::missing() {
  return mirror_rows(venue_.config()).of(changes_.take());
}

storage::mirror_batch whole_mirror(venue::trading_venue const& venue, sequence up_to) {
  storage::mirror_batch all;
  all.up_to = up_to;
  for (venue::account_id account = 1; account <= venue.accounts().accounts(); ++account) {
    add_balances(venue, account, all);
    add_positions(venue, account, all);
    add_orders(venue, account, all);
  }
  return all;
}

std::string bring_up(storage::mirror& to, recovered_venue& recovered,
                     storage::recovery_result const& found, venue::trading_venue const& venue) {
  switch (storage::compare_mirror(to.applied(), found.snapshot, found.last)) {
    case storage::mirror_standing::current: {
      auto missing = recovered.missing();
      missing.up_to = found.last;
      to.apply(missing);
      return {};
    }
    case storage::mirror_standing::behind: {
      auto all = whole_mirror(venue, found.last);
      all.fills = recovered.missing().fills;
      to.rebuild(all);
      return "the mirror ended before the snapshot and was made anew; fills from before the "
             "snapshot "
             "may be missing";
    }
    case storage::mirror_standing::ahead:
      break;
  }
  throw storage::storage_error(
      "the mirror has records that the journal has not: it belongs to another directory, move it "
      "away");
}

}  // namespace exchange::service
