#include "merged_steps.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>

namespace exchange::service {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>&& more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

bool may_be_merged(step const& one) noexcept {
  return !one.status && !(one.book && one.book->whole);
}

void merge_books(std::optional<book_update>& into, std::optional<book_update>&& later) {
  if (!into) {
    into = std::move(later);
  } else if (later) {
    append(into->levels.bids, std::move(later->levels.bids));
    append(into->levels.asks, std::move(later->levels.asks));
    into->levels.checksum = later->levels.checksum;
    into->update_id = later->update_id;
  }
}

// A window that was closed is told as that, whatever comes after it.
void merge_windows(std::vector<statistics_update>& into,
                   std::vector<statistics_update> const& later) {
  for (auto const& each : later) {
    auto const same = std::ranges::find_if(into, [&](statistics_update const& one) {
      return one.window == each.window && !one.value.closed;
    });
    if (same != into.end()) {
      same->value = each.value;
    } else {
      into.push_back(each);
    }
  }
}

void merge_steps(step& into, step&& later) {
  into.at = later.at;
  into.ts = later.ts;
  merge_books(into.book, std::move(later.book));
  append(into.trades, std::move(later.trades));
  append(into.orders, std::move(later.orders));
  if (later.ticker) into.ticker = later.ticker;
  merge_windows(into.statistics, later.statistics);
  append(into.problems, std::move(later.problems));
}

}  // namespace

bool merge(std::vector<step>& into, std::vector<step>& later) {
  if (!std::ranges::all_of(into, may_be_merged)) return false;
  if (!std::ranges::all_of(later, may_be_merged)) return false;
  for (auto& each : later) {
    auto const same = std::ranges::find(into, each.market, &step::market);
    if (same != into.end()) {
      merge_steps(*same, std::move(each));
    } else {
      into.push_back(std::move(each));
    }
  }
  later.clear();
  return true;
}

void keep_last(std::vector<runes::level>& levels) {
  if (levels.size() < 2) return;
  auto const price = [&](std::size_t place) { return levels[place].price.units(); };
  std::vector<std::size_t> places(levels.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::sort(places, [&](std::size_t a, std::size_t b) {
    return price(a) != price(b) ? price(a) < price(b) : a > b;  // of one price the last comes first
  });
  auto const rest = std::ranges::unique(places, {}, price);
  places.erase(rest.begin(), rest.end());
  std::vector<runes::level> kept;
  kept.reserve(places.size());
  for (auto const place : places) kept.push_back(levels[place]);
  levels = std::move(kept);
}

void keep_last(std::vector<step>& all) {
  for (auto& one : all) {
    if (!one.book) continue;
    keep_last(one.book->levels.bids);
    keep_last(one.book->levels.asks);
  }
}

}  // namespace exchange::service
