#include "mirror_changes.hpp"

#include "wire/mirror_rows.hpp"

#include <utility>
#include <variant>

namespace exchange::service {
namespace {

std::uint64_t key_of(venue::account_id account, std::uint16_t about) noexcept {
  return std::uint64_t{account} << 16 | about;
}

template <class Value>
void put(std::unordered_map<std::uint64_t, std::size_t>& places, std::vector<Value>& in,
         std::uint64_t key, Value value) {
  auto const [place, is_new] = places.try_emplace(key, in.size());
  if (is_new) {
    in.push_back(std::move(value));
  } else {
    in[place->second] = std::move(value);
  }
}

}  // namespace

struct mirror_changes::teller {
  mirror_changes& to;
  venue::micros ts;

  void operator()(venue::order_changed const& one) const {
    put(to.orders_, to.values_.orders, one.order.id, venue::order(one.order));
  }
  void operator()(venue::filled const& one) const { to.values_.fills.push_back(one.fill); }
  void operator()(venue::balance_changed const& one) const {
    put(to.balances_, to.values_.balances, key_of(one.account, one.asset),
        dated<venue::balance_changed>{one, ts});
  }
  void operator()(venue::position_changed const& one) const {
    put(to.positions_, to.values_.positions, key_of(one.account, one.market),
        dated<venue::position_changed>{one, ts});
  }
  // The others have no rows.
  template <class Other>
  void operator()(Other const&) const {}
};

void mirror_changes::add(venue::applied const& done) {
  teller const to{*this, done.result.ts};
  for (auto const& one : done.outcomes) std::visit(to, one);
}

changed_values mirror_changes::take() {
  auto taken = std::exchange(values_, {});
  orders_.clear();
  balances_.clear();
  positions_.clear();
  while (named_ < venue_.accounts().accounts()) {
    taken.names.emplace_back(venue_.name_of(++named_));
  }
  return taken;
}

storage::mirror_batch mirror_rows::of(changed_values const& next) {
  names_.insert(names_.end(), next.names.begin(), next.names.end());
  storage::mirror_batch rows;
  rows.orders.reserve(next.orders.size());
  for (auto const& one : next.orders) {
    rows.orders.push_back(wire::row_of(one, name_of(one.account), config_));
  }
  rows.fills.reserve(next.fills.size());
  for (auto const& one : next.fills) {
    rows.fills.push_back(wire::row_of(one, name_of(one.account), config_));
  }
  for (auto const& [one, ts] : next.balances) {
    rows.accounts.push_back(wire::row_of(one, ts, name_of(one.account), config_));
  }
  for (auto const& [one, ts] : next.positions) {
    rows.positions.push_back(wire::row_of(one, ts, name_of(one.account), config_));
  }
  return rows;
}

}  // namespace exchange::service
