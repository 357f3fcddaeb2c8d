// One published change, as loops and subscribers see it.
#pragma once

#include "broker/timer_queue.hpp"
#include "protocol/frame.hpp"

#include <runes/channel.hpp>
#include <runes/market_data.hpp>

#include <cstdint>
#include <memory>
#include <span>

namespace runes::detail {

class topic;

struct update {
  shared_frame frame;  ///< encoded once, shared by all
  payload_ptr data;    ///< to merge it for one who lags
  std::uint64_t prev = 0;
  std::uint64_t seq = 0;
  timestamp ts{};
  time_point published{};  ///< when it was published, for the latency metric
};

/// A subscriber of one topic, on one loop. deliver() is called on that loop's strand, and must
/// neither join nor leave.
class member {
 public:
  virtual void deliver(update const& what) = 0;
  /// Several that follow one another, whose frames laid end to end are `together`: one reference to
  /// push in place of many.
  virtual void deliver_run(std::span<update const> run, shared_frame const& together);

 protected:
  ~member() = default;

 private:
  friend class member_list;
  std::uint32_t place_ = 0;  ///< in the topic's list of this loop
};

}  // namespace runes::detail
