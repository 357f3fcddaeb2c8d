// Updates of one topic that are delivered together.
#pragma once

#include "broker/update.hpp"

#include <span>

namespace runes::detail {

/// Updates that follow one another, and their frames laid end to end: one reference to push in
/// place of many, made by the first subscriber that has a use for it.
class update_run {
 public:
  /// Both outlive it; the counters are the loop's.
  update_run(std::span<update const> updates, loop_counters& counters) noexcept
      : updates_(updates), counters_(counters) {}

  std::span<update const> updates() const noexcept { return updates_; }
  /// For a connection that is sent messages of these sizes compressed. Null for one with a window
  /// smaller than others have, and when another was asked for with other sizes, which happens while
  /// a change of the configuration comes into use: these get them one by one.
  shared_frame const& together(deflate_sizes const& compressed);

 private:
  std::span<update const> updates_;
  loop_counters& counters_;
  shared_frame plain_, compressed_;
  deflate_sizes sizes_;  ///< of what is in compressed_
};

}  // namespace runes::detail
