// What the service's tests share: a journal whose disk is the test's hand, and ears for what is
// told.
#pragma once

#include "../venue/venue_test.hpp"

#include <service/service.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace exchange::service {

/// Takes records until it is full or has stopped, as storage::journal does.
class hand_journal final : public record_log {
 public:
  storage::append_result append(std::string_view record) override {
    if (stopped) return {storage::append_verdict::stopped, 0};
    if (records.size() - durable >= room) return {storage::append_verdict::full, 0};
    records.emplace_back(record);
    return {storage::append_verdict::accepted, records.size(), joins};
  }

  std::vector<std::string> records;
  std::size_t durable = 0;
  std::size_t room = 1'000;
  bool stopped = false;
  bool joins = false;  ///< each record is in a batch with the one before it
};

/// Keeps all that is told, and a line for each in the order in which it was.
class ears final : public news_sink {
 public:
  void tell(news&& what) override {
    for (auto const& each : what.accounts) {
      lines.push_back("entry " + each.entry.key + (each.entry.removed ? " removed" : ""));
      entries.push_back(each);
    }
    for (auto const& each : what.markets) steps.push_back(each);
    for (auto const& each : what.liquidations) liquidations.push_back(each);
  }
  /// Says its name when it is said.
  word say(std::string name) {
    return [this, name = std::move(name)](std::string const* why_not) {
      lines.push_back(name + (why_not == nullptr ? "" : ": " + *why_not));
    };
  }
  std::vector<std::string> hear() { return std::exchange(lines, {}); }

  std::vector<std::string> lines;
  std::vector<account_entry> entries;
  std::vector<step> steps;
  std::vector<market_liquidation> liquidations;
};

using names = std::vector<std::string>;

/// A venue with two rich accounts, which are followed, behind a journal. What was to be told of
/// that has been.
struct service_fixture {
  explicit service_fixture(bool lasting = true, service_config const& config = {})
      : floor(venue::small_venue()),
        reports(floor, lasting),
        subject(floor, reports, lasting ? &journal : nullptr, heard, 0, config) {
    for (auto const* const name : {"ann", "bob"}) run(venue::open_account{name});
    for (venue::account_id account : {1u, 2u}) {
      run(venue::deposit{account, venue::usd, venue::amount{1'000'000} * 1'000'000});
      run(venue::deposit{account, venue::btc, venue::amount{1'000} * 100'000'000});
      subject.tell(reports.follow(account, now));
    }
    run(venue::set_mark{venue::perp, 10'000});
    sync();
    heard.hear();
  }

  taken run(venue::command what) { return subject.take({std::move(what), now, 0}); }
  /// The disk has done all there is, or so many records.
  void sync() { sync(journal.records.size()); }
  void sync(std::size_t up_to) {
    journal.durable = up_to;
    subject.durable(up_to, now);
  }
  std::size_t records() const { return journal.records.size(); }

  venue::trading_venue floor;
  reporter reports;
  hand_journal journal;
  ears heard;
  venue_service subject;
  venue::micros now = venue::start;
};

}  // namespace exchange::service
