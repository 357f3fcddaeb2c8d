#include <runes/config.hpp>

namespace runes {

std::string_view version() noexcept { return RUNES_VERSION; }

}  // namespace runes
