// Whether orders, reservations and engines say the same.
#include "machine.hpp"

namespace exchange::venue {
namespace {

std::size_t count(engine::book const& book, engine::price_ladder const& ladder) noexcept {
  std::size_t found = 0;
  for (auto at = ladder.best(); at != engine::nil; at = ladder.worse(at)) {
    for (auto o = book.level(at).head; o != engine::nil; o = book.order(o).next) {
      found += book.order(o).account != engine::outside_account;
    }
  }
  return found;
}

// Those of accounts.
std::size_t open_in(engine::matching_engine const& engine) noexcept {
  auto const& book = engine.book();
  return count(book, book.ladder(side::buy)) + count(book, book.ladder(side::sell)) +
         book.stop_count();
}

bool same(order const& o, engine::new_order const& in) noexcept {
  bool const waits = in.type >= order_type::stop;
  return o.account == in.account && o.side == in.side && o.remaining == in.quantity &&
         (o.type == order_type::stop || o.price == in.price) &&
         (o.status == order_status::untriggered) == waits &&
         (!waits || o.stop_price == in.stop_price) && o.reduce_only == in.reduce_only;
}

}  // namespace

std::string machine::check() const {
  if (auto const wrong = house_.check(); !wrong.empty()) return wrong;
  std::size_t in_engines = 0, in_accounts = 0;
  for (auto const& desk : desks_) in_engines += open_in(desk->engine);
  for (auto const& user : users_) in_accounts += user.open.size();
  if (in_engines != orders_.size()) return "the engines have other orders than the venue";
  if (in_accounts != orders_.size()) return "the accounts have other orders than the venue";
  for (auto const& [id, o] : orders_) {
    auto const name = "order " + std::to_string(id);
    auto const open = desks_[o.market]->engine.find(id);
    if (!open || !same(o, *open)) return name + " is another one in the engine";
    if (o.quantity != o.filled + o.remaining) return name + " is more or less than its parts";
    if (house_.reserved(id) != o.remaining) return name + " has not reserved what is open";
  }
  return {};
}

}  // namespace exchange::venue
