#include "client/signing.hpp"

#include "protocol/random_hex.hpp"
#include "protocol/signature.hpp"

#include <runes/api_keys.hpp>
#include <runes/error.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace runes {
namespace {

constexpr std::size_t nonce_bytes = 16;

}  // namespace

credentials detail::signed_credentials(std::string const& key, std::string const& secret,
                                       std::chrono::system_clock::time_point now,
                                       std::string nonce) {
  auto const since = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
  std::int64_t const at{since.count()};
  auto signature = signature_of(secret, at, nonce, key);
  return {key, at, std::move(nonce), std::move(signature)};
}

std::function<credentials()> signed_by(std::string key, std::string secret) {
  if (key.empty()) throw error(errc::bad_config, "to sign, the API key must not be empty");
  if (secret.empty()) throw error(errc::bad_config, "to sign, the key's secret must not be empty");
  return [key = std::move(key), secret = std::move(secret)] {
    return detail::signed_credentials(key, secret, std::chrono::system_clock::now(),
                                      detail::random_hex(nonce_bytes));
  };
}

}  // namespace runes
