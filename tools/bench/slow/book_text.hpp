// Reads the levels of an order book's event.
#pragma once

#include <runes/order_book.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace runes::bench {

/// Sets the levels of `"data":{"bids":[…],"asks":[…],"checksum":…}` in a book, and returns the
/// checksum that the event gives. Prices and quantities are written with all their decimals, so
/// that without its point each is the integer that a book holds. Nothing: the text is none.
std::optional<std::uint32_t> read_book(std::string_view data, order_book& into);

}  // namespace runes::bench
