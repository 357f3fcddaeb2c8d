// The receiving side of permessage-deflate (RFC 7692).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace runes::detail {

/// What was agreed on for one direction. The size of the window is not held against the sender:
/// zlib would notice only sometimes, depending on how the bytes were cut.
struct deflate_terms {
  bool takeover = true;  ///< a message may refer to those before it
};

/// Expands the messages of one connection. Its memory, some 7 KiB and a window of 32 KiB, is
/// zlib's.
class inflater {
 public:
  enum class verdict : std::uint8_t { ok, too_big, corrupt };

  /// Throws std::bad_alloc.
  explicit inflater(deflate_terms terms);
  ~inflater();
  inflater(inflater const&) = delete;
  inflater& operator=(inflater const&) = delete;

  /// Appends what `part` of a message expands to, but stops when `message` has come to more than
  /// `most` bytes.
  verdict feed(std::span<char const> part, std::string& message, std::size_t most);
  /// The message has ended: appends what is still to come of it.
  verdict finish(std::string& message, std::size_t most);

 private:
  struct stream;
  bool restart();
  std::unique_ptr<stream> stream_;
  bool takeover_;
  std::uint8_t ends_ = 0;  ///< final blocks in this message
};

}  // namespace runes::detail
