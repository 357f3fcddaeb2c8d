#include "client/book_keeper.hpp"

namespace runes::detail {

std::optional<std::string> book_keeper::replace(book_changes const& levels) {
  book_ = order_book();
  decimals_known_ = false;
  trusted_ = true;
  return take(levels);
}

std::optional<std::string> book_keeper::apply(book_changes const& levels) { return take(levels); }

std::optional<std::string> book_keeper::take(book_changes const& levels) {
  std::optional<std::string> wrong;
  if (!decimals_known_) decimals_known_ = learn_decimals(levels);
  wrong = take(side::buy, levels.bids);
  if (!wrong) wrong = take(side::sell, levels.asks);
  if (!wrong && book_.checksum() != levels.checksum) {
    wrong = "the checksum is " + std::to_string(book_.checksum()) + ", but the server says " +
            std::to_string(levels.checksum);
  }
  if (wrong) trusted_ = false;
  return wrong;
}

std::optional<std::string> book_keeper::take(side which, std::vector<level> const& levels) {
  for (level const& each : levels) {
    auto const price = each.price.rescaled(book_.price_decimals());
    auto const quantity = each.quantity.rescaled(book_.quantity_decimals());
    if (!price || !quantity || quantity->units() < 0) {
      return "a level of " + each.quantity.str() + " at " + each.price.str() +
             " does not fit the book";
    }
    book_.set(which, {price->units(), quantity->units()});
  }
  return {};
}

/// All prices of a symbol are written with the same digits, and so are all quantities
/// (protocol.md): any level tells.
bool book_keeper::learn_decimals(book_changes const& levels) {
  if (levels.bids.empty() && levels.asks.empty()) return false;
  level const& any = levels.bids.empty() ? levels.asks.front() : levels.bids.front();
  book_ = order_book(any.price.scale(), any.quantity.scale());
  return true;
}

book_changes book_keeper::image() const {
  book_changes all;
  all.bids = book_.bids();
  all.asks = book_.asks();
  all.checksum = book_.checksum();
  return all;
}

}  // namespace runes::detail
