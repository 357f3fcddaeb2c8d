// One published change, as loops and subscribers see it.
#pragma once

#include "broker/compression.hpp"
#include "broker/timer_queue.hpp"
#include "protocol/frame.hpp"

#include <runes/channel.hpp>
#include <runes/market_data.hpp>

#include <cstdint>
#include <memory>
#include <span>

namespace runes::detail {

class update_run;

struct update {
  shared_frame frame;  ///< encoded once, shared by all
  payload_ptr data;    ///< to merge it for one who lags
  std::uint64_t prev = 0;
  std::uint64_t seq = 0;
  timestamp ts{};
  time_point published{};  ///< when it was published, for the latency metric
  /// The frame compressed, by the first subscriber of this loop that is sent it so; itself, if that
  /// was no smaller. A loop has its own updates, so nobody else touches it; histories never have
  /// one.
  mutable shared_frame compressed{};

  /// What a connection is sent that is sent messages of these sizes compressed.
  shared_frame const& frame_for(deflate_sizes const& sizes, loop_counters& counters) const {
    if (!sizes.hold(frame->payload().size())) return frame;
    if (!compressed) compressed = compress(frame, counters);
    return compressed;
  }
};

/// A subscriber of one topic, on one loop. deliver() is called on that loop's strand, and must
/// neither join nor leave.
class member {
 public:
  virtual void deliver(update const& what) = 0;
  /// Several that follow one another.
  virtual void deliver_run(update_run& run);

 protected:
  ~member() = default;

 private:
  friend class member_list;
  std::uint32_t place_ = 0;  ///< in the topic's list of this loop
};

}  // namespace runes::detail
