#include <runes/order_book.hpp>

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "channels/level_list.hpp"
#include "protocol/json_writer.hpp"

namespace runes {
namespace {

level to_level(order_book::entry const& from, unsigned price_decimals, unsigned quantity_decimals) {
  return {decimal(from.price, price_decimals), decimal(from.quantity, quantity_decimals)};
}

detail::level_list to_units(side which, std::vector<level> const& levels, unsigned price_decimals,
                            unsigned quantity_decimals) {
  detail::level_list units;
  units.reserve(levels.size());
  for (auto const& each : levels) {
    units.push_back({detail::units_of(each.price, price_decimals),
                     detail::units_of(each.quantity, quantity_decimals)});
  }
  detail::sort_levels(which, units);
  return units;
}

char* append_best(char* out, std::span<order_book::entry const> levels) noexcept {
  auto const count = std::min(levels.size(), order_book::checksum_depth);
  for (auto each = levels.rbegin(); each != levels.rbegin() + static_cast<std::ptrdiff_t>(count);
       ++each) {
    out = std::to_chars(out, out + detail::max_integer_chars, each->price).ptr;
    out = std::to_chars(out, out + detail::max_integer_chars, each->quantity).ptr;
  }
  return out;
}

}  // namespace

bool order_book::set(side which, entry level) {
  auto& all = mutable_levels(which);
  auto const index = detail::find_level(which, all, level.price);
  auto const at = all.begin() + static_cast<std::ptrdiff_t>(index);
  bool const found = at != all.end() && at->price == level.price;
  if (level.quantity == 0) {
    if (found) all.erase(at);
    return found;
  }
  if (!found) {
    all.insert(at, level);
    return true;
  }
  return std::exchange(at->quantity, level.quantity) != level.quantity;
}

void order_book::apply(book_changes const& changes) {
  auto price_decimals = price_decimals_, quantity_decimals = quantity_decimals_;
  if (empty() && !(changes.bids.empty() && changes.asks.empty())) {
    auto const& first = changes.bids.empty() ? changes.asks.front() : changes.bids.front();
    price_decimals = first.price.scale();
    quantity_decimals = first.quantity.scale();
  }
  auto const bids = to_units(side::buy, changes.bids, price_decimals, quantity_decimals);
  auto const asks = to_units(side::sell, changes.asks, price_decimals, quantity_decimals);
  price_decimals_ = price_decimals;
  quantity_decimals_ = quantity_decimals;
  for (auto const& each : bids) set(side::buy, each);
  for (auto const& each : asks) set(side::sell, each);
}

void order_book::clear() noexcept {
  bids_.clear();
  asks_.clear();
}

std::optional<level> order_book::best_bid() const {
  if (bids_.empty()) return {};
  return to_level(bids_.back(), price_decimals_, quantity_decimals_);
}

std::optional<level> order_book::best_ask() const {
  if (asks_.empty()) return {};
  return to_level(asks_.back(), price_decimals_, quantity_decimals_);
}

std::vector<level> order_book::best(side which, std::size_t depth) const {
  auto const count = depth == 0 ? size(which) : std::min(depth, size(which));
  std::vector<level> result;
  result.reserve(count);
  for (std::size_t n = 0; n < count; ++n) {
    result.push_back(to_level(at(which, n), price_decimals_, quantity_decimals_));
  }
  return result;
}

std::vector<level> order_book::bids(std::size_t depth) const { return best(side::buy, depth); }
std::vector<level> order_book::asks(std::size_t depth) const { return best(side::sell, depth); }

std::uint32_t order_book::checksum() const noexcept {
  char text[2 * checksum_depth * 2 * detail::max_integer_chars];
  auto const end = append_best(append_best(text, bids_), asks_);
  auto const bytes = reinterpret_cast<unsigned char const*>(text);
  return static_cast<std::uint32_t>(::crc32(0, bytes, static_cast<uInt>(end - text)));
}

}  // namespace runes
