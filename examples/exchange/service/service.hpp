// When who is told what: requests go into the venue in their order, each behind its record in the
// journal, and nothing that a request gave is told before that record is durable. No network, no
// clock, no threads; docs/exchange.md has the rules.
//
//     auto const taken = service.take(request);
//     // taken.result is for whoever asked, who may be told when_durable(…)
//     service.durable(up_to, now);  // by the journal: all up to there is told, in order
#pragma once

#include "news.hpp"
#include "once.hpp"
#include "reporter.hpp"
#include "storage/journal.hpp"
#include "venue/venue.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace exchange::service {

/// Where records go; as storage::store has it.
class record_log {
 public:
  virtual storage::append_result append(std::string_view record) = 0;

 protected:
  ~record_log() = default;
};

/// Hears what may be told. Called from within take(), durable() and the other functions that tell;
/// may not call back.
class news_sink {
 public:
  virtual void tell(news&& what) = 0;

 protected:
  ~news_sink() = default;
};

/// Said once: with nullptr when it may be told, or with the sentence of why it never will.
using word = once<std::string const*>;

enum class verdict {
  taken,       ///< carried out, or refused by the venue
  overloaded,  ///< not taken: the journal is full, or too much is held back
  stopped,     ///< not taken: the journal has stopped
};

struct taken {
  service::verdict verdict = verdict::stopped;
  venue::result result;
};

struct service_config {
  /// Records whose news are held back at a time; further requests are `overloaded`. At about two
  /// kilobytes each.
  std::size_t max_held = 50'000;
};

/// Not thread-safe: of the thread that owns the venue.
class venue_service {
 public:
  /// Without a log it is ephemeral: everything is told at once. All of them outlive it. `last` is
  /// the last record that is in the log.
  venue_service(venue::trading_venue& venue, reporter& reports, record_log* log, news_sink& sink,
                storage::sequence last, service_config const& config = {});

  /// Journals the request, then carries it out. What it gives the others is told when its record is
  /// durable. One that is not taken has done nothing at all.
  taken take(venue::request const& asked);
  /// For what must not get lost, a connection that went: if it can't be taken now it is as soon as
  /// there is room.
  void insist(venue::command what, venue::micros now);
  /// Says it when all that was taken until now is durable; at once if it is.
  void when_durable(word what);
  /// Something else to be told in its place in the order.
  void tell(news&& what);

  /// The journal's reports: everything up to this record is durable; it has stopped, for good.
  void durable(storage::sequence up_to, venue::micros now);
  void fail(std::string why);

  storage::sequence last() const noexcept { return last_; }
  storage::sequence told() const noexcept { return told_; }
  /// Why the journal has stopped; empty: it has not.
  std::string const& failed() const noexcept { return failed_; }

 private:
  struct held {                    // news, or else a word
    storage::sequence number = 0;  // told with this record
    news what;
    word said;
    unsigned records = 1;  // whose markets are in the news
  };
  void gather(news& what);
  void hold_or_tell(held&& one);
  void say(held&& one);
  void take_insisted(venue::micros now);

  venue::trading_venue& venue_;
  reporter& reports_;
  record_log* log_;
  news_sink& sink_;
  service_config config_;
  storage::sequence last_;
  storage::sequence told_;
  std::deque<held> held_;
  held* markets_ = nullptr;  // of held_, the last that tells of markets; null: none may be added to
  std::deque<venue::command> insisted_;
  std::string failed_;
};

}  // namespace exchange::service
