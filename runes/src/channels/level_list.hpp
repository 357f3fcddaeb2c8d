// One side of a book as a sorted list, best last: what order_book and the book model have in
// common.
#pragma once

#include <runes/order_book.hpp>

#include <span>
#include <vector>

namespace runes::detail {

using level_list = std::vector<order_book::entry>;
using level_span = std::span<order_book::entry const>;

/// Whether price `a` lies farther from the other side than `b` does.
constexpr bool is_worse(side which, std::int64_t a, std::int64_t b) noexcept {
  return which == side::buy ? a < b : a > b;
}

/// Where `price` is, or would have to be inserted. Looks near the best price first, where most
/// changes happen.
std::size_t find_level(side which, level_span levels, std::int64_t price) noexcept;

/// Brings levels into the order of a side; of several at one price the last one stays.
void sort_levels(side which, level_list& levels);

/// What turns `from` into `to`; a quantity of zero removes.
level_list difference(side which, level_span from, level_span to);

/// What `older` and then `newer` do. Zero quantities are left out of a `whole` list, which is no
/// change but all there is.
level_list merged(side which, level_span older, level_span newer, bool whole);

/// A book's decimal in its smallest units; error(errc::bad_decimal) when it has digits beyond
/// `scale`.
std::int64_t units_of(decimal value, unsigned scale);

}  // namespace runes::detail
