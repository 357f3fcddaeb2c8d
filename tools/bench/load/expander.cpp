#include "bench/load/expander.hpp"

#include <zlib.h>

#include <new>

namespace runes::bench {

struct expander::stream : z_stream {};

expander::expander(std::size_t most) : stream_(std::make_unique<stream>()), message_(most) {
  if (inflateInit2(stream_.get(), -MAX_WBITS) != Z_OK) throw std::bad_alloc();
}

expander::~expander() { inflateEnd(stream_.get()); }

// The four bytes that the sender took off hold no data, so they needn't be put back.
std::string_view expander::expand(std::string_view payload) {
  inflateReset(stream_.get());
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(payload.data()));
  stream_->avail_in = static_cast<uInt>(payload.size());
  stream_->next_out = reinterpret_cast<Bytef*>(message_.data());
  stream_->avail_out = static_cast<uInt>(message_.size());
  int const result = inflate(stream_.get(), Z_SYNC_FLUSH);
  bool const good = result == Z_OK || result == Z_BUF_ERROR;
  return good ? std::string_view(message_.data(), message_.size() - stream_->avail_out)
              : std::string_view();
}

}  // namespace runes::bench
