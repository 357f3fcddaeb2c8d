#include "bench/slow/reader.hpp"

#include "bench/slow/book_text.hpp"
#include "bench/slow/feed.hpp"

namespace runes::bench {

std::optional<event_place> book_reader::take(std::string_view message) {
  if (message.starts_with(R"({"id")")) {
    if (message.find(R"("error")") != std::string_view::npos) ++counts_.wrong;
    return {};
  }
  auto const place = scanner_.scan(message);
  if (!place) {
    ++counts_.wrong;
    return {};
  }
  if (!place->prev) {
    waiting_ = false;
    book_ = order_book(feed_price_decimals, feed_quantity_decimals);
  } else if (waiting_) {
    return {};
  } else {
    if (*place->prev != seq_) ++counts_.wrong;
    if (place->seq > *place->prev + 1) ++counts_.merged;
    ++counts_.events;
    counts_.bytes += message.size();
  }
  seq_ = place->seq;
  if (keeps_book_) apply(message.substr(place->end + 1));
  return place->prev ? place : std::nullopt;
}

void book_reader::apply(std::string_view data) {
  auto const checksum = read_book(data, book_);
  if (checksum && *checksum == book_.checksum()) {
    ++counts_.verified;
  } else {
    ++counts_.wrong;
  }
}

}  // namespace runes::bench
