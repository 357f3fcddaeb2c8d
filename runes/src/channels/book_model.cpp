#include "channels/payload_types.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/market_codec.hpp"

#include <algorithm>
#include <utility>

namespace runes {
namespace detail {
namespace {

void append_levels(std::string& out, level_list const& levels, book_decimals decimals) {
  char const* separator = "";
  for (auto each = levels.rbegin(); each != levels.rend(); ++each) {
    out += separator;
    append_level(out, decimal(each->price, decimals.price),
                 decimal(each->quantity, decimals.quantity));
    separator = ",";
  }
}

}  // namespace

void book_data::encode(std::string& out) const {
  out += R"({"bids":[)";
  append_levels(out, bids_, decimals_);
  out += R"(],"asks":[)";
  append_levels(out, asks_, decimals_);
  out += R"(],"checksum":)";
  append_integer(out, checksum_);
  out += '}';
}

std::size_t book_data::bytes() const noexcept {
  return sizeof *this + (bids_.capacity() + asks_.capacity()) * sizeof(order_book::entry);
}

}  // namespace detail

namespace {

using detail::book_data;
using detail::level_list;
using detail::level_span;

book_data const& as_book(payload_ptr const& given) {
  return detail::expect<book_data>(given, "book");
}

class book_state final : public topic_state {
 public:
  payload_ptr apply(payload_ptr const& change) override {
    auto const& data = as_book(change);
    adopt(data.decimals());
    if (data.whole()) return bring_to(data.levels(side::buy), data.levels(side::sell));
    return published(changed(side::buy, data.levels(side::buy)),
                     changed(side::sell, data.levels(side::sell)));
  }

  payload_ptr snapshot() const override {
    auto const bids = book_.levels(side::buy), asks = book_.levels(side::sell);
    return payload_ptr(new book_data(decimals(), {bids.begin(), bids.end()},
                                     {asks.begin(), asks.end()}, checksum_, true));
  }

  /// Brings this book up to the best `depth` levels of another, and returns the change.
  payload_ptr follow(book_state const& source, std::size_t depth) {
    if (!source.has_decimals_) return nullptr;
    adopt(source.decimals());
    return bring_to(source.best(side::buy, depth), source.best(side::sell, depth));
  }

 private:
  detail::book_decimals decimals() const noexcept {
    return {book_.price_decimals(), book_.quantity_decimals()};
  }

  level_span best(side which, std::size_t depth) const noexcept {
    auto const all = book_.levels(which);
    return all.last(std::min(depth, all.size()));
  }

  // The first change says what the integers mean, for as long as the book lives.
  void adopt(detail::book_decimals given) {
    if (!std::exchange(has_decimals_, true)) book_ = order_book(given.price, given.quantity);
    if (given == decimals()) return;
    throw error(errc::bad_decimal, "a change of a book with other decimals than the book's");
  }

  payload_ptr bring_to(level_span bids, level_span asks) {
    auto const bid_changes = detail::difference(side::buy, book_.levels(side::buy), bids);
    auto const ask_changes = detail::difference(side::sell, book_.levels(side::sell), asks);
    return published(changed(side::buy, bid_changes), changed(side::sell, ask_changes));
  }

  // Sets the levels and returns those that made a difference.
  level_list changed(side which, level_span levels) {
    level_list result;
    result.reserve(levels.size());
    for (auto const& each : levels) {
      bool const counts = in_checksum(which, each.price);
      if (!book_.set(which, each)) continue;
      result.push_back(each);
      stale_ |= counts;
    }
    return result;
  }

  // Whether a change at this price can change the checksum: most changes of a deep book cannot.
  bool in_checksum(side which, std::int64_t price) const noexcept {
    constexpr auto depth = order_book::checksum_depth;
    return book_.size(which) < depth ||
           !detail::is_worse(which, price, book_.at(which, depth - 1).price);
  }

  payload_ptr published(level_list bids, level_list asks) {
    if (bids.empty() && asks.empty()) return nullptr;
    if (std::exchange(stale_, false)) checksum_ = book_.checksum();
    return payload_ptr(
        new book_data(decimals(), std::move(bids), std::move(asks), checksum_, false));
  }

  order_book book_;
  std::uint32_t checksum_ = 0;  // of book_; that of an empty book is zero
  bool stale_ = false;          // a level that the checksum covers has changed since
  bool has_decimals_ = false;
};

book_state const& as_state(topic_state const& given) {
  if (auto const* state = dynamic_cast<book_state const*>(&given)) return *state;
  throw error(errc::internal, "a state of another model given to a 'book' channel");
}

book_state& as_state(topic_state& given) {
  return const_cast<book_state&>(as_state(std::as_const(given)));
}

class book_model final : public channel_model {
 public:
  std::unique_ptr<topic_state> make_state() const override {
    return std::make_unique<book_state>();
  }

  payload_ptr merge(payload_ptr const& older, payload_ptr const& newer) const override {
    auto const &first = as_book(older), &second = as_book(newer);
    if (second.whole()) return newer;
    if (first.decimals() != second.decimals()) return nullptr;
    return payload_ptr(new book_data(second.decimals(), merged_side(side::buy, first, second),
                                     merged_side(side::sell, first, second), second.checksum(),
                                     first.whole()));
  }

  payload_ptr project(topic_state const& source, topic_state& view, unsigned depth) const override {
    return as_state(view).follow(as_state(source), depth);
  }

 private:
  static level_list merged_side(side which, book_data const& older, book_data const& newer) {
    return detail::merged(which, older.levels(which), newer.levels(which), older.whole());
  }
};

}  // namespace

std::shared_ptr<channel_model const> models::book() {
  static auto const model = std::make_shared<book_model const>();
  return model;
}

}  // namespace runes
