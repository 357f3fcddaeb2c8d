// What the exchange prints when it has begun.
#pragma once

#include <runes/server.hpp>

#include <cstdio>
#include <span>
#include <string>

namespace exchange {

inline void announce(runes::server const& server) {
  std::printf("runes-exchange %s\n", std::string(runes::version()).c_str());
  for (auto const& address : server.addresses()) {
    std::printf("listening on ws://%s/ws, http://%s/health, http://%s/metrics\n", address.c_str(),
                address.c_str(), address.c_str());
  }
}

/// The last line of all.
inline void announce_markets(char const* kind, std::span<runes::instrument const> markets) {
  std::printf("%s market of", kind);
  for (auto const& of : markets) std::printf(" %s", of.symbol.c_str());
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace exchange
