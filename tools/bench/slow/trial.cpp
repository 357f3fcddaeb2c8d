#include "bench/slow/trial.hpp"

#include "bench/clock.hpp"
#include "bench/load/number_finder.hpp"
#include "bench/load/swarm.hpp"
#include "bench/local/server_thread.hpp"
#include "bench/slow/crowd.hpp"
#include "bench/slow/feed.hpp"

#include <runes/runes.hpp>

#include <algorithm>

namespace runes::bench {
namespace {

/// Of an outbox, behind `limits.maxOutboxBytes`: for replies, pings and the like.
constexpr std::size_t reserve_bytes = 256 * 1024;

server_config config_for(slow_options const& o) {
  server_config config;
  config.host = "127.0.0.1";
  config.port = 0;
  config.max_connections = o.subscribers;
  config.limits.max_outbox_bytes = o.outbox_bytes;
  return config;
}

class trial {
 public:
  explicit trial(slow_options const& o)
      : o_(o),
        house_(config_for(o)),
        feed_(house_, o.rate, o.batch, o.levels),
        server_(house_),
        crowd_(o, server_.port()) {}

  slow_result run() {
    if (!crowd_.run_until([this] { return crowd_.all_begun(); })) {
      throw run_error("not everybody was given a book in time");
    }
    for (std::size_t i = 0; i < o_.rounds; ++i) result_.rounds.push_back(one_round());
    finish();
    return std::move(result_);
  }

 private:
  slow_round one_round() {
    slow_round round;
    feed_.resume();
    crowd_.run_for(o_.warmup);
    round.without = measured();
    get_slow(round.without);
    round.with = measured();
    auto const since = monotonic_ns();
    feed_.pause();
    crowd_.hurry();
    auto const last = feed_.topic().seq();
    crowd_.run_until([this, last] { return crowd_.all_at(last); });
    round.caught_up_after = static_cast<double>(monotonic_ns() - since) / 1e9;
    compare_books(round, last);
    crowd_.relax_slow();
    return round;
  }

  // Until nearly every update is held back for each of them: before that the kernel takes what they
  // leave unread.
  void get_slow(slow_phase const& before) {
    crowd_.subscribe_slow_anew();
    if (!crowd_.run_until([this] { return crowd_.all_begun(); })) {
      throw run_error("the slow ones were not given a book in time");
    }
    auto const events = std::max<double>(1, static_cast<double>(before.slow_events));
    auto const size = static_cast<double>(before.slow_bytes) / events;
    crowd_.slow_down(size * static_cast<double>(o_.rate) / static_cast<double>(o_.fraction));
    auto const until = monotonic_ns() + static_cast<std::uint64_t>(o_.limit.count() * 1e9);
    for (;;) {
      auto const held = metric("\"eventsMerged\":"), seq = feed_.topic().seq();
      crowd_.run_for(slow_options::seconds(0.25));
      auto const due = (feed_.topic().seq() - seq) * o_.slow;
      if (due > 0 && (metric("\"eventsMerged\":") - held) * 10 >= due * 9) return;
      if (monotonic_ns() > until)
        throw run_error("the slow ones did not lag within the limit; is the server overloaded?");
    }
  }

  slow_phase measured() {
    slow_phase phase;
    crowd_.take_latencies();
    auto const before = now();
    crowd_.measure(true);
    crowd_.run_for(o_.phase);
    crowd_.measure(false);
    auto const after = now();
    phase.latency_us = crowd_.take_latencies();
    phase.delivered = phase.latency_us.count();
    phase.seconds = (after.ns - before.ns) / 1e9;
    phase.published = after.seq - before.seq;
    phase.held_back = after.merged - before.merged;
    phase.slow_events = after.slow_events - before.slow_events;
    phase.slow_bytes = after.slow_bytes - before.slow_bytes;
    phase.server_cpu = (after.server_ns - before.server_ns) / (after.ns - before.ns);
    phase.load_cpu = (after.load_ns - before.load_ns) / (after.ns - before.ns);
    return phase;
  }

  struct moment {
    double ns, server_ns, load_ns;
    std::uint64_t seq, merged, slow_events = 0, slow_bytes = 0;
  };

  moment now() {
    moment m{static_cast<double>(monotonic_ns()), static_cast<double>(server_.cpu_time().count()),
             static_cast<double>(own_thread_time().count()), feed_.topic().seq(),
             metric("\"eventsMerged\":")};
    for (std::size_t i = 0; i < o_.slow; ++i) {
      m.slow_events += crowd_.reader(i).counts().events;
      m.slow_bytes += crowd_.reader(i).counts().bytes;
    }
    return m;
  }

  std::uint64_t metric(std::string key) const {
    return number_finder(std::move(key)).find(house_.metrics_json()).value_or(0);
  }

  void compare_books(slow_round& round, std::uint64_t last) {
    for (std::size_t i = 0; i < o_.slow + o_.verified; ++i) {
      auto const& reader = crowd_.reader(i);
      bool const same = reader.seq() == last && reader.book() == feed_.book();
      if (i >= o_.slow) {
        result_.wrong += same ? 0 : 1;
        continue;
      }
      round.caught_up += reader.seq() == last ? 1 : 0;
      round.books_same += same ? 1 : 0;
    }
  }

  void finish() {
    for (std::size_t i = 0; i < crowd_.size(); ++i) {
      auto const& counts = crowd_.reader(i).counts();
      bool const slow = i < o_.slow;
      result_.wrong += counts.wrong;
      result_.verified += counts.verified;
      result_.slow_verified += slow ? counts.verified : 0;
      (slow ? result_.slow_merged : result_.fast_merged) += counts.merged;
    }
    result_.lost = crowd_.lost();
    result_.largest_outbox = metric("\"largestOutboxBytes\":");
    result_.outbox_bound = o_.outbox_bytes + reserve_bytes;
    result_.largest_backlog = metric("\"largestBacklogBytes\":");
    result_.backlog_bound = 2 * feed_.largest_change();
  }

  slow_options const& o_;
  server house_;
  book_feed feed_;
  server_thread server_;
  crowd crowd_;
  slow_result result_;
};

}  // namespace

slow_result run_slow(slow_options const& o) { return trial(o).run(); }

bool slow_result::right(slow_options const& o) const {
  return wrong == 0 && lost == 0 && largest_outbox <= outbox_bound &&
         largest_backlog <= backlog_bound &&
         std::all_of(rounds.begin(), rounds.end(),
                     [&o](slow_round const& each) { return each.books_same == o.slow; });
}

}  // namespace runes::bench
