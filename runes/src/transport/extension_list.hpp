// The Sec-WebSocket-Extensions header (RFC 6455, section 9.1).
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace runes::detail {

/// One extension with its parameters; a parameter without a value has an empty one. All of it
/// refers to the header's text.
struct extension {
  std::string_view name;
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
};

/// Nothing if it is no such list.
std::optional<std::vector<extension>> read_extensions(std::string_view header);

}  // namespace runes::detail
