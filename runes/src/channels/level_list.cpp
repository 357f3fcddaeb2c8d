#include "channels/level_list.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <numeric>

namespace runes::detail {
namespace {

// Levels looked at one by one from the best before the rest is halved.
constexpr std::size_t near_best = 16;

// Walks two sorted lists as one, from the worst price to the best: `visit` gets the level of either
// list at each price, null where a list has none.
template <class Visit>
void walk(side which, level_span a, level_span b, Visit visit) {
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    bool const take_a = j == b.size() || (i < a.size() && !is_worse(which, b[j].price, a[i].price));
    bool const take_b = i == a.size() || (j < b.size() && !is_worse(which, a[i].price, b[j].price));
    visit(take_a ? &a[i] : nullptr, take_b ? &b[j] : nullptr);
    i += take_a;
    j += take_b;
  }
}

}  // namespace

std::size_t find_level(side which, level_span levels, std::int64_t price) noexcept {
  auto const nearest = levels.size() > near_best ? levels.size() - near_best : 0;
  for (auto i = levels.size(); i > nearest; --i) {
    if (is_worse(which, levels[i - 1].price, price)) return i;
  }
  auto const rest = levels.first(nearest);
  auto const found = std::ranges::partition_point(
      rest, [&](auto const& each) { return is_worse(which, each.price, price); });
  return static_cast<std::size_t>(found - rest.begin());
}

void sort_levels(side which, level_list& levels) {
  auto const out_of_order = [which](auto const& a, auto const& b) {
    return !is_worse(which, a.price, b.price);
  };
  // As most feeds write a side: best first, and a price once.
  std::ranges::reverse(levels);
  if (std::ranges::adjacent_find(levels, out_of_order) == levels.end()) return;
  std::vector<std::size_t> order(levels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    if (levels[a].price == levels[b].price)
      return a > b;  // the list is backwards: the later one has the lower index
    return is_worse(which, levels[a].price, levels[b].price);
  });
  level_list sorted;
  sorted.reserve(levels.size());
  for (auto const i : order) {
    if (!sorted.empty() && sorted.back().price == levels[i].price) sorted.pop_back();
    sorted.push_back(levels[i]);
  }
  levels.swap(sorted);
}

level_list difference(side which, level_span from, level_span to) {
  level_list changes;
  if (std::ranges::equal(from, to)) return changes;
  walk(which, from, to, [&](auto const* old, auto const* now) {
    if (!now) {
      changes.push_back({old->price, 0});
    } else if (!old || old->quantity != now->quantity) {
      changes.push_back(*now);
    }
  });
  return changes;
}

level_list merged(side which, level_span older, level_span newer, bool whole) {
  level_list result;
  result.reserve(older.size() + newer.size());
  walk(which, older, newer, [&](auto const* old, auto const* now) {
    auto const& last = now ? *now : *old;
    if (!whole || last.quantity != 0) result.push_back(last);
  });
  return result;
}

std::int64_t units_of(decimal value, unsigned scale) {
  if (auto const exact = value.rescaled(scale)) return exact->units();
  throw error(errc::bad_decimal,
              value.str() + " cannot be held with " + std::to_string(scale) + " decimals");
}

}  // namespace runes::detail
