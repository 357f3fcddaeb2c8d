// What has been read of a connection and not yet understood. It grows while it is filled.
#pragma once

#include "protocol/frame_parser.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace runes::detail {

/// A connection that waits does so with `small` bytes of its own. One whose reads fill them time
/// and again waits with `large` ones from the heap, until it needs them no more. A plain object.
class read_buffer {
 public:
  static constexpr std::size_t small = 256, large = 4096;
  static_assert(small > frame_parser::least_buffer, "a control frame must fit in, and a byte more");
  /// Reads in a row that were too much for a small buffer before there is a large one, and that
  /// weren't before it goes.
  static constexpr std::uint8_t reads_to_grow = 2, reads_to_shrink = 8;

  /// What is to be parsed; the parser takes from its front.
  std::span<char>& unread() noexcept { return unread_; }

  /// Where the next read goes. Moves what is unread, less than frame_parser::least_buffer bytes.
  std::span<char> prepare() {
    if (grown_ ? heap_size_ != large : heap_size_ != 0) {
      auto fresh = grown_ ? std::make_unique_for_overwrite<char[]>(large) : nullptr;
      move_to(fresh ? fresh.get() : small_.data());
      heap_ = std::move(fresh);
      heap_size_ = grown_ ? large : 0;
    } else {
      move_to(base());
    }
    return std::span(base(), capacity()).subspan(unread_.size());
  }

  /// So many bytes were read to there. True when they filled it, so that there may be more.
  bool commit(std::size_t count) noexcept {
    std::size_t const size = unread_.size() + count;
    unread_ = {base(), size};
    bool const filled = size == capacity();
    if (!grown_) {
      in_a_row_ = filled ? static_cast<std::uint8_t>(in_a_row_ + 1) : std::uint8_t{0};
      if (in_a_row_ >= reads_to_grow) set_grown(true);
    } else {
      in_a_row_ = count < small ? static_cast<std::uint8_t>(in_a_row_ + 1) : std::uint8_t{0};
      if (in_a_row_ >= reads_to_shrink) set_grown(false);
    }
    return filled;
  }

  /// More was read, to elsewhere: laid behind what is unread.
  void append(std::string_view more) {
    std::size_t const size = unread_.size() + more.size();
    auto fresh = std::make_unique_for_overwrite<char[]>(size);
    if (!unread_.empty()) std::memcpy(fresh.get(), unread_.data(), unread_.size());
    if (!more.empty()) std::memcpy(fresh.get() + unread_.size(), more.data(), more.size());
    heap_ = std::move(fresh);
    heap_size_ = size;
    unread_ = {heap_.get(), size};
  }

  /// Whether the next prepare() takes memory from the heap, or has.
  bool grown() const noexcept { return grown_; }
  void shrink() noexcept { set_grown(false); }

 private:
  char* base() noexcept { return heap_ ? heap_.get() : small_.data(); }
  std::size_t capacity() const noexcept { return heap_ ? heap_size_ : small; }
  void set_grown(bool yes) noexcept {
    grown_ = yes;
    in_a_row_ = 0;
  }
  void move_to(char* where) noexcept {
    if (!unread_.empty()) std::memmove(where, unread_.data(), unread_.size());
    unread_ = {where, unread_.size()};
  }

  std::span<char> unread_;
  std::unique_ptr<char[]> heap_;
  std::size_t heap_size_ = 0;
  std::uint8_t in_a_row_ = 0;
  bool grown_ = false;
  std::array<char, small> small_;
};

}  // namespace runes::detail
