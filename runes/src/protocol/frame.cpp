#include "protocol/frame.hpp"

#include "protocol/mask.hpp"

#include <array>
#include <cstring>
#include <new>

namespace runes::detail {
namespace {

/// The longest header: two bytes, eight of length, four of mask.
struct header {
  std::array<char, 14> bytes;
  std::size_t size = 0;
};

constexpr unsigned fin_bit = 0x80, compressed_bit = 0x40;

header make_header(unsigned flags, opcode op, std::size_t length, bool masked) {
  header h;
  auto put = [&](std::uint64_t byte) { h.bytes[h.size++] = static_cast<char>(byte & 0xff); };
  unsigned const mask_bit = masked ? 0x80 : 0;
  put(flags | static_cast<unsigned>(op));
  if (length < 126) {
    put(mask_bit | length);
  } else if (length <= 0xffff) {
    put(mask_bit | 126);
    put(length >> 8);
    put(length);
  } else {
    put(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8) put(static_cast<std::uint64_t>(length) >> shift);
  }
  return h;
}

}  // namespace

frame* frame::allocate(std::size_t size, std::size_t header) {
  void* memory = ::operator new(sizeof(frame) + size);
  return ::new (memory) frame(size, header);
}

void frame::destroy(frame const* f) noexcept {
  f->~frame();
  ::operator delete(const_cast<frame*>(f));
}

frame* frame::make_unmasked(unsigned flags, opcode op, std::string_view payload) {
  header const h = make_header(flags, op, payload.size(), false);
  frame* f = allocate(h.size + payload.size(), h.size);
  std::memcpy(f->data(), h.bytes.data(), h.size);
  if (!payload.empty()) std::memcpy(f->data() + h.size, payload.data(), payload.size());
  return f;
}

shared_frame frame::make(opcode op, std::string_view payload) {
  return shared_frame(make_unmasked(fin_bit, op, payload));
}

shared_frame frame::make_compressed(opcode op, std::string_view payload) {
  return shared_frame(make_unmasked(fin_bit | compressed_bit, op, payload));
}

shared_frame frame::make_masked(opcode op, std::string_view payload, std::uint32_t mask) {
  header h = make_header(fin_bit, op, payload.size(), true);
  std::array<char, 4> key{};
  std::memcpy(key.data(), &mask, key.size());
  std::memcpy(h.bytes.data() + h.size, key.data(), key.size());
  h.size += key.size();
  frame* f = allocate(h.size + payload.size(), h.size);
  std::memcpy(f->data(), h.bytes.data(), h.size);
  char* const out = f->data() + h.size;
  if (!payload.empty()) std::memcpy(out, payload.data(), payload.size());
  apply_mask({out, payload.size()}, mask);
  return shared_frame(f);
}

shared_frame frame::make_bytes(std::size_t size, char*& bytes) {
  frame* f = allocate(size, 0);
  bytes = f->data();
  return shared_frame(f);
}

}  // namespace runes::detail
