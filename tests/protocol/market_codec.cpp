#include "protocol/market_codec.hpp"

#include <runes/error.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>

namespace json = boost::json;
using runes::decimal;
using runes::timestamp;

namespace {

timestamp at(std::int64_t microseconds) {
  return timestamp(std::chrono::microseconds(microseconds));
}

template <class Value>
std::string text_of(Value const& value) {
  std::string out;
  runes::detail::encode(out, value);
  return out;
}

template <class Value>
Value read(json::value const& from) {
  Value value;
  runes::detail::decode(from, value);
  return value;
}

// Whether reading it is refused with a sentence that has the word.
template <class Value>
bool refused(json::value const& from, std::string const& word) {
  try {
    read<Value>(from);
  } catch (runes::error const& e) {
    BOOST_TEST_INFO(e.sentence());
    return e.code() == runes::errc::bad_event && e.sentence().find(word) != std::string::npos;
  }
  return false;
}

// Every member in turn is left out, and then has a value that no member may have.
template <class Value>
void check_every_member_is_needed(Value const& value) {
  auto const whole = json::parse(text_of(value));
  for (auto const& [key, unused] : whole.as_object()) {
    auto broken = whole;
    broken.as_object().erase(key);
    std::string const quoted = std::string(1, '\'').append(key).append(1, '\'');
    BOOST_TEST(refused<Value>(broken, quoted + " is missing"), key);
    for (json::value const& wrong : {json::value(nullptr), json::value(1.5), json::value(-1.0)}) {
      broken.as_object()[key] = wrong;
      BOOST_TEST(refused<Value>(broken, quoted + " must be"), key);
    }
  }
  BOOST_TEST(refused<Value>(json::value(json::array()), "must be an object"));
}

runes::ticker some_ticker() {
  return {.last = {5000025, 2},
          .bid = {5000020, 2},
          .bid_quantity = {15, 1},
          .ask = {5000030, 2},
          .ask_quantity = {2, 0},
          .open_24h = {4900000, 2},
          .high_24h = {5100000, 2},
          .low_24h = {4800000, 2},
          .volume_24h = {123456789, 5}};
}

runes::trade some_trade() {
  return {.trade_id = 42,
          .price = {5000025, 2},
          .quantity = {1, 3},
          .taker = runes::side::sell,
          .ts = at(1700000000000000)};
}

runes::statistics some_statistics() {
  return {.open = {1, 0},
          .high = {4, 0},
          .low = {1, 1},
          .close = {2, 0},
          .volume = {35, 1},
          .quote_volume = {70, 1},
          .count = 9,
          .open_time = at(60000000),
          .close_time = at(120000000),
          .closed = true};
}

runes::book_changes some_changes() {
  return {.bids = {{{10000, 2}, {15, 1}}, {{9999, 2}, {0, 1}}},
          .asks = {{{10001, 2}, {1, 1}}},
          .checksum = 4294967295u};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(market_codec)

BOOST_AUTO_TEST_CASE(a_ticker) {
  BOOST_TEST(
      text_of(some_ticker()) ==
      R"({"last":"50000.25","bid":"50000.20","bidQuantity":"1.5","ask":"50000.30","askQuantity":"2",)"
      R"("open24h":"49000.00","high24h":"51000.00","low24h":"48000.00","volume24h":"1234.56789"})");
  BOOST_TEST((read<runes::ticker>(json::parse(text_of(some_ticker()))) == some_ticker()));
  check_every_member_is_needed(some_ticker());
}

BOOST_AUTO_TEST_CASE(a_trade) {
  BOOST_TEST(
      text_of(some_trade()) ==
      R"({"tradeId":42,"price":"50000.25","quantity":"0.001","side":"sell","ts":1700000000000000})");
  BOOST_TEST((read<runes::trade>(json::parse(text_of(some_trade()))) == some_trade()));
  check_every_member_is_needed(some_trade());
}

BOOST_AUTO_TEST_CASE(trade_ids_have_64_bits) {
  auto value = some_trade();
  value.trade_id = std::numeric_limits<std::uint64_t>::max();
  BOOST_TEST((read<runes::trade>(json::parse(text_of(value))) == value));
  BOOST_TEST(refused<runes::trade>(
      json::parse(R"({"tradeId":-1,"price":"1","quantity":"1","side":"buy","ts":1})"),
      "'tradeId' must be"));
}

BOOST_AUTO_TEST_CASE(statistics_of_a_window) {
  BOOST_TEST(
      text_of(some_statistics()) ==
      R"({"open":"1","high":"4","low":"0.1","close":"2","volume":"3.5","quoteVolume":"7.0","count":9,)"
      R"("openTime":60000000,"closeTime":120000000,"closed":true})");
  BOOST_TEST(
      (read<runes::statistics>(json::parse(text_of(some_statistics()))) == some_statistics()));
  check_every_member_is_needed(some_statistics());
}

BOOST_AUTO_TEST_CASE(a_liquidation) {
  runes::liquidation const value{
      .price = {1, 0}, .quantity = {2, 0}, .side = runes::side::buy, .ts = at(-5)};
  BOOST_TEST(text_of(value) == R"({"price":"1","quantity":"2","side":"buy","ts":-5})");
  BOOST_TEST((read<runes::liquidation>(json::parse(text_of(value))) == value));
  check_every_member_is_needed(value);
}

BOOST_AUTO_TEST_CASE(changes_of_a_book) {
  BOOST_TEST(
      text_of(some_changes()) ==
      R"({"bids":[["100.00","1.5"],["99.99","0.0"]],"asks":[["100.01","0.1"]],"checksum":4294967295})");
  BOOST_TEST((read<runes::book_changes>(json::parse(text_of(some_changes()))) == some_changes()));
  BOOST_TEST(text_of(runes::book_changes{}) == R"({"bids":[],"asks":[],"checksum":0})");
  check_every_member_is_needed(some_changes());
}

BOOST_AUTO_TEST_CASE(levels_are_pairs_of_decimals_in_strings) {
  for (auto const* levels : {R"([1])", R"([["1"]])", R"([["1","2","3"]])", R"([[1,"2"]])",
                             R"([["1",2]])", R"([["1e5","2"]])", R"([["1","-2"]])", R"({})"}) {
    auto const text = std::string(R"({"bids":[],"asks":)") + levels + R"(,"checksum":0})";
    BOOST_TEST(refused<runes::book_changes>(json::parse(text), "'asks' must be"), levels);
  }
  BOOST_TEST(refused<runes::book_changes>(
      json::parse(R"({"bids":[],"asks":[],"checksum":4294967296})"), "'checksum' must be"));
}

BOOST_AUTO_TEST_CASE(decimals_come_from_strings_only) {
  BOOST_TEST(refused<runes::trade>(
      json::parse(R"({"tradeId":1,"price":50000,"quantity":"1","side":"buy","ts":1})"),
      "'price' must be a decimal"));
  BOOST_TEST(refused<runes::trade>(
      json::parse(R"({"tradeId":1,"price":"5e4","quantity":"1","side":"buy","ts":1})"),
      "'price' must be a decimal"));
}

BOOST_AUTO_TEST_CASE(sides_have_two_names) {
  BOOST_TEST(refused<runes::trade>(
      json::parse(R"({"tradeId":1,"price":"5","quantity":"1","side":"BUY","ts":1})"),
      "'buy' or 'sell'"));
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_ignored) {
  auto value = json::parse(text_of(some_trade()));
  value.as_object()["venue"] = "moon";
  BOOST_TEST((read<runes::trade>(value) == some_trade()));
}

BOOST_AUTO_TEST_CASE(an_instrument) {
  runes::instrument value("BTC-USD", "BTC", "USD", {50, 2}, {1, 5},
                          runes::instrument_kind::perpetual);
  value.status = runes::instrument_status::halted;
  BOOST_TEST(
      text_of(value) ==
      R"({"symbol":"BTC-USD","base":"BTC","quote":"USD","kind":"perpetual","tickSize":"0.50",)"
      R"("lotSize":"0.00001","priceDecimals":2,"quantityDecimals":5,"status":"halted"})");
  auto const again = read<runes::instrument>(json::parse(text_of(value)));
  BOOST_TEST(text_of(again) == text_of(value));
  check_every_member_is_needed(value);
}

BOOST_AUTO_TEST_CASE(an_instruments_steps_have_the_decimals_it_names) {
  auto value = json::parse(text_of(runes::instrument("A", "B", "C", {50, 2}, {1, 5})));
  value.as_object()["tickSize"] = "0.5";
  BOOST_TEST(read<runes::instrument>(value).tick_size.str() == "0.50");
  for (auto const* step : {"0.505", "0", "-1"}) {
    value.as_object()["tickSize"] = step;
    BOOST_TEST(refused<runes::instrument>(value, "'tickSize' must be"), step);
  }
}

BOOST_AUTO_TEST_CASE(the_longest_numbers_have_room) {
  decimal const longest(std::numeric_limits<std::int64_t>::min(), 18);
  auto const latest = at(std::numeric_limits<std::int64_t>::min());
  runes::ticker const t{longest, longest, longest, longest, longest,
                        longest, longest, longest, longest};
  BOOST_TEST((read<runes::ticker>(json::parse(text_of(t))) == t));
  runes::statistics const s{longest,
                            longest,
                            longest,
                            longest,
                            longest,
                            longest,
                            std::numeric_limits<std::uint64_t>::max(),
                            latest,
                            latest,
                            false};
  BOOST_TEST((read<runes::statistics>(json::parse(text_of(s))) == s));
}

BOOST_AUTO_TEST_SUITE_END()
