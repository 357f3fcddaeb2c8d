// What stands between a server and the network, to make the server another one than it is.
#pragma once

#include "support/sent_frame.hpp"

#include <string>
#include <vector>

namespace runes::simulation {

/// Sees every frame that one connection's server sends, and says what goes on in its place. Only a
/// broken variant has one; without it bytes pass as they are.
class frame_tap {
 public:
  virtual ~frame_tap() = default;
  /// The payloads of the text frames that are sent in place of this text.
  virtual std::vector<std::string> pass(std::string text) = 0;
};

}  // namespace runes::simulation
