#include "byte_source.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>
#include <system_error>
#include <utility>

namespace exchange {
namespace {

constexpr int gzip_only = 15 + 16;  // the largest window, and a gzip header

}  // namespace

byte_source::byte_source(std::filesystem::path const& file)
    : file_(std::fopen(file.c_str(), "rb")) {
  std::error_code ignored;
  if (file_ && std::filesystem::is_directory(file, ignored)) {
    throw runes::error(runes::errc::bad_config, file.string() + " is a directory, not a recording");
  }
  if (!file_) {
    throw runes::error(runes::errc::bad_config, "cannot open " + file.string() + ": " +
                                                    std::generic_category().message(errno));
  }
  refill();
  gzip_ = stream_.avail_in >= 2 && packed_[0] == 0x1f && packed_[1] == 0x8b;
  if (gzip_ && inflateInit2(&stream_, gzip_only) != Z_OK) throw std::bad_alloc();
}

byte_source::~byte_source() {
  if (gzip_) inflateEnd(&stream_);
}

std::size_t byte_source::read(std::span<char> out) {
  if (ended_ || out.empty()) return 0;
  if (gzip_) return unpack(out);
  if (stream_.avail_in == 0 && !refill()) return 0;
  auto const n = std::min<std::size_t>(out.size(), stream_.avail_in);
  std::memcpy(out.data(), stream_.next_in, n);
  stream_.next_in += n;
  stream_.avail_in -= static_cast<uInt>(n);
  return n;
}

bool byte_source::refill() {
  auto const n = std::fread(packed_.data(), 1, packed_.size(), file_.get());
  stream_.next_in = packed_.data();
  stream_.avail_in = static_cast<uInt>(n);
  if (n > 0) return true;
  if (std::ferror(file_.get())) {
    fail("the file cannot be read further: " + std::generic_category().message(errno));
  } else if (in_member_) {
    fail("the gzip data is cut off");
  }
  ended_ = true;
  return false;
}

std::size_t byte_source::unpack(std::span<char> out) {
  auto const room =
      static_cast<uInt>(std::min<std::size_t>(out.size(), std::numeric_limits<uInt>::max()));
  stream_.next_out = reinterpret_cast<Bytef*>(out.data());
  stream_.avail_out = room;
  while (stream_.avail_out == room && !ended_) {
    if (stream_.avail_in == 0 && !refill()) break;
    in_member_ = true;
    take(inflate(&stream_, Z_NO_FLUSH));
  }
  return room - stream_.avail_out;
}

void byte_source::take(int inflate_result) {
  switch (inflate_result) {
    case Z_OK:
    case Z_BUF_ERROR:  // no progress without more input, which is what comes next
      return;
    case Z_STREAM_END:  // another member may follow, as after `cat a.gz b.gz`
      in_member_ = false;
      inflateReset(&stream_);
      return;
    default:
      fail(std::string("the gzip data is damaged") +
           (stream_.msg ? std::string(" (") + stream_.msg + ")" : std::string()));
  }
}

void byte_source::fail(std::string why) {
  fault_ = std::move(why);
  ended_ = true;
}

}  // namespace exchange
