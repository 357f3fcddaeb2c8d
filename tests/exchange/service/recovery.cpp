// A venue that comes back is the one that went, byte for byte, wherever it was cut off.
#include "../storage/memory_directory.hpp"
#include "../storage/storage_test.hpp"
#include "../venue/random_requests.hpp"
#include "service_test.hpp"

#include <service/recovery.hpp>
#include <storage/error.hpp>
#include <storage/store.hpp>

#include <memory>
#include <random>

using namespace exchange::service;
namespace venue = exchange::venue;
namespace storage = exchange::storage;

namespace {

constexpr std::size_t length = 400;

/// A service over a real journal in a directory that forgets what was not synced.
struct lasting_venue final : record_log {
  lasting_venue(storage::directory& where, storage::sequence mirrored = 0)
      : floor(venue::small_venue()),
        reports(floor, true),
        target(floor, reports, mirrored),
        store(where, target, {}, listener),
        subject(floor, reports, this, heard, store.recovered().last) {}

  storage::append_result append(std::string_view record) override { return store.append(record); }
  /// Waits for the journal's thread, and tells what it has done; false if it has failed.
  bool sync() {
    if (!listener.wait_for(subject.last())) return false;
    subject.durable(subject.last(), 0);
    return true;
  }

  venue::trading_venue floor;
  reporter reports;
  recovered_venue target;
  storage::waiting_listener listener;
  storage::store store;
  ears heard;
  venue_service subject;
};

/// The states after each of the first requests of a seed.
std::vector<std::string> true_states() {
  venue::trading_venue floor(venue::small_venue());
  venue::random_requests requests(11);
  std::vector<std::string> states{floor.save()};
  for (std::size_t i = 0; i < length; ++i) {
    floor.apply(requests.next());
    states.push_back(floor.save());
  }
  return states;
}

/// Trades until an operation of the disk fails; returns how many requests were told to be durable.
std::size_t trade_until_failure(storage::memory_directory& where) {
  std::size_t durable = 0;
  try {
    lasting_venue at(where);
    venue::random_requests requests(11);
    for (std::size_t i = 1; i <= length; ++i) {
      if (at.subject.take(requests.next()).verdict != verdict::taken) return durable;
      if (i % 7 != 0) continue;
      if (!at.sync()) return durable;
      durable = i;
      if (i % 70 == 0) at.store.save_snapshot(i, saved_state(at.floor, at.reports));
    }
  } catch (storage::storage_error const&) {  // while it began, or of a snapshot
  }
  return durable;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recovery)

BOOST_AUTO_TEST_CASE(the_venue_is_as_it_was_after_any_record) {
  auto const states = true_states();
  storage::memory_directory where;
  venue::random_requests requests(11);
  for (std::size_t begin = 0; begin < length; begin += 25) {
    // Another life every few records, some of them with a snapshot to begin from.
    lasting_venue at(where);
    BOOST_TEST(at.subject.last() == begin);
    BOOST_REQUIRE((at.floor.save() == states[begin]));
    for (std::size_t i = begin; i < begin + 25; ++i) at.subject.take(requests.next());
    BOOST_TEST(at.sync());
    if (begin % 75 == 0)
      at.store.save_snapshot(at.subject.last(), saved_state(at.floor, at.reports));
  }
  lasting_venue const at(where);
  BOOST_REQUIRE((at.floor.save() == states[length]));
}

BOOST_AUTO_TEST_CASE(a_disk_that_fails_and_a_power_cut_lose_nothing_that_was_told) {
  auto const states = true_states();
  storage::memory_directory whole;
  trade_until_failure(whole);
  auto const operations = whole.operations();
  BOOST_TEST(operations > 100u);
  std::mt19937_64 chance(5);
  for (std::size_t n = 1; n <= operations; ++n) {
    storage::memory_directory where;
    where.fail_at(n, storage::memory_directory::fault::error);
    auto const durable = trade_until_failure(where);
    auto const tail = static_cast<storage::tail>(n % 3);
    auto const left = where.after_power_cut(chance, tail);
    lasting_venue const at(*left);
    auto const last = at.subject.last();
    BOOST_REQUIRE_MESSAGE(last >= durable, "cut at " << n << ": " << durable << " were told, "
                                                     << last << " are there");
    BOOST_REQUIRE((at.floor.save() == states[last]));
  }
}

namespace {

struct shown_market {
  std::optional<runes::ticker> ticker;
  std::vector<exchange::statistics_update> windows;
};

/// What a subscriber is shown who comes now.
std::vector<shown_market> shown(reporter& reports, venue::micros now) {
  std::vector<shown_market> all(venue::small_venue().instruments.size());
  for (auto& each : reports.begin(now).markets) {
    all[each.market] = {each.ticker, std::move(each.statistics)};
  }
  return all;
}

void same_shown(std::vector<shown_market> const& one, std::vector<shown_market> const& other) {
  BOOST_REQUIRE(one.size() == other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    BOOST_TEST((one[i].ticker == other[i].ticker));
    BOOST_REQUIRE(one[i].windows.size() == other[i].windows.size());
    for (std::size_t n = 0; n < one[i].windows.size(); ++n) {
      BOOST_TEST(one[i].windows[n].window == other[i].windows[n].window);
      BOOST_TEST((one[i].windows[n].value == other[i].windows[n].value));
    }
  }
}

}  // namespace

// Cut at any record, with and without a snapshot before it, with the mirror behind or not.
BOOST_AUTO_TEST_CASE(the_statistics_are_as_if_it_had_never_stopped) {
  storage::memory_directory where;
  venue::trading_venue floor(venue::small_venue());
  reporter reports(floor, true);
  venue::random_requests requests(11), same(11);
  venue::micros now = 0;
  for (std::size_t begin = 0; begin < length; begin += 25) {
    lasting_venue at(where, begin % 2 == 0 ? begin / 2 : begin);
    same_shown(shown(at.reports, now), shown(reports, now));
    for (std::size_t i = begin; i < begin + 25; ++i) {
      auto const one = requests.next();
      at.subject.take(one);
      reports.report(floor.apply(same.next()));
      now = floor.now();
    }
    BOOST_TEST(at.sync());
    if (begin % 75 == 0) {
      at.store.save_snapshot(at.subject.last(), saved_state(at.floor, at.reports));
    }
  }
  lasting_venue at(where);
  same_shown(shown(at.reports, now), shown(reports, now));
  auto const day = shown(at.reports, now)[venue::spot];
  BOOST_REQUIRE(day.ticker.has_value());
  BOOST_REQUIRE(day.windows.size() == 4u);
  BOOST_TEST(day.windows.back().value.count > 3u);
  // A minute later the minute is over, whoever counted it.
  auto const later = now + 60 * venue::second;
  auto const closed = at.reports.advance(later).markets;
  auto const closed_there = reports.advance(later).markets;
  BOOST_REQUIRE(closed.size() == closed_there.size());
  BOOST_TEST(!closed.empty());
  for (std::size_t i = 0; i < closed.size(); ++i) {
    BOOST_TEST((closed[i].statistics.front().value == closed_there[i].statistics.front().value));
    BOOST_TEST(closed[i].statistics.front().value.closed);
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_was_cut_or_changed_is_refused) {
  venue::trading_venue floor(venue::small_venue());
  reporter reports(floor, true);
  venue::random_requests requests(11);
  for (std::size_t i = 0; i < length; ++i) reports.report(floor.apply(requests.next()));
  auto const whole = saved_state(floor, reports);
  auto const load = [](std::string_view bytes) {
    venue::trading_venue other(venue::small_venue());
    reporter others(other, true);
    recovered_venue target(other, others, 0);
    target.on_snapshot(7, bytes);
  };
  BOOST_CHECK_NO_THROW(load(whole));
  auto const venues_part = floor.save().size() + 8;
  for (std::size_t size = 0; size < whole.size(); size += size < venues_part ? 997 : 1) {
    BOOST_CHECK_EXCEPTION(
        load(std::string_view(whole).substr(0, size)), std::runtime_error, [](auto const& why) {
          return std::string(why.what()).starts_with("the snapshot after record 7: ");
        });
  }
  BOOST_CHECK_THROW(load(whole + 'x'), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(records_of_another_venue_are_refused_by_number) {
  storage::memory_directory where;
  {
    lasting_venue at(where);
    at.subject.take({venue::open_account{"ann"}, venue::start, 0});
    at.store.append("no request");
    BOOST_TEST(at.listener.wait_for(2));
  }
  BOOST_CHECK_EXCEPTION(lasting_venue{where}, std::runtime_error, [](auto const& why) {
    return std::string(why.what()).starts_with("record 2: ");
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(mirrors)

namespace {

template <class Row>
void same_rows(storage::mirror& one, storage::mirror& other) {
  BOOST_TEST((one.rows<Row>() == other.rows<Row>()));
  BOOST_TEST(!one.rows<Row>().empty());
}

void same(storage::mirror& one, storage::mirror& other) {
  same_rows<storage::account_row>(one, other);
  same_rows<storage::order_row>(one, other);
  same_rows<storage::fill_row>(one, other);
  same_rows<storage::position_row>(one, other);
}

/// A directory in which 400 requests were journaled; its mirror has those up to `mirrored`.
void trade(storage::memory_directory& where, storage::mirror& mirror, std::size_t mirrored,
           std::size_t snapshot) {
  lasting_venue at(where);
  venue::random_requests requests(11);
  for (std::size_t i = 1; i <= length; ++i) {
    at.subject.take(requests.next());
    BOOST_REQUIRE(at.sync());
    if (i == snapshot) at.store.save_snapshot(i, saved_state(at.floor, at.reports));
    if (i != mirrored) continue;
    auto rows = mirror_rows(at.floor.config()).of(at.reports.changes().take());
    rows.up_to = i;
    mirror.apply(rows);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_that_lags_is_brought_up_by_the_replay) {
  storage::temporary_directory const folder;
  storage::memory_directory where, other;
  storage::mirror all(folder.path() / "all"), some(folder.path() / "some");
  trade(where, all, length, 100);
  trade(other, some, 250, 100);
  lasting_venue at(other, some.applied());
  BOOST_TEST(bring_up(some, at.target, at.store.recovered(), at.floor) == "");
  BOOST_TEST(some.applied() == length);
  same(some, all);
}

BOOST_AUTO_TEST_CASE(one_that_ends_before_the_snapshot_is_made_anew) {
  storage::temporary_directory const folder;
  storage::memory_directory where, other;
  storage::mirror all(folder.path() / "all"), none(folder.path() / "none");
  trade(where, all, length, 100);
  trade(other, none, 0, 100);
  lasting_venue at(other);
  BOOST_TEST(bring_up(none, at.target, at.store.recovered(), at.floor) != "");
  BOOST_TEST(none.applied() == length);
  same_rows<storage::order_row>(none, all);
  // Balances are the same, though nobody knows any more when they became so.
  auto const before = all.rows<storage::account_row>();
  auto const after = none.rows<storage::account_row>();
  for (auto const& each : before) {
    if (each.total.find_first_of("123456789") == std::string::npos) continue;
    BOOST_TEST(std::ranges::any_of(after, [&](auto const& found) {
      return found.account == each.account && found.asset == each.asset &&
             found.total == each.total && found.locked == each.locked;
    }));
  }
}

BOOST_AUTO_TEST_CASE(one_of_another_directory_is_refused) {
  storage::temporary_directory const folder;
  storage::memory_directory where, empty;
  storage::mirror mirror(folder.path() / "mirror");
  trade(where, mirror, length, 100);
  lasting_venue at(empty, mirror.applied());
  BOOST_CHECK_THROW(bring_up(mirror, at.target, at.store.recovered(), at.floor),
                    storage::storage_error);
}

BOOST_AUTO_TEST_SUITE_END()
