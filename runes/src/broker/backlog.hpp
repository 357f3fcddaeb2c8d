// What a subscriber that fell behind is still owed.
#pragma once

#include "broker/update.hpp"

#include <runes/channel.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace runes::detail {

/// Takes the updates that a full outbox had no room for, and gives back the least that keeps the
/// subscriber right, by the channel's overflow policy (protocol.md, "Slow consumers"):
///  * conflate: merged by the channel's model, so it is bounded by the number of keys, not by time;
///  * gap: the newest up to a bound in bytes, and the range of what was dropped before them;
///  * disconnect: nothing; the first update is refused.
/// A plain object; one a lagging subscriber.
class backlog {
 public:
  static constexpr std::size_t default_bytes = 64 * 1024;
  /// Conflated updates that their model would not merge; more than this and the subscriber is
  /// disconnected.
  static constexpr std::size_t most_unmerged = 256;

  /// Of a subscriber in the process, who gets no snapshot instead.
  static constexpr std::size_t most_merged_bytes = 16 * 1024 * 1024;

  backlog(channel_model const* model, overflow policy,
          std::size_t max_bytes = default_bytes) noexcept
      : model_(model), policy_(policy), max_bytes_(max_bytes) {}

  /// False: the policy says to disconnect.
  bool absorb(update const& what);

  struct range {
    std::uint64_t from, to;  ///< first and last number missing
  };

  struct item {
    std::optional<range> gap;  ///< then there is no update in it
    update merged;  ///< `frame` is null when it was merged and must be encoded for this subscriber
  };

  /// The next thing owed, oldest first; nothing when the subscriber is up to date again.
  std::optional<item> take();
  bool empty() const noexcept { return !missing_ && held_.empty(); }
  std::size_t bytes() const noexcept { return bytes_; }
  /// Whether all that is held has become one: what the model would not merge is to come as it is.
  bool is_merged() const noexcept { return held_.size() <= 1; }

 private:
  bool merge_into_last(update const& what);
  void drop_oldest();

  channel_model const* model_;
  overflow policy_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::optional<range> missing_;  ///< before everything in held_
  std::deque<update> held_;
};

}  // namespace runes::detail
