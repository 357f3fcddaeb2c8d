// What the slow-consumer benchmark makes of the events that it is sent.
#include "bench/local/event_scanner.hpp"
#include "bench/local/median.hpp"
#include "bench/slow/book_text.hpp"
#include "bench/slow/options.hpp"
#include "bench/slow/reader.hpp"

#include "bench/arguments.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(book_reading)

using namespace runes::bench;
using runes::order_book;
using runes::side;

namespace {

std::string const head = R"({"event":"market","channel":"orderbook","symbol":"BTC-USD","type":)";
std::string const levels =
    R"("bids":[["1.00","2.000"]],"asks":[["1.01","0.500"],["1.03","7.000"]])";

order_book same_book() {
  order_book book(2, 3);
  book.set(side::buy, {100, 2'000});
  book.set(side::sell, {101, 500});
  book.set(side::sell, {103, 7'000});
  return book;
}

std::string data(std::uint32_t checksum) {
  return R"("data":{)" + levels + R"(,"checksum":)" + std::to_string(checksum) + "}}";
}

std::string snapshot(std::uint64_t seq, std::uint32_t checksum) {
  return head + R"("snapshot","epoch":"e","seq":)" + std::to_string(seq) + R"(,"ts":1700,)" +
         data(checksum);
}

std::string update(std::uint64_t prev, std::uint64_t seq, std::uint32_t checksum) {
  return head + R"("update","epoch":"e","seq":)" + std::to_string(seq) + R"(,"prev":)" +
         std::to_string(prev) + R"(,"ts":1700,)" + data(checksum);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_scanner_finds_numbers_wherever_they_move) {
  event_scanner scanner;
  auto const place = scanner.scan(update(9, 10, 1));
  BOOST_REQUIRE(place.has_value());
  BOOST_TEST(place->seq == 10u);
  BOOST_TEST(place->prev.value() == 9u);
  BOOST_TEST(place->ts == 1700u);
  BOOST_TEST(scanner.scan(R"({"seq":5,"ts":6,)")->seq == 5u);
  for (auto const* none : {"", "{}", R"({"seq":x)", R"({"seq":1,"prev":,"ts":2)", R"({"seq":1)"}) {
    BOOST_TEST(!scanner.scan(none).has_value());
  }
}

BOOST_AUTO_TEST_CASE(levels_are_read_as_integers) {
  order_book book(2, 3);
  BOOST_TEST(read_book(data(77), book).value() == 77u);
  BOOST_TEST((book == same_book()));
  for (auto const* none :
       {"", R"("data":{})", R"("data":{"bids":[["1.00"]],"asks":[],"checksum":1})",
        R"("data":{"bids":[],"asks":[]})"}) {
    BOOST_TEST(!read_book(none, book).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_right_stream_is_right) {
  auto const sum = same_book().checksum();
  book_reader reader;
  reader.begin(true);
  reader.take(update(1, 2, 0));  // of an earlier subscription
  BOOST_TEST(reader.waiting());
  reader.take(snapshot(5, sum));
  reader.take(update(5, 6, sum));
  BOOST_TEST(reader.take(update(6, 9, sum)).value().seq == 9u);
  BOOST_TEST(reader.seq() == 9u);
  BOOST_TEST((reader.book() == same_book()));
  BOOST_TEST(reader.counts().events == 2u);
  BOOST_TEST(reader.counts().merged == 1u);
  BOOST_TEST(reader.counts().verified == 3u);
  BOOST_TEST(reader.counts().wrong == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_counted) {
  auto const sum = same_book().checksum();
  book_reader reader;
  reader.begin(true);
  reader.take(snapshot(5, sum));
  reader.take(update(6, 7, sum));  // one is missing
  BOOST_TEST(reader.counts().wrong == 1u);
  reader.take(update(7, 8, sum + 1));
  BOOST_TEST(reader.counts().wrong == 2u);
  reader.take(R"({"id":1,"error":{}})");
  reader.take("nothing");
  BOOST_TEST(reader.counts().wrong == 4u);
  reader.relax();
  reader.take(update(8, 9, sum + 1));
  BOOST_TEST(reader.counts().wrong == 4u);
}

BOOST_AUTO_TEST_CASE(no_more_may_be_slow_than_there_are) {
  BOOST_TEST(parse_slow_options({"--slow", "7", "--subscribers=20"}).slow == 7u);
  BOOST_CHECK_THROW(parse_slow_options({"--slow", "7", "--subscribers", "11"}), usage_error);
  BOOST_CHECK_THROW(parse_slow_options({"what"}), usage_error);
}

BOOST_AUTO_TEST_CASE(the_median_is_in_the_middle) {
  BOOST_TEST(median({3}) == 3);
  BOOST_TEST(median({5, 1, 3}) == 3);
  BOOST_TEST(median({4, 1, 3, 2}) == 2.5);
}

BOOST_AUTO_TEST_SUITE_END()
