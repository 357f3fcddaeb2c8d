// All of a book in one number, so that two processes can compare theirs.
#pragma once

#include <runes/order_book.hpp>

#include <cstdint>
#include <string>

namespace faults {

/// FNV-1a over every level of both sides; the checksum of the protocol covers the best ten only.
inline std::string digest(runes::order_book const& book) {
  std::uint64_t hash = 14695981039346656037u;
  auto const add = [&hash](std::int64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
      hash ^= (static_cast<std::uint64_t>(value) >> shift) & 0xff;
      hash *= 1099511628211u;
    }
  };
  for (auto const which : {runes::side::buy, runes::side::sell}) {
    add(static_cast<std::int64_t>(book.size(which)));
    for (auto const& level : book.levels(which)) {
      add(level.price);
      add(level.quantity);
    }
  }
  return std::to_string(hash);
}

}  // namespace faults
