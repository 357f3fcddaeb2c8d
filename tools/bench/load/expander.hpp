// Messages of permessage-deflate (RFC 7692) expanded, for servers that keep nothing from one to the
// next.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace runes::bench {

/// One for all connections, since none has a context.
class expander {
 public:
  /// @param most Bytes of a message that are expanded; the rest is passed over.
  explicit expander(std::size_t most);
  ~expander();
  expander(expander const&) = delete;
  expander& operator=(expander const&) = delete;

  /// What a frame's payload expands to, until the next call; empty if it does not.
  std::string_view expand(std::string_view payload);

 private:
  struct stream;
  std::unique_ptr<stream> stream_;
  std::vector<char> message_;
};

}  // namespace runes::bench
