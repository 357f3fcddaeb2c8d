// The masks of a client's frames (RFC 6455, section 5.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace runes::detail {

/// Masks or unmasks in place, which is the same. `key` holds its four bytes as they stand on the
/// wire, `at` is the place of the first of `bytes` in its frame's payload.
void apply_mask(std::span<char> bytes, std::uint32_t key, std::uint64_t at = 0) noexcept;

/// A key for a frame to send: one that a web page's author cannot predict.
std::uint32_t new_mask();

}  // namespace runes::detail
