// The clock that the venue's requests and its bots go by.
#pragma once

#include "venue/types.hpp"

#include <chrono>

namespace exchange::host {

inline venue::micros now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace exchange::host
