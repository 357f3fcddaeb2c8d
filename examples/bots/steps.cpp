#include "steps.hpp"

#include <algorithm>
#include <utility>

namespace bots {
namespace {

using runes::new_order;
using runes::order;

bool of_one_kind(order const& is, new_order const& wanted) {
  return is.symbol == wanted.symbol() && is.side == wanted.side() && is.type == wanted.type();
}

bool at_one_price(order const& is, new_order const& wanted) {
  return of_one_kind(is, wanted) && is.price == wanted.price() &&
         is.stop_price == wanted.stop_price();
}

bool stands(order const& is, new_order const& wanted) {
  return at_one_price(is, wanted) && is.remaining == wanted.quantity();
}

bool crosses_own(new_order const& wanted, runes::order_list const& open) {
  if (!wanted.price()) return false;
  return std::ranges::any_of(open, [&](order const& is) {
    if (is.symbol != wanted.symbol() || is.side == wanted.side() || !is.price) return false;
    return wanted.side() == runes::side::buy ? *wanted.price() >= *is.price
                                             : *wanted.price() <= *is.price;
  });
}

/// The wanted order that an open one is to become: one at its price, if there is one.
auto partner(order const& is, std::vector<new_order> const& wanted) {
  auto const same =
      std::ranges::find_if(wanted, [&](auto const& w) { return at_one_price(is, w); });
  if (same != wanted.end()) return same;
  return std::ranges::find_if(wanted, [&](auto const& w) { return of_one_kind(is, w); });
}

runes::amendment change(order const& is, new_order const& into) {
  runes::amendment made(is);
  made.quantity(is.filled + into.quantity());
  if (into.price()) made.price(*into.price());
  if (into.stop_price()) made.stop_price(*into.stop_price());
  return made;
}

}  // namespace

std::int64_t steps_of(runes::decimal value, runes::decimal size) {
  auto const scale = std::max(value.scale(), size.scale());
  return value.rescaled(scale).value().units() / size.rescaled(scale).value().units();
}

runes::decimal from_steps(std::int64_t count, runes::decimal size) {
  return {count * size.units(), size.scale()};
}

std::optional<step> next_step(runes::order_list const& open, std::vector<new_order> wanted,
                              std::function<bool(step const&)> const& allowed) {
  auto const may_go = [&](step const& what) { return !allowed || allowed(what); };
  runes::order_list loose;
  for (auto const& each : open) {
    auto const at = std::ranges::find_if(wanted, [&](auto const& w) { return stands(each, w); });
    if (at == wanted.end()) {
      loose.push_back(each);
    } else {
      wanted.erase(at);
    }
  }
  std::vector<std::pair<order, new_order>> moves;
  for (auto const& each : loose) {
    auto const into = partner(each, wanted);
    if (into == wanted.end()) return runes::order_ref(each);
    moves.emplace_back(each, *into);
    wanted.erase(into);
  }
  for (auto const& [from, into] : moves) {
    step next = change(from, into);
    if (!crosses_own(into, open) && may_go(next)) return next;
  }
  for (auto const& each : wanted) {
    if (!crosses_own(each, open) && may_go(each)) return each;
  }
  return std::nullopt;
}

}  // namespace bots
