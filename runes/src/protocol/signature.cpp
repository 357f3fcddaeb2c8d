#include "protocol/signature.hpp"

#include "protocol/hex.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <span>
#include <stdexcept>

namespace runes::detail {

std::string hmac_sha256_hex(std::string_view secret, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
  unsigned size = 0;
  auto const* bytes = reinterpret_cast<unsigned char const*>(text.data());
  if (!HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes, text.size(),
            made.data(), &size))
    throw std::runtime_error("libcrypto could not compute an HMAC");
  return hex(std::span(made).first(size));
}

std::string signature_of(std::string_view secret, std::int64_t timestamp, std::string_view nonce,
                         std::string_view key) {
  std::string text = std::to_string(timestamp);
  text += '.';
  text += nonce;
  text += '.';
  text += key;
  return hmac_sha256_hex(secret, text);
}

bool same_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace runes::detail
