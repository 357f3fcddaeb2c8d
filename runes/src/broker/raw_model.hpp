// The model of raw topics: bytes go through as they are, and nothing is kept.
#pragma once

#include <runes/channel.hpp>

namespace runes::detail {

channel_model const& raw_model();

}  // namespace runes::detail
