// Names in sentences.
#pragma once

#include <string>
#include <string_view>

namespace runes::detail {

/// 'text', for an error's sentence.
inline std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '\'';
  out += text;
  out += '\'';
  return out;
}

}  // namespace runes::detail
