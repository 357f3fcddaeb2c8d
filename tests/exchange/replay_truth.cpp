// The truth of a replay, over real recordings: what is served is what was there.
#include "recordings.hpp"

#include <market_feed.hpp>

#include <boost/test/unit_test.hpp>

#include <unordered_map>

using namespace exchange;
using namespace exchange::test;

namespace {

struct witness {
  struct ticker {
    book_ticker best;
    bool after_diff;  // it came after the depth diff of its id, not before
  };
  std::unordered_map<std::uint64_t, ticker> tickers;  // by update id
  std::vector<std::uint64_t> trades;
};

witness read_witness(std::filesystem::path const& file) {
  witness seen;
  std::uint64_t last_diff = 0;
  recording_reader reader(file);
  while (auto const one = reader.next()) {
    if (auto const* diff = std::get_if<depth_diff>(&one->what)) {
      last_diff = diff->last;
    } else if (auto const* best = std::get_if<book_ticker>(&one->what)) {
      seen.tickers.emplace(best->update_id, witness::ticker{*best, best->update_id == last_diff});
    } else if (auto const* recorded = std::get_if<recorded_trade>(&one->what)) {
      seen.trades.push_back(recorded->trade.trade_id);
    }
  }
  return seen;
}

// A subscriber: it holds what was published and nothing else.
class subscriber {
 public:
  explicit subscriber(runes::instrument const& of)
      : of_(of), book_(of.price_decimals(), of.quantity_decimals()) {}

  runes::order_book const& book() const { return book_; }

  void apply(book_update const& update) {
    if (update.whole) book_.clear();
    set(runes::side::buy, update.levels.bids);
    set(runes::side::sell, update.levels.asks);
  }

 private:
  void set(runes::side which, std::vector<runes::level> const& levels) {
    for (auto const& one : levels) {
      BOOST_REQUIRE_EQUAL(one.price.scale(), of_.price_decimals());
      BOOST_REQUIRE_EQUAL(one.quantity.scale(), of_.quantity_decimals());
      book_.set(which, {one.price.units(), one.quantity.units()});
    }
  }

  runes::instrument of_;
  runes::order_book book_;
};

struct expectation {
  char const* file;
  char const* symbol;
  std::size_t lines, trades;
  std::size_t compared, of_them_after;  // tickers with the update id of a depth diff, and after it
};

void check(expectation const& expected, std::filesystem::path const& file) {
  auto const seen = read_witness(file);
  market_feed feed(file);
  BOOST_TEST(feed.instruments().at(0).symbol == expected.symbol);
  subscriber here(feed.instruments()[0]);
  std::vector<std::uint64_t> trades;
  std::size_t compared = 0, after = 0, equal = 0;
  while (auto const made = feed.next()) {
    for (auto const& trade : made->trades) trades.push_back(trade.trade_id);
    if (!made->book) continue;
    here.apply(*made->book);
    BOOST_REQUIRE(here.book() == feed.book());
    BOOST_REQUIRE(here.book().best_bid()->price < here.book().best_ask()->price);
    auto const found = seen.tickers.find(made->book->update_id);
    if (found == seen.tickers.end()) continue;
    auto const& [best, after_diff] = found->second;
    ++compared;
    after += after_diff;
    equal += *here.book().best_bid() == best.bid && *here.book().best_ask() == best.ask;
  }
  auto const counted = feed.counters();
  BOOST_TEST(counted.lines == expected.lines);
  BOOST_TEST(counted.problems == 0);
  BOOST_TEST(counted.gaps == 0);
  BOOST_TEST(counted.trade_gaps == 0);
  BOOST_TEST(trades.size() == expected.trades);
  BOOST_TEST((trades == seen.trades));
  BOOST_TEST(compared == expected.compared);
  BOOST_TEST(after == expected.of_them_after);
  BOOST_TEST(equal == compared);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay_truth)

BOOST_AUTO_TEST_CASE(the_book_served_is_the_book_that_was_there) {
  constexpr expectation recordings[] = {
      {"binance_usdm_btcusdt_20240808.gz", "BTC-USDT-PERP", 93'954, 21'313, 629, 126},
      {"binance_usdm_ethusdt_20240808.gz", "ETH-USDT-PERP", 74'655, 14'076, 551, 80},
      {"binance_spot_btcusdt_20240808.gz", "BTC-USDT", 41'249, 9'757, 562, 0}};
  for (auto const& one : recordings) {
    auto const file = recording_folder() / one.file;
    if (!std::filesystem::exists(file)) {
      BOOST_TEST_MESSAGE("skipped: there is no "
                         << file.string() << "; RUNES_DATA names the folder of the recordings");
      continue;
    }
    BOOST_TEST_CONTEXT(one.file) { check(one, file); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
