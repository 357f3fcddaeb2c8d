#include "protocol/inflater.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace runes::detail {
namespace {

/// What a sender takes off the end of each message (RFC 7692, section 7.2.1).
constexpr std::array<char, 4> tail{0, 0, static_cast<char>(0xff), static_cast<char>(0xff)};
constexpr std::size_t first_piece = 512, largest_piece = 64 * 1024;
constexpr std::size_t window = 32 * 1024;
/// A sender needs one at most; going on behind each costs a copy of the window.
constexpr std::uint8_t most_ends = 8;
/// Of z_stream::data_type: the decoder stands between two blocks, and so many bits of the last byte
/// are left.
constexpr int between_blocks = 128, bits_left = 63;

}  // namespace

struct inflater::stream : z_stream {};

inflater::inflater(deflate_terms terms)
    : stream_(std::make_unique<stream>()), takeover_(terms.takeover) {
  if (inflateInit2(stream_.get(), -MAX_WBITS) != Z_OK) throw std::bad_alloc();
}

inflater::~inflater() { inflateEnd(stream_.get()); }

inflater::verdict inflater::feed(std::span<char const> part, std::string& message,
                                 std::size_t most) {
  // No part is longer than what one read brings.
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
  stream_->avail_in = static_cast<uInt>(part.size());
  for (;;) {
    std::size_t const before = message.size();
    std::size_t const room =
        std::min(std::clamp(before, first_piece, largest_piece), most - before + 1);
    message.resize(before + room);
    stream_->next_out = reinterpret_cast<Bytef*>(message.data() + before);
    stream_->avail_out = static_cast<uInt>(room);
    int const result = inflate(stream_.get(), Z_SYNC_FLUSH);
    message.resize(before + room - stream_->avail_out);
    if (message.size() > most) return verdict::too_big;
    if (result == Z_STREAM_END) {
      if (!restart()) return verdict::corrupt;
    } else if (result == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return verdict::corrupt;
    }
    if (stream_->avail_in == 0 && stream_->avail_out > 0) return verdict::ok;
  }
}

/// A block that says it is the last may end a message; the next goes on with the same window.
bool inflater::restart() {
  if (++ends_ > most_ends) return false;
  std::array<Bytef, window> last;
  uInt size = 0;
  return inflateGetDictionary(stream_.get(), last.data(), &size) == Z_OK &&
         inflateReset(stream_.get()) == Z_OK &&
         inflateSetDictionary(stream_.get(), last.data(), size) == Z_OK;
}

inflater::verdict inflater::finish(std::string& message, std::size_t most) {
  if (auto const end = feed(tail, message, most); end != verdict::ok) return end;
  // Whoever stops within a block has sent less than a message.
  bool const whole =
      (stream_->data_type & between_blocks) != 0 && (stream_->data_type & bits_left) == 0;
  if (!whole) return verdict::corrupt;
  ends_ = 0;
  if (!takeover_) inflateReset(stream_.get());
  return verdict::ok;
}

}  // namespace runes::detail
