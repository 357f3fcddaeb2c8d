#include "broker/update_run.hpp"

#include <algorithm>

namespace runes::detail {
namespace {

template <class FrameOf>
shared_frame end_to_end(std::span<update const> run, FrameOf const& frame_of) {
  std::size_t size = 0;
  for (update const& each : run) size += frame_of(each)->size();
  char* at = nullptr;
  shared_frame together = frame::make_bytes(size, at);
  for (update const& each : run) at = std::ranges::copy(frame_of(each)->bytes(), at).out;
  return together;
}

}  // namespace

shared_frame const& update_run::together(deflate_sizes const& compressed) {
  if (!compressed.any()) {
    if (!plain_)
      plain_ = end_to_end(updates_, [](update const& u) -> auto const& { return u.frame; });
    return plain_;
  }
  static shared_frame const none;
  if (compressed.most != deflate_sizes::largest) return none;
  if (!compressed_) {
    sizes_ = compressed;
    compressed_ = end_to_end(updates_, [&](update const& u) -> auto const& {
      return u.frame_for(compressed, counters_);
    });
  }
  return sizes_ == compressed ? compressed_ : none;
}

}  // namespace runes::detail
