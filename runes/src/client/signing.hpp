// Signing, with the time and the nonce passed in.
#pragma once

#include <runes/session.hpp>

#include <chrono>
#include <string>

namespace runes::detail {

/// What `key` brings at that time with that nonce.
credentials signed_credentials(std::string const& key, std::string const& secret,
                               std::chrono::system_clock::time_point now, std::string nonce);

}  // namespace runes::detail
