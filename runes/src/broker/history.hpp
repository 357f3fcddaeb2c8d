// What a topic has published lately: what one who was away for a while is given on return.
#pragma once

#include "broker/update.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace runes::detail {

/// The bounds of one topic's history. With none of either it keeps nothing.
struct history_bounds {
  std::size_t bytes = 4 * 1024 * 1024;
  std::chrono::milliseconds age{60'000};

  bool none() const noexcept { return bytes == 0 || age.count() == 0; }
};

struct history_rules {
  history_bounds everyone;  ///< of public channels
  history_bounds accounts{16 * 1024 * 1024, std::chrono::milliseconds(600'000)};
  /// Of all histories together. The last quarter is for accounts alone, so that however much is
  /// held of public channels, nothing of theirs has to give way to it.
  std::size_t total_bytes = 256 * 1024 * 1024;
};

/// What all histories of a broker share. Thread-safe.
class history_budget {
 public:
  explicit history_budget(history_rules rules) noexcept : rules_(rules) {}
  history_rules const& rules() const noexcept { return rules_; }
  /// Whether a history of theirs has to give way. Account channels keep the longest (protocol.md,
  /// "Resume").
  bool exceeded(audience whose) const noexcept {
    std::size_t const most = whose == audience::account
                                 ? rules_.total_bytes
                                 : rules_.total_bytes - rules_.total_bytes / 4;
    return used_.load(std::memory_order_relaxed) > most;
  }
  std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  void add(std::size_t bytes) noexcept { used_.fetch_add(bytes, std::memory_order_relaxed); }
  void subtract(std::size_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  history_rules rules_;
  std::atomic<std::size_t> used_{0};
};

/// The newest updates of one topic, without a gap between them, bounded in bytes and in time.
/// A plain object, under its topic's lock.
class history {
 public:
  history(history_bounds bounds, std::shared_ptr<history_budget> all,
          audience whose = audience::everyone) noexcept
      : bounds_(bounds), whose_(whose), all_(std::move(all)) {}
  ~history() { clear(); }
  history(history const&) = delete;
  history& operator=(history const&) = delete;

  /// Behind the last one; when it does not follow that, what was held is of no use any more.
  void add(update what);
  /// Forgets what is older than the bound.
  void expire(time_point now) noexcept;
  void clear() noexcept;

  /// All that was published after `seq`, oldest first, or nothing when some of that is missing.
  /// `last` is the topic's last number: who has that has missed none.
  /// `encode` makes the frame of one that has none yet: it was published when nobody listened.
  using encoder = std::function<shared_frame(update const&)>;
  std::optional<std::vector<update>> after(std::uint64_t seq, std::uint64_t last,
                                           encoder const& encode);

  /// Nobody has listened to the topic from this moment on; empty: somebody does.
  void abandoned(std::optional<time_point> since) noexcept { abandoned_ = since; }
  /// From when on nobody who has left could find anything here; empty: somebody listens.
  std::optional<time_point> of_no_use_from() const noexcept {
    return abandoned_ ? std::optional(*abandoned_ + bounds_.age) : std::nullopt;
  }
  /// When to look again whether something is too old: a quarter of the bound later, so that nothing
  /// is held for much longer than it though nothing is published, or when it is of no use any more.
  time_point next_look(time_point now) const noexcept {
    time_point const later = now + std::max(bounds_.age / 4, shortest_look);
    return abandoned_ ? std::min(later, *of_no_use_from()) : later;
  }
  /// Somebody will look then.
  bool watched = false;

  std::size_t bytes() const noexcept { return bytes_; }
  std::size_t size() const noexcept { return held_.size(); }

 private:
  struct entry {
    update what;
    std::size_t bytes;
  };
  void drop_oldest() noexcept;

  static constexpr std::chrono::milliseconds shortest_look{100};

  history_bounds bounds_;
  audience whose_;
  std::shared_ptr<history_budget> all_;
  std::size_t bytes_ = 0;
  std::deque<entry> held_;
  std::optional<time_point> abandoned_;
};

}  // namespace runes::detail
