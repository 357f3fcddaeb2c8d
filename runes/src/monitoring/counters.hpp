// What a loop counts: one writer, any reader, no lock.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace runes::detail {

/// Written by the one thread that owns it, read by any.
class counter {
 public:
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
  }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// The largest value seen; written by the one thread that owns it, read by any.
class peak {
 public:
  void raise(std::uint64_t value) noexcept {
    if (value > value_.load(std::memory_order_relaxed))
      value_.store(value, std::memory_order_relaxed);
  }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Microseconds from publishing to the kernel, of the last minute: a histogram of powers of two
/// with four steps each, in slices of ten seconds. The time is passed in.
class latency_window {
 public:
  static constexpr std::size_t buckets = 128;
  static constexpr std::size_t slices = 6;

  void add(std::chrono::microseconds latency, std::chrono::steady_clock::time_point now) noexcept {
    slice& s = at(now);
    s.counts[index(static_cast<std::uint64_t>(latency.count() > 0 ? latency.count() : 0))].add();
  }

  /// Adds this window's counts to `into`.
  void collect(std::array<std::uint64_t, buckets>& into,
               std::chrono::steady_clock::time_point now) const noexcept {
    std::int64_t const current = number(now);
    for (slice const& s : slices_) {
      if (current - s.number.load(std::memory_order_relaxed) >= static_cast<std::int64_t>(slices))
        continue;
      for (std::size_t i = 0; i < buckets; ++i) into[i] += s.counts[i].get();
    }
  }

  /// The upper edge of the bucket in which the quantile lies, in microseconds; 0 when there are no
  /// counts.
  static std::uint64_t quantile(std::array<std::uint64_t, buckets> const& counts,
                                unsigned percent) noexcept {
    std::uint64_t total = 0;
    for (auto const n : counts) total += n;
    if (total == 0) return 0;
    std::uint64_t const wanted = (total * percent + 99) / 100;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
      seen += counts[i];
      if (seen >= wanted && seen > 0) return edge(i);
    }
    return edge(buckets - 1);
  }

 private:
  struct slice {
    std::atomic<std::int64_t> number{-1'000};
    std::array<counter, buckets> counts;
  };

  static std::int64_t number(std::chrono::steady_clock::time_point now) noexcept {
    return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() / 10;
  }
  static std::size_t index(std::uint64_t us) noexcept {
    if (us < 4) return static_cast<std::size_t>(us);
    auto const power = static_cast<std::size_t>(std::bit_width(us)) - 1;  // 2 and up
    std::size_t const i = (power - 1) * 4 + ((us >> (power - 2)) & 3);
    return i < buckets ? i : buckets - 1;
  }
  static std::uint64_t edge(std::size_t i) noexcept {
    if (i < 4) return i;
    std::size_t const power = i / 4 + 1;
    return ((std::uint64_t{4} + i % 4 + 1) << (power - 2)) - 1;
  }

  slice& at(std::chrono::steady_clock::time_point now) noexcept {
    std::int64_t const n = number(now);
    slice& s = slices_[static_cast<std::size_t>(n) % slices];
    if (s.number.load(std::memory_order_relaxed) != n) {
      for (auto& c : s.counts) c.subtract(c.get());
      s.number.store(n, std::memory_order_relaxed);
    }
    return s;
  }

  std::array<slice, slices> slices_;
};

/// All that one loop counts.
struct loop_counters {
  counter connections_opened;
  counter connections_closed;
  counter messages_received;
  counter bytes_received;
  counter events_sent;  ///< frames of topics, one a subscriber
  counter replies_sent;
  counter bytes_sent;
  counter compressions;  ///< messages compressed: each once, however many are sent it
  counter compression_input_bytes;
  counter compression_output_bytes;  ///< as they are sent: of one that got no smaller, its own
  counter writes;                    ///< to a socket
  counter writes_blocked;            ///< of which the socket took nothing or not all
  counter errors;         ///< requests answered with an error, and connections that broke
  counter events_merged;  ///< absorbed into a lagging subscriber's backlog
  counter gaps_sent;
  counter subscriptions_resumed;  ///< with `since`, and all that was missed still held
  counter slow_consumers;         ///< closed with 4100
  counter rate_limited;
  counter subscriptions;  ///< held now
  peak largest_outbox;    ///< bytes in the outbox of one connection
  peak largest_backlog;   ///< bytes of changes held back for one lagging subscription
  latency_window latency;
};

}  // namespace runes::detail
