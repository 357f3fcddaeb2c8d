#include "storage_test.hpp"

#include <storage/error.hpp>
#include <storage/mirror.hpp>
#include <storage/mirror_writer.hpp>

#include <chrono>
#include <utility>

using namespace exchange::storage;

namespace {

order_row order(std::int64_t id, std::string filled) {
  order_row row;
  row.order_id = id;
  row.account = "alice";
  row.client_order_id = "c-" + std::to_string(id);
  row.symbol = "BTC-USD";
  row.side = "buy";
  row.type = "limit";
  row.time_in_force = "gtc";
  row.price = "27000.10";
  row.quantity = "1.00000000";
  row.filled = std::move(filled);
  row.post_only = true;
  row.self_trade = "cancel_newest";
  row.status = "open";
  row.reason = "placed";
  row.created_at = 1'700'000'000'000'000;
  row.ts = 1'700'000'000'000'001;
  return row;
}

account_row balance(std::string account, std::string total) {
  return {std::move(account), "USD", "0.00", total, total, 5};
}

fill_row fill(std::int64_t trade, std::int64_t of) {
  return {"BTC-USD", trade, of, "alice", "27000.10", "0.10000000", "buy", true, "0.27", "USD", 7};
}

position_row position(std::string size) {
  return {"alice", "BTC-PERP", std::move(size), "27000.1", "-3.50", 10, "cross", "270.00", 9};
}

mirror_batch batch(sequence up_to) {
  mirror_batch rows;
  rows.up_to = up_to;
  auto const n = static_cast<std::int64_t>(up_to);
  rows.accounts = {balance("alice", std::to_string(up_to) + ".00"), balance("bob", "7.00")};
  rows.orders = {order(1, "0." + std::to_string(up_to)), order(n + 1, "0")};
  rows.fills = {fill(n, 1), fill(n, n + 1)};
  rows.positions = {position("-0." + std::to_string(up_to))};
  return rows;
}

struct with_file {
  temporary_directory temporary;
  std::filesystem::path file = temporary.path() / "mirror.db";
};

std::string error_of(std::filesystem::path const& file) {
  try {
    mirror const opened(file);
  } catch (storage_error const& error) {
    return error.what();
  }
  return {};
}

class counting_listener final : public mirror_listener, public progress {
 public:
  void on_mirrored(sequence up_to) noexcept override { reach(up_to); }
  void on_mirror_failed(std::string const& why) noexcept override { fail(why); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(mirror_tests, with_file)

BOOST_AUTO_TEST_CASE(rows_come_back_as_they_were_given) {
  auto const rows = batch(3);
  {
    mirror out(file);
    BOOST_TEST(out.applied() == 0u);
    out.apply(rows);
  }
  mirror in(file);
  BOOST_TEST(in.applied() == 3u);
  BOOST_TEST((in.rows<account_row>() == rows.accounts));
  BOOST_TEST((in.rows<order_row>() == rows.orders));
  BOOST_TEST((in.rows<fill_row>() == rows.fills));
  BOOST_TEST((in.rows<position_row>() == rows.positions));
  BOOST_TEST(in.rows_of<account_row>("bob").size() == 1u);
  BOOST_TEST(in.rows_of<order_row>("bob").empty());
  BOOST_TEST(in.rows_of<fill_row>("alice").size() == 2u);
  BOOST_TEST(in.rows_of<position_row>("alice").size() == 1u);
}

BOOST_AUTO_TEST_CASE(decimals_and_texts_are_exact) {
  auto const odd = "it's \"odd\"" + std::string(1, '\0') + "; DROP TABLE orders";
  mirror out(file);
  mirror_batch rows;
  rows.up_to = 1;
  rows.accounts = {balance("alice", "170141183460469231731687303715884105727.000000000000000000"),
                   balance(odd, "0.10"), balance("", "1e5")};
  out.apply(rows);
  BOOST_TEST(out.rows_of<account_row>("alice")[0].total == rows.accounts[0].total);
  BOOST_TEST((out.rows_of<account_row>(odd)[0] == rows.accounts[1]));
  BOOST_TEST((out.rows_of<account_row>("")[0] == rows.accounts[2]));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_there_gets_the_new_row) {
  mirror out(file);
  for (sequence n = 1; n <= 4; ++n) out.apply(batch(n));
  BOOST_TEST(out.applied() == 4u);
  BOOST_TEST(out.rows<account_row>().size() == 2u);
  BOOST_TEST(out.rows<account_row>()[0].total == "4.00");
  BOOST_TEST(out.rows<order_row>().size() == 5u);
  BOOST_TEST(out.rows<order_row>()[0].filled == "0.4");
  BOOST_TEST(out.rows<fill_row>().size() == 8u);
  BOOST_TEST(out.rows<position_row>()[0].size == "-0.4");
}

BOOST_AUTO_TEST_CASE(replay_brings_it_to_the_same_rows) {
  mirror straight(temporary.path() / "straight.db");
  for (sequence n = 1; n <= 9; ++n) straight.apply(batch(n));
  {
    mirror before(file);
    for (sequence n = 1; n <= 5; ++n) before.apply(batch(n));
  }
  mirror after(file);  // the snapshot was at 3
  for (sequence n = 4; n <= 9; ++n) after.apply(batch(n));
  BOOST_TEST(after.applied() == 9u);
  BOOST_TEST((after.rows<account_row>() == straight.rows<account_row>()));
  BOOST_TEST((after.rows<order_row>() == straight.rows<order_row>()));
  BOOST_TEST((after.rows<fill_row>() == straight.rows<fill_row>()));
  BOOST_TEST((after.rows<position_row>() == straight.rows<position_row>()));
}

BOOST_AUTO_TEST_CASE(a_batch_that_fails_is_not_there_at_all) {
  mirror out(file);
  out.apply(batch(1));
  sqlite_database other(file);
  other.run("CREATE TRIGGER full BEFORE INSERT ON positions BEGIN SELECT RAISE(ABORT, 'no'); END");
  BOOST_CHECK_THROW(out.apply(batch(2)), storage_error);
  BOOST_TEST(out.applied() == 1u);
  BOOST_TEST((out.rows<account_row>() == batch(1).accounts));
  other.run("DROP TRIGGER full");
  out.apply(batch(2));
  BOOST_TEST(mirror(file).applied() == 2u);
}

BOOST_AUTO_TEST_CASE(what_it_knows_to_be_old_is_made_anew) {
  BOOST_TEST((compare_mirror(0, 0, 0) == mirror_standing::current));
  BOOST_TEST((compare_mirror(5, 5, 9) == mirror_standing::current));
  BOOST_TEST((compare_mirror(9, 5, 9) == mirror_standing::current));
  BOOST_TEST((compare_mirror(4, 5, 9) == mirror_standing::behind));
  BOOST_TEST((compare_mirror(10, 5, 9) == mirror_standing::ahead));
  mirror out(file);
  out.apply(batch(4));
  mirror_batch everything;
  everything.up_to = 9;
  everything.accounts = {balance("carol", "1.00")};
  out.rebuild(everything);
  BOOST_TEST(out.applied() == 9u);
  BOOST_TEST((out.rows<account_row>() == everything.accounts));
  BOOST_TEST(out.rows<order_row>().empty());
  BOOST_TEST(out.rows<position_row>().empty());
  BOOST_TEST((out.rows<fill_row>() == batch(4).fills));
}

namespace {

/// Orders `from` to `to`, of which every hundredth stays open, and for each a trade of two fills.
mirror_batch traded(sequence up_to, std::int64_t from, std::int64_t to) {
  mirror_batch rows;
  rows.up_to = up_to;
  for (auto id = from; id <= to; ++id) {
    rows.orders.push_back(order(id, "1.00000000"));
    rows.orders.back().status = id % 100 == 0 ? "open" : id % 2 == 0 ? "filled" : "cancelled";
    for (auto const of : {id, id + 1}) {
      rows.fills.push_back(fill(id, of));
      rows.fills.back().symbol = id % 2 == 0 ? "BTC-USD" : "ETH-USD";
    }
  }
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_CASE(old_history_goes_and_open_orders_stay) {
  mirror out(file, {2'000, 3'000});
  for (int i = 0; i < 10; ++i) {
    out.apply(traded(static_cast<sequence>(i) + 1, i * 1'000 + 1, (i + 1) * 1'000));
  }
  auto const orders = out.rows<order_row>();
  BOOST_TEST(orders.size() == 2'000u + 80u);
  BOOST_TEST(orders.front().order_id == 100);
  BOOST_TEST(orders[80].order_id == 8'001);
  auto const fills = out.rows<fill_row>();
  BOOST_TEST(fills.size() == 6'000u);
  for (auto const& each : fills) BOOST_REQUIRE(each.trade_id > 7'000);
}

BOOST_AUTO_TEST_CASE(a_file_that_has_more_than_it_may_loses_it_piece_by_piece) {
  mirror(file).apply(traded(1, 1, 20'000));
  mirror out(file, {1'000, 1'000});
  std::size_t before = out.rows<order_row>().size(), pieces = 0;
  for (sequence n = 2; n <= 10; ++n) {
    auto const id = 20'000 + static_cast<std::int64_t>(n);
    out.apply(traded(n, id, id));
    auto const now = out.rows<order_row>().size();
    BOOST_REQUIRE(now + 5'000 >= before);
    if (now + 1'000 < before) ++pieces;
    before = now;
  }
  BOOST_TEST(pieces == 4u);
  BOOST_TEST(before < 1'000u + 200u + 10u);
  BOOST_TEST(out.rows<fill_row>().size() < 2'000u + 20u);
}

BOOST_AUTO_TEST_CASE(one_that_is_to_keep_nothing_is_refused) {
  BOOST_CHECK_THROW(mirror(file, mirror_keeps{0, 1}), storage_error);
  BOOST_CHECK_THROW(mirror(file, mirror_keeps{1, 0}), storage_error);
}

BOOST_AUTO_TEST_CASE(another_schema_and_other_databases_are_refused) {
  {
    mirror const made(file);
  }
  sqlite_database(file).run("PRAGMA user_version = 2");
  BOOST_TEST(error_of(file) == file.string() + " has schema version 2; this program knows 1");
  auto const foreign = temporary.path() / "foreign.db";
  sqlite_database(foreign).run("CREATE TABLE things (name TEXT)");
  BOOST_TEST(error_of(foreign) == foreign.string() + " is another program's database");
  BOOST_TEST(error_of(temporary.path()).starts_with("cannot open " + temporary.path().string()));
}

BOOST_AUTO_TEST_CASE(it_is_written_behind_in_order_and_says_when_it_is_full) {
  mirror into(file);
  counting_listener listener;
  listener.hold(true);
  {
    mirror_writer out(into, {20}, listener);
    BOOST_TEST((out.submit(batch(1)) == mirror_verdict::accepted));
    BOOST_TEST(listener.wait_for(1));
    sequence last = 1;
    while (out.submit(batch(last + 1)) == mirror_verdict::accepted) ++last;
    BOOST_TEST(last == 3u);  // 7 rows each
    BOOST_TEST((out.submit(batch(last + 1)) == mirror_verdict::full));
    listener.hold(false);
    BOOST_TEST(listener.wait_for(last));
    BOOST_TEST((out.submit(batch(last + 1)) == mirror_verdict::accepted));
    out.make_durable();
    BOOST_TEST(listener.wait_for(4));
    BOOST_TEST((out.submit(batch(5)) == mirror_verdict::accepted));
  }
  BOOST_TEST(into.applied() == 5u);
}

BOOST_AUTO_TEST_CASE(one_that_fails_stops_and_says_so) {
  mirror into(file);
  sqlite_database(file).run(
      "CREATE TRIGGER full BEFORE INSERT ON fills BEGIN SELECT RAISE(ABORT, 'no'); END");
  counting_listener listener;
  mirror_writer out(into, {}, listener);
  out.submit(batch(1));
  BOOST_TEST(listener.wait_for_failure().find("The mirror has stopped") != std::string::npos);
  BOOST_TEST((out.submit(batch(2)) == mirror_verdict::stopped));
  BOOST_CHECK_THROW(out.make_durable(), storage_error);
}

BOOST_AUTO_TEST_CASE(it_is_not_durable_while_somebody_reads_an_old_state) {
  mirror out(file, {}, std::chrono::milliseconds(0));
  out.apply(batch(1));
  sqlite_database reader(file);
  reader.run("BEGIN");
  BOOST_TEST(reader.number("SELECT sequence FROM applied") == 1);
  out.apply(batch(2));
  BOOST_CHECK_THROW(out.make_durable(), storage_error);
  reader.run("COMMIT");
  out.make_durable();
}

BOOST_AUTO_TEST_SUITE_END()
