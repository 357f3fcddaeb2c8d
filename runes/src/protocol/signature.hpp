// The signatures of the `auth` op, as protocol.md defines them. The only place that includes
// OpenSSL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace runes::detail {

/// HMAC-SHA256 in lower-case hex: 64 characters. The secret is the bytes it is written with. Throws
/// std::runtime_error where the cryptographic library fails.
std::string hmac_sha256_hex(std::string_view secret, std::string_view text);

/// What the owner of `secret` signs an `auth` with: `timestamp` + "." + `nonce` + "." + `key`, the
/// timestamp in milliseconds.
std::string signature_of(std::string_view secret, std::int64_t timestamp, std::string_view nonce,
                         std::string_view key);

/// Whether they are the same, in a time that depends on their lengths only.
bool same_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace runes::detail
