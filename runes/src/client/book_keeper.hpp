// A local order book that is right, or is not there.
#pragma once

#include <runes/market_data.hpp>
#include <runes/order_book.hpp>

#include <optional>
#include <string>

namespace runes::detail {

/// Builds the book of one symbol from a snapshot and updates, and checks every step by the server's
/// checksum. A plain object; the sequence is stream_check's matter.
class book_keeper {
 public:
  /// All levels. Returns what is wrong with them; then there is no book.
  std::optional<std::string> replace(book_changes const& levels);
  /// Levels that changed. Returns what is wrong; then there is no book until replace().
  /// Precondition: a book is held, if not yet trusted.
  std::optional<std::string> apply(book_changes const& levels);

  /// There is no book until the next replace().
  void distrust() noexcept { trusted_ = false; }
  /// It is right after all: what was missed has been applied.
  void trust() noexcept { trusted_ = true; }
  /// Null while there is none that can be trusted.
  order_book const* book() const noexcept { return trusted_ ? &book_ : nullptr; }
  /// The whole book as a snapshot's data. Precondition: book().
  book_changes image() const;

 private:
  std::optional<std::string> take(book_changes const& levels);
  std::optional<std::string> take(side which, std::vector<level> const& levels);
  bool learn_decimals(book_changes const& levels);

  order_book book_;
  bool decimals_known_ = false;
  bool trusted_ = false;
};

}  // namespace runes::detail
