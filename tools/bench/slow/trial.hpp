// The phases of runes-bench-slow and what each came to.
#pragma once

#include "bench/load/histogram.hpp"
#include "bench/slow/options.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace runes::bench {

/// One measurement.
struct slow_phase {
  histogram latency_us;  ///< of those that are never slow, publishing to reading
  double seconds = 0;
  std::uint64_t published = 0;
  std::uint64_t delivered = 0;    ///< events, to those that are never slow
  std::uint64_t held_back = 0;    ///< updates that the server merged for somebody who lagged
  std::uint64_t slow_events = 0;  ///< read by the slow ones
  std::uint64_t slow_bytes = 0;
  double server_cpu = 0;  ///< share of one CPU
  double load_cpu = 0;
};

struct slow_round {
  slow_phase without, with;
  std::size_t caught_up = 0;   ///< slow ones that came to the last number
  std::size_t books_same = 0;  ///< of which held the very book that was published
  double caught_up_after = 0;  ///< seconds
};

struct slow_result {
  std::vector<slow_round> rounds;
  std::uint64_t largest_outbox = 0, outbox_bound = 0;
  std::uint64_t largest_backlog = 0, backlog_bound = 0;
  std::uint64_t wrong = 0;          ///< of all subscribers; see book_reader::tally
  std::uint64_t verified = 0;       ///< events after which a book had the right checksum
  std::uint64_t slow_verified = 0;  ///< of the slow ones
  std::uint64_t slow_merged = 0;    ///< merged events that they got
  std::uint64_t fast_merged = 0;    ///< that the others got
  std::size_t lost = 0;

  /// Whether all that must be so was.
  bool right(slow_options const& o) const;
};

/// @throws run_error when it cannot be made.
slow_result run_slow(slow_options const& o);

/// One JSON object, without a newline.
std::string as_json(slow_options const& o, slow_result const& r);

}  // namespace runes::bench
