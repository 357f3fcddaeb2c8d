#include <simulated_market.hpp>

#include <boost/test/unit_test.hpp>

#include <map>

using namespace exchange;

namespace {

runes::timestamp const begin(std::chrono::hours(24 * 365 * 50));
constexpr int steps_of_minutes = 20'000;

// What a subscriber knows of the book of a symbol.
runes::order_book& apply(runes::order_book& book, book_update const& update) {
  if (update.whole) book.clear();
  for (auto const& one : update.levels.bids) {
    book.set(runes::side::buy, {one.price.units(), one.quantity.units()});
  }
  for (auto const& one : update.levels.asks) {
    book.set(runes::side::sell, {one.price.units(), one.quantity.units()});
  }
  return book;
}

bool same(step const& a, step const& b) {
  bool const books =
      a.book.has_value() == b.book.has_value() &&
      (!a.book || (a.book->whole == b.book->whole && a.book->levels == b.book->levels));
  return books && a.at == b.at && a.ts == b.ts && a.market == b.market && a.trades == b.trades &&
         a.ticker == b.ticker && a.statistics.size() == b.statistics.size();
}

bool on_steps(runes::instrument const& of, runes::decimal price, runes::decimal quantity) {
  return price.scale() == of.price_decimals() && quantity.scale() == of.quantity_decimals() &&
         price.units() > 0 && price.units() % of.tick_size.units() == 0 && quantity.units() >= 0 &&
         quantity.units() % of.lot_size.units() == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulated_market_process)

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_steps) {
  simulated_market one(7, begin), two(7, begin), other(8, begin);
  bool differs = false;
  for (int i = 0; i < 5'000; ++i) {
    auto const expected = one.next().value();
    BOOST_REQUIRE(same(expected, two.next().value()));
    differs |= !same(expected, other.next().value());
  }
  BOOST_TEST(differs);
  one.rewind();
  simulated_market again(7, begin);
  for (int i = 0; i < 1'000; ++i) BOOST_REQUIRE(same(one.next().value(), again.next().value()));
}

BOOST_AUTO_TEST_CASE(the_book_is_never_crossed_never_thin_and_true_to_its_updates) {
  simulated_market market(1, begin);
  std::map<std::size_t, runes::order_book> held;
  for (auto const& of : market.instruments()) {
    held.emplace(held.size(), runes::order_book(of.price_decimals(), of.quantity_decimals()));
  }
  std::chrono::nanoseconds before{};
  for (int i = 0; i < steps_of_minutes; ++i) {
    auto const made = market.next().value();
    BOOST_REQUIRE(!made.empty());
    BOOST_REQUIRE(made.at >= before);
    before = made.at;
    if (!made.book) continue;
    auto const& book = apply(held.at(made.market), *made.book);
    BOOST_REQUIRE(book == market.book(made.market));
    BOOST_REQUIRE_EQUAL(made.book->levels.checksum, book.checksum());
    BOOST_REQUIRE(book.best_bid()->price < book.best_ask()->price);
    for (auto const which : {runes::side::buy, runes::side::sell}) {
      BOOST_REQUIRE_GE(book.size(which), 5);
      BOOST_REQUIRE_LE(book.size(which), simulated_symbol::most_levels + 8);
    }
  }
}

BOOST_AUTO_TEST_CASE(everything_is_on_tick_and_lot) {
  simulated_market market(2, begin);
  for (int i = 0; i < steps_of_minutes; ++i) {
    auto const made = market.next().value();
    auto const& of = market.instruments()[made.market];
    for (auto const& one : made.trades) {
      BOOST_REQUIRE(on_steps(of, one.price, one.quantity));
      BOOST_REQUIRE(one.quantity.units() > 0);
    }
    if (!made.book) continue;
    for (auto const& one : made.book->levels.bids)
      BOOST_REQUIRE(on_steps(of, one.price, one.quantity));
    for (auto const& one : made.book->levels.asks)
      BOOST_REQUIRE(on_steps(of, one.price, one.quantity));
  }
}

BOOST_AUTO_TEST_CASE(it_moves_at_the_pace_of_a_market) {
  simulated_market market(3, begin);
  std::map<std::size_t, int> updates, trades, buys, closed;
  std::map<std::size_t, std::uint64_t> last_id;
  constexpr auto length = std::chrono::minutes(3);
  for (;;) {
    auto const made = market.next().value();
    if (made.at >= length) break;
    updates[made.market] += made.book.has_value();
    for (auto const& one : made.trades) {
      BOOST_REQUIRE_EQUAL(one.trade_id, ++last_id[made.market]);
      ++trades[made.market];
      buys[made.market] += one.taker == runes::side::buy;
    }
    for (auto const& one : made.statistics) closed[made.market] += one.value.closed;
    BOOST_REQUIRE(made.problems.empty());
  }
  for (std::size_t i = 0; i < market.instruments().size(); ++i) {
    auto const seconds = static_cast<int>(std::chrono::seconds(length).count());
    BOOST_TEST_MESSAGE(market.instruments()[i].symbol << ": " << updates[i] / seconds
                                                      << " updates, " << trades[i] / seconds
                                                      << " trades a second");
    BOOST_TEST(updates[i] >= 20 * seconds);
    BOOST_TEST(updates[i] <= 50 * seconds);
    BOOST_TEST(trades[i] >= 2 * seconds);
    BOOST_TEST(trades[i] <= 12 * seconds);
    BOOST_TEST(buys[i] > trades[i] / 5);
    BOOST_TEST(buys[i] < trades[i] * 4 / 5);
    BOOST_TEST(closed[i] >= 2);
  }
}

BOOST_AUTO_TEST_SUITE_END()
