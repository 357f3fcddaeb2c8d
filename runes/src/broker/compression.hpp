// Messages compressed for those who are sent them so, and counted.
#pragma once

#include "monitoring/counters.hpp"
#include "protocol/deflater.hpp"
#include "protocol/frame.hpp"

#include <string_view>

namespace runes::detail {

/// The message compressed; as it is when that is no smaller. `counters` are the calling thread's.
shared_frame compress(opcode op, std::string_view message, loop_counters& counters);
/// The same of a frame that is there; itself when that is no smaller.
shared_frame compress(shared_frame const& plain, loop_counters& counters);

}  // namespace runes::detail
