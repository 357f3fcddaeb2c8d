#include "bench/wire/sha1.hpp"

#include <bit>
#include <cstddef>
#include <string>

namespace runes::bench {
namespace {

using words = std::array<std::uint32_t, 5>;

std::uint32_t big_endian(char const* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(at[i]);
  return value;
}

// The round's function and constant; the four rounds have twenty steps each.
std::uint32_t mixed(std::size_t step, words const& h) {
  if (step < 20) return ((h[1] & h[2]) | (~h[1] & h[3])) + 0x5a827999u;
  if (step < 40) return (h[1] ^ h[2] ^ h[3]) + 0x6ed9eba1u;
  if (step < 60) return ((h[1] & h[2]) | (h[1] & h[3]) | (h[2] & h[3])) + 0x8f1bbcdcu;
  return (h[1] ^ h[2] ^ h[3]) + 0xca62c1d6u;
}

void add_block(words& state, char const* block) {
  std::array<std::uint32_t, 80> w{};
  for (std::size_t i = 0; i < 16; ++i) w[i] = big_endian(block + 4 * i);
  for (std::size_t i = 16; i < 80; ++i) {
    w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  }
  auto h = state;
  for (std::size_t i = 0; i < 80; ++i) {
    auto const first = std::rotl(h[0], 5) + mixed(i, h) + h[4] + w[i];
    h = {first, h[0], std::rotl(h[1], 30), h[2], h[3]};
  }
  for (std::size_t i = 0; i < 5; ++i) state[i] += h[i];
}

// The text, a one bit, zeros up to 8 bytes before a block's end, and the length in bits.
std::string padded(std::string_view text) {
  std::string whole(text);
  whole += static_cast<char>(0x80);
  while (whole.size() % 64 != 56) whole += '\0';
  auto const bits = std::uint64_t{text.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) whole += static_cast<char>(bits >> shift & 0xff);
  return whole;
}

}  // namespace

std::array<std::uint8_t, 20> sha1(std::string_view text) {
  words state{0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u, 0xc3d2e1f0u};
  auto const whole = padded(text);
  for (std::size_t at = 0; at < whole.size(); at += 64) add_block(state, whole.data() + at);
  std::array<std::uint8_t, 20> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)) & 0xff);
  }
  return digest;
}

}  // namespace runes::bench
