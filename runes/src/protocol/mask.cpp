#include "protocol/mask.hpp"

#include <array>
#include <cstring>
#include <random>

namespace runes::detail {
namespace {

/// As wide as two vector registers; the compiler makes them of it.
using block = std::array<std::uint64_t, 4>;

}  // namespace

void apply_mask(std::span<char> bytes, std::uint32_t key, std::uint64_t at) noexcept {
  std::array<char, 4> wire{};
  std::memcpy(wire.data(), &key, wire.size());
  std::array<char, 8> turned{};  // so that it begins where `bytes` does
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = wire[(i + at) & 3];
  std::uint64_t pattern = 0;
  std::memcpy(&pattern, turned.data(), turned.size());

  char* to = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= sizeof(block); to += sizeof(block), left -= sizeof(block)) {
    block words;
    std::memcpy(&words, to, sizeof(block));
    for (auto& word : words) word ^= pattern;
    std::memcpy(to, &words, sizeof(block));
  }
  for (; left >= sizeof(pattern); to += sizeof(pattern), left -= sizeof(pattern)) {
    std::uint64_t word = 0;
    std::memcpy(&word, to, sizeof(word));
    word ^= pattern;
    std::memcpy(to, &word, sizeof(word));
  }
  for (std::size_t i = 0; i < left; ++i) to[i] = static_cast<char>(to[i] ^ turned[i]);
}

std::uint32_t new_mask() {
  thread_local std::mt19937 generator{std::random_device{}()};
  return static_cast<std::uint32_t>(generator());
}

}  // namespace runes::detail
