#include "recordings.hpp"

#include <recording.hpp>

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace exchange;
using namespace exchange::test;

namespace {

std::string sentence_of(record const& seen) {
  auto const* wrong = std::get_if<problem>(&seen.what);
  return wrong ? wrong->sentence : "no problem";
}

bool contains(std::string const& text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::uint64_t trade_id(record const& seen) {
  return std::get<recorded_trade>(seen.what).trade.trade_id;
}

std::string many_trades(int n) {
  std::string text;
  for (int i = 1; i <= n; ++i) {
    text += trade_line(i, i, std::to_string(100 + i * 7919 % 1000) + ".5", std::to_string(i * i));
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recording)

BOOST_AUTO_TEST_CASE(reads_every_kind_of_record) {
  auto const all = read_all(diff_line(5, 10, 12, 9, R"([["1.50","2"]])", R"([["1.60","0.000"]])") +
                            trade_line(6, 77, "1.55", "3.0", true) + ticker_line(7, 12) +
                            snapshot_line(8, 11, R"([["1.5","1"]])", "[]"));
  BOOST_REQUIRE_EQUAL(all.size(), 4);
  auto const& diff = std::get<depth_diff>(all[0].what);
  BOOST_TEST(diff.symbol == "BTCUSDT");
  BOOST_TEST(diff.first == 10);
  BOOST_TEST(diff.last == 12);
  BOOST_TEST(diff.previous.value() == 9);
  BOOST_TEST((diff.ts == runes::timestamp(std::chrono::milliseconds(5))));
  BOOST_TEST((diff.bids == std::vector{level("1.50", "2")}));
  BOOST_TEST((diff.asks == std::vector{level("1.60", "0")}));
  auto const& trade = std::get<recorded_trade>(all[1].what).trade;
  BOOST_TEST(trade.trade_id == 77);
  BOOST_TEST((trade.taker == runes::side::sell));
  BOOST_TEST((trade.price == runes::decimal::from("1.55")));
  BOOST_TEST((trade.ts == runes::timestamp(std::chrono::milliseconds(6))));
  auto const& best = std::get<book_ticker>(all[2].what);
  BOOST_TEST((best.bid == level("1.00", "2.0")));
  BOOST_TEST((best.ask == level("1.01", "3.0")));
  BOOST_TEST(std::get<rest_snapshot>(all[3].what).last_update_id == 11);
  BOOST_TEST(all[3].line == 4);
  BOOST_TEST((all[3].received == std::chrono::milliseconds(8)));
}

BOOST_AUTO_TEST_CASE(a_taker_buys_when_the_buyer_is_no_maker) {
  auto const all = read_all(trade_line(1, 1, "1", "1", false));
  BOOST_TEST((std::get<recorded_trade>(all.at(0).what).trade.taker == runes::side::buy));
}

BOOST_AUTO_TEST_CASE(damaged_lines_are_named_and_survived) {
  std::string const damaged[] = {
      "no time at all\n",
      "12\n",
      "12 {\"stream\":\"x@trade\",\"data\":\n",
      "12 [1,2]\n",
      "12 {}\n",
      R"(12 {"stream":"x@trade","data":7})"
      "\n",
      R"(12 {"stream":"x@trade","data":{"s":"BTCUSDT","t":1,"p":"1","q":"1","T":1}})"
      "\n",
      trade_line(1, 1, "1e5", "1"),
      trade_line(1, 1, "-1", "1"),
      trade_line(1, -1, "1", "1"),
      diff_line(1, 7, 6, 5, "[]", "[]"),
      diff_line(1, 7, 8, 5, R"([["1"]])", "[]"),
      diff_line(1, 7, 8, 5, R"([["0","1"]])", "[]"),
      diff_line(1, 7, 8, 5, "{}", "[]"),
      std::string("12 {\"a\":\"\xff\"}\n"),
  };
  for (auto const& text : damaged) {
    BOOST_TEST_CONTEXT(text) {
      auto const all = read_all(trade_line(1, 1, "1", "1") + text + trade_line(3, 2, "1", "1"));
      BOOST_REQUIRE_EQUAL(all.size(), 3);
      BOOST_TEST(std::holds_alternative<problem>(all[1].what));
      BOOST_TEST(all[1].line == 2);
      BOOST_TEST(sentence_of(all[1]) != "");
      BOOST_TEST(trade_id(all[2]) == 2);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_problem_says_what_is_missing) {
  auto const all = read_all("12 {\"stream\":\"x@depth\",\"data\":{\"s\":\"BTCUSDT\"}}\n");
  BOOST_TEST(sentence_of(all.at(0)) == "\"U\" is missing");
}

BOOST_AUTO_TEST_CASE(other_streams_and_trades_of_nothing_are_passed_over) {
  temporary_file const file("1 {\"stream\":\"x@aggTrade\",\"data\":{}}\n\n" +
                            trade_line(1, 1, "0", "0") + trade_line(2, 2, "1", "1"));
  recording_reader reader(file.path());
  BOOST_TEST(read_all(reader).size() == 1);
  BOOST_TEST(reader.skipped() == 2);
  BOOST_TEST(reader.lines() == 4);
}

BOOST_AUTO_TEST_CASE(an_overlong_line_is_left_out) {
  for (std::size_t const length : {201u, 70'000u, 300'000u}) {
    temporary_file const file(trade_line(1, 1, "1", "1") + std::string(length, 'x') + '\n' +
                              trade_line(2, 2, "1", "1"));
    recording_reader reader(file.path(), 200);
    auto const all = read_all(reader);
    BOOST_REQUIRE_EQUAL(all.size(), 3);
    BOOST_TEST(contains(sentence_of(all[1]), "longer than 200"));
    BOOST_TEST(all[1].line == 2);
    BOOST_TEST(all[2].line == 3);
  }
}

BOOST_AUTO_TEST_CASE(a_last_line_needs_no_end) {
  auto text = trade_line(1, 1, "1", "1");
  text.pop_back();
  BOOST_TEST(read_all(text).size() == 1);
  BOOST_TEST(read_all(text + "\r\n").size() == 1);
  BOOST_TEST(read_all("").empty());
}

BOOST_AUTO_TEST_CASE(gzip_gives_what_the_plain_text_gives) {
  auto const text = many_trades(5'000);
  auto const plain = read_all(text);
  BOOST_REQUIRE_EQUAL(plain.size(), 5'000);
  auto const half = text.find('\n', text.size() / 2) + 1;
  for (auto const& packed : {gzip(text), gzip(text.substr(0, half)) + gzip(text.substr(half))}) {
    auto const all = read_all(packed);
    BOOST_REQUIRE_EQUAL(all.size(), plain.size());
    for (std::size_t i = 0; i < all.size(); ++i) BOOST_REQUIRE_EQUAL(trade_id(all[i]), i + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_truncated_gzip_gives_its_whole_lines_then_the_problem_then_the_end) {
  auto const packed = gzip(many_trades(2'000));
  std::size_t before = 0;
  for (std::size_t cut = 20; cut < packed.size(); cut += packed.size() / 23) {
    auto const all = read_all(packed.substr(0, cut));
    BOOST_REQUIRE(!all.empty());
    for (std::size_t i = 0; i + 1 < all.size(); ++i) BOOST_REQUIRE_EQUAL(trade_id(all[i]), i + 1);
    BOOST_TEST(sentence_of(all.back()) == "the gzip data is cut off");
    BOOST_TEST(all.back().line == all.size());
    BOOST_TEST(all.size() >= before);
    before = all.size();
  }
  BOOST_TEST(before > 1'000);
}

BOOST_AUTO_TEST_CASE(a_damaged_gzip_gives_what_comes_before_the_damage) {
  auto packed = gzip(many_trades(2'000));
  packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
  auto const all = read_all(packed);
  BOOST_TEST(all.size() > 500);
  BOOST_TEST(contains(sentence_of(all.back()), "the gzip data is damaged"));
}

BOOST_AUTO_TEST_CASE(a_gzip_with_another_checksum_is_reported) {
  auto packed = gzip(many_trades(10));
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1);
  auto const all = read_all(packed);
  BOOST_TEST(all.size() == 11);
  BOOST_TEST(contains(sentence_of(all.back()), "damaged"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_is_an_error) {
  auto const names_it = [](runes::error const& wrong) {
    return wrong.code() == runes::errc::bad_config &&
           contains(wrong.sentence(), "no_such_recording");
  };
  BOOST_CHECK_EXCEPTION(recording_reader("no_such_recording.gz"), runes::error, names_it);
  auto const folder = std::filesystem::temp_directory_path();
  BOOST_CHECK_THROW(recording_reader{folder}, runes::error);
}

BOOST_AUTO_TEST_SUITE_END()
