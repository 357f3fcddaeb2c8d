// The market's own bots, beside the server in its process: who they are, and their life.
#pragma once

#include "bot_runner.hpp"

#include <runes/api_keys.hpp>
#include <runes/server.hpp>

#include <cstdint>
#include <vector>

namespace exchange::host {

/// The bots connect to the server over memory, authenticate with keys that are made here and
/// written nowhere, and trade over runes::trader like anybody. All of them run on one loop of the
/// server, and end with it.
///
/// Lifetimes: made before the server runs, destroyed after run() has returned.
class living_market {
 public:
  /// @throws std::system_error where there is no randomness for keys.
  living_market(runes::server& in, std::uint64_t seed);
  living_market(living_market const&) = delete;
  living_market& operator=(living_market const&) = delete;

  /// To be accepted beside those of the file. Their accounts are named "bot/…", as no account of a
  /// file can be.
  std::vector<runes::api_key> const& keys() const noexcept { return keys_; }
  /// Once, before the server runs.
  void start();

 private:
  runes::awaitable<> run();

  runes::server& server_;
  bots_world world_;
  std::vector<runes::api_key> keys_;
  std::vector<bot_runner> runners_;
};

}  // namespace exchange::host
