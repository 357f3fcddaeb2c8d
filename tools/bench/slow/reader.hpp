// What one subscriber of a book makes of what it is sent; no I/O.
#pragma once

#include "bench/local/event_scanner.hpp"

#include <runes/order_book.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace runes::bench {

/// Checks every event: that it follows the one before and, when it keeps the book, that the book
/// has the event's checksum after it.
class book_reader {
 public:
  struct tally {
    std::uint64_t events = 0;
    std::uint64_t merged = 0;    ///< events that span several numbers
    std::uint64_t verified = 0;  ///< events after which the book had the right checksum
    std::uint64_t wrong = 0;     ///< gaps, wrong checksums, errors, and what is no event
    std::uint64_t bytes = 0;
  };

  /// Passes all over until a snapshot comes, and keeps the book from there on if so wanted.
  void begin(bool keep_book) {
    waiting_ = true;
    keeps_book_ = keep_book;
  }
  /// Follows the numbers only: a book takes more time than the rest of the work.
  void relax() { keeps_book_ = false; }

  /// Takes a message. Returns where an update stands in the sequence, if it is one.
  std::optional<event_place> take(std::string_view message);

  bool waiting() const { return waiting_; }
  bool keeps_book() const { return keeps_book_; }
  std::uint64_t seq() const { return seq_; }
  order_book const& book() const { return book_; }
  tally const& counts() const { return counts_; }

 private:
  void apply(std::string_view data);

  event_scanner scanner_;
  order_book book_;
  bool waiting_ = true;
  bool keeps_book_ = false;
  std::uint64_t seq_ = 0;
  tally counts_;
};

}  // namespace runes::bench
