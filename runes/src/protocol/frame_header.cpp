#include "protocol/frame_header.hpp"

#include <cstring>

namespace runes::detail {
namespace {

constexpr unsigned fin_bit = 0x80, compressed_bit = 0x40, reserved_bits = 0x30, opcode_bits = 0x0f;
constexpr unsigned mask_bit = 0x80, length_bits = 0x7f;
constexpr std::uint64_t longest_control = 125;
constexpr std::size_t key_size = 4;

unsigned byte_at(std::span<char const> bytes, std::size_t i) noexcept {
  return static_cast<unsigned char>(bytes[i]);
}

/// What is wrong with the first byte; empty if nothing is.
std::string_view mistake_of(unsigned first, header_rules rules) noexcept {
  unsigned const op = first & opcode_bits;
  bool const control = (op & 8U) != 0;
  if (first & reserved_bits) return "a reserved bit is set";
  if (control ? op > 10 : op > 2) return "a reserved opcode";
  if (control && !(first & fin_bit)) return "a control frame in fragments";
  if (first & compressed_bit) {
    if (!rules.may_compress) return "a reserved bit is set";
    if (control || op == 0) return "the bit for compression is set where no message begins";
  }
  if (control) return {};
  if (op == 0 && !rules.within_message) return "a continuation of nothing";
  if (op != 0 && rules.within_message) return "a message within a message";
  return {};
}

read_header violation(std::string_view mistake) noexcept {
  read_header result;
  result.now = read_header::state::violation;
  result.mistake = mistake;
  return result;
}

}  // namespace

read_header decode_header(std::span<char const> bytes, header_rules rules) noexcept {
  if (bytes.empty()) return {};
  unsigned const first = byte_at(bytes, 0);
  if (auto const mistake = mistake_of(first, rules); !mistake.empty()) return violation(mistake);
  if (bytes.size() < 2) return {};

  unsigned const second = byte_at(bytes, 1);
  read_header result;
  frame_header& h = result.header;
  h.fin = (first & fin_bit) != 0;
  h.compressed = (first & compressed_bit) != 0;
  h.op = static_cast<std::uint8_t>(first & opcode_bits);
  h.masked = (second & mask_bit) != 0;
  h.length = second & length_bits;
  if (h.masked != rules.masked) {
    return violation(rules.masked ? "a frame without a mask" : "a frame with a mask");
  }
  if (h.is_control() && h.length > longest_control) return violation("a control frame too long");

  std::size_t const more = h.length == 126 ? 2 : h.length == 127 ? 8 : 0;
  std::size_t size = 2 + more;
  if (bytes.size() < size) return {};
  if (more > 0) {
    std::uint64_t const least = more == 2 ? 126 : 0x1'0000;
    h.length = 0;
    for (std::size_t i = 0; i < more; ++i) h.length = h.length << 8 | byte_at(bytes, 2 + i);
    if (h.length < least) return violation("a length in more bytes than it needs");
    if (h.length >> 63) return violation("a length of more than 63 bits");
  }
  if (h.masked) {
    if (bytes.size() < size + key_size) return {};
    std::memcpy(&h.key, bytes.data() + size, key_size);
    size += key_size;
  }
  h.size = static_cast<std::uint8_t>(size);
  result.now = read_header::state::complete;
  return result;
}

}  // namespace runes::detail
