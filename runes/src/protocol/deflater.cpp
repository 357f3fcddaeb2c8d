#include "protocol/deflater.hpp"

#ifdef RUNES_HAS_ISAL
#  include <isa-l/igzip_lib.h>
#else
#  include <zlib.h>
#endif

#include <cstdint>
#include <new>
#include <vector>

namespace runes::detail {
namespace {

/// What a flush ends with, and a sender takes off (RFC 7692, section 7.2.1).
constexpr std::size_t tail_size = 4;
/// Messages are rarely larger; the memory of one that was is given back.
constexpr std::size_t kept_bytes = 64 * 1024;

}  // namespace

#ifdef RUNES_HAS_ISAL

/// Level 1, in a third to a half of zlib's time. Level 0 is quicker by as much again, and makes
/// ticks larger.
struct deflater::stream {
  isal_zstream z{};
  std::vector<std::uint8_t> level = std::vector<std::uint8_t>(ISAL_DEF_LVL1_DEFAULT);

  stream() { isal_deflate_init(&z); }

  /// The bytes written to `out`, the tail included; 0 when they did not fit.
  std::size_t run(std::string_view message, std::string& out) {
    isal_deflate_reset(&z);
    z.level = 1;
    z.level_buf = level.data();
    z.level_buf_size = static_cast<std::uint32_t>(level.size());
    z.flush = FULL_FLUSH;
    z.end_of_stream = 0;
    z.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(message.data()));
    z.avail_in = static_cast<std::uint32_t>(message.size());
    z.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    z.avail_out = static_cast<std::uint32_t>(out.size());
    bool const fits = isal_deflate(&z) == COMP_OK && z.avail_in == 0 && z.avail_out > 0;
    return fits ? out.size() - z.avail_out : 0;
  }
};

#else

/// Level 1: more cost more than they save in messages this small. Of the memory for hashes, which
/// each message clears, as much as they have a use for.
struct deflater::stream {
  static constexpr int level = 1, memory = 5;
  z_stream z{};

  stream() {
    if (deflateInit2(&z, level, Z_DEFLATED, -MAX_WBITS, memory, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  ~stream() { deflateEnd(&z); }
  stream(stream const&) = delete;
  stream& operator=(stream const&) = delete;

  /// The bytes written to `out`, the tail included; 0 when they did not fit.
  std::size_t run(std::string_view message, std::string& out) {
    deflateReset(&z);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
    z.avail_in = static_cast<uInt>(message.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    bool const fits = deflate(&z, Z_SYNC_FLUSH) == Z_OK && z.avail_in == 0 && z.avail_out > 0;
    return fits ? out.size() - z.avail_out : 0;
  }
};

#endif

deflater::deflater() : stream_(std::make_unique<stream>()) {}
deflater::~deflater() = default;

deflater& deflater::of_this_thread() {
  thread_local deflater own;
  return own;
}

shared_frame deflater::compress(opcode op, std::string_view message) {
  if (message.size() > deflate_sizes::largest) return nullptr;
  // One byte too few for what would be as long as the message, and one more, which has to stay
  // free.
  out_.resize(message.size() + tail_size);
  std::size_t const size = stream_->run(message, out_);
  bool const smaller = size > tail_size && size - tail_size < message.size();
  shared_frame made;
  if (smaller)
    made = frame::make_compressed(op, std::string_view(out_).substr(0, size - tail_size));
  if (out_.capacity() > kept_bytes) out_ = std::string();
  return made;
}

}  // namespace runes::detail
