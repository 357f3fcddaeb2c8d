// Which prices of a window have a level: three tiers of bits, so that the next one up or down is
// found by a look at no more than five words.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace exchange::engine {

class level_bitmap {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  /// Precondition: size is from 64 to 2^18.
  explicit level_bitmap(std::uint32_t size)
      : words_((size + 63) / 64), groups_((words_.size() + 63) / 64) {}

  void set(std::uint32_t at) noexcept {
    words_[at >> 6] |= bit(at);
    groups_[at >> 12] |= bit(at >> 6);
    top_ |= bit(at >> 12);
  }
  void clear(std::uint32_t at) noexcept {
    auto& word = words_[at >> 6];
    word &= ~bit(at);
    if (word != 0) return;
    auto& group = groups_[at >> 12];
    group &= ~bit(at >> 6);
    if (group != 0) return;
    top_ &= ~bit(at >> 12);
  }

  std::uint32_t highest() const noexcept { return top_ != 0 ? down(top_) : none; }
  std::uint32_t lowest() const noexcept { return top_ != 0 ? up(top_) : none; }

  /// The highest below `at`.
  std::uint32_t below(std::uint32_t at) const noexcept {
    auto const w = at >> 6;
    if (auto const word = words_[w] & under(at)) return w << 6 | high(word);
    if (auto const group = groups_[w >> 6] & under(w)) return down(w >> 6, group);
    auto const top = top_ & under(w >> 6);
    return top != 0 ? down(top) : none;
  }
  /// The lowest above `at`.
  std::uint32_t above(std::uint32_t at) const noexcept {
    auto const w = at >> 6;
    if (auto const word = words_[w] & over(at)) return w << 6 | low(word);
    if (auto const group = groups_[w >> 6] & over(w)) return up(w >> 6, group);
    auto const top = top_ & over(w >> 6);
    return top != 0 ? up(top) : none;
  }

 private:
  static constexpr std::uint64_t bit(std::uint32_t at) noexcept {
    return std::uint64_t{1} << (at & 63);
  }
  static constexpr std::uint64_t under(std::uint32_t at) noexcept { return bit(at) - 1; }
  static constexpr std::uint64_t over(std::uint32_t at) noexcept { return ~(bit(at) | under(at)); }
  static std::uint32_t high(std::uint64_t word) noexcept {
    return 63 - static_cast<std::uint32_t>(std::countl_zero(word));
  }
  static std::uint32_t low(std::uint64_t word) noexcept {
    return static_cast<std::uint32_t>(std::countr_zero(word));
  }
  std::uint32_t down(std::uint64_t top) const noexcept {
    auto const g = high(top);
    return down(g, groups_[g]);
  }
  std::uint32_t down(std::uint32_t g, std::uint64_t group) const noexcept {
    auto const w = g << 6 | high(group);
    return w << 6 | high(words_[w]);
  }
  std::uint32_t up(std::uint64_t top) const noexcept {
    auto const g = low(top);
    return up(g, groups_[g]);
  }
  std::uint32_t up(std::uint32_t g, std::uint64_t group) const noexcept {
    auto const w = g << 6 | low(group);
    return w << 6 | low(words_[w]);
  }

  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> groups_;
  std::uint64_t top_ = 0;
};

}  // namespace exchange::engine
