#include "bench/wire/frame.hpp"

#include <bit>
#include <cstring>

namespace runes::bench {
namespace {

// Bytes of the length field that follows the second byte.
std::size_t length_bytes(std::uint8_t second) {
  auto const code = second & 0x7f;
  return code == 126 ? 2u : code == 127 ? 8u : 0u;
}

void append_head(std::string& out, std::uint8_t first, std::size_t length, std::uint8_t mask_bit) {
  out += static_cast<char>(first);
  auto const code = length < 126 ? length : length < 65536 ? 126u : 127u;
  out += static_cast<char>(mask_bit | code);
  for (auto left = length_bytes(static_cast<std::uint8_t>(code)); left > 0; --left) {
    out += static_cast<char>(std::uint64_t{length} >> (8 * (left - 1)) & 0xff);
  }
}

}  // namespace

std::size_t head_size(std::span<char const> bytes) {
  if (bytes.size() < 2) return 2;
  auto const second = static_cast<std::uint8_t>(bytes[1]);
  return 2 + length_bytes(second) + (second & 0x80 ? 4u : 0u);
}

std::optional<frame_head> read_head(std::span<char const> bytes) {
  if (bytes.size() < 2 || bytes.size() < head_size(bytes)) return {};
  auto const second = static_cast<std::uint8_t>(bytes[1]);
  frame_head head;
  head.first = static_cast<std::uint8_t>(bytes[0]);
  head.masked = (second & 0x80) != 0;
  head.bytes = head_size(bytes);
  auto const extended = length_bytes(second);
  head.length = extended ? 0 : second & 0x7f;
  for (std::size_t i = 0; i < extended; ++i) {
    head.length = head.length << 8 | static_cast<std::uint8_t>(bytes[2 + i]);
  }
  if (head.masked) std::memcpy(head.mask.data(), bytes.data() + 2 + extended, 4);
  return head;
}

void append_head(std::string& out, std::uint8_t first, std::size_t length) {
  append_head(out, first, length, 0);
}

void append_frame(std::string& out, std::uint8_t first, std::string_view payload) {
  append_head(out, first, payload.size(), 0);
  out += payload;
}

void append_masked_frame(std::string& out, std::uint8_t first, std::string_view payload,
                         std::uint32_t key) {
  append_head(out, first, payload.size(), 0x80);
  auto const mask = std::bit_cast<std::array<char, 4>>(key);
  out.append(mask.data(), mask.size());
  auto const before = out.size();
  out += payload;
  apply_mask(std::span(out).subspan(before), mask);
}

void apply_mask(std::span<char> payload, std::array<char, 4> const& mask) {
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ mask[i & 3]);
  }
}

}  // namespace runes::bench
