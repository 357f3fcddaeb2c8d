#include <runes/local_endpoint.hpp>

#include "transport/local_door.hpp"

namespace runes {

local_endpoint::local_endpoint() : door_(std::make_shared<detail::local_door>()) {}

}  // namespace runes
