// The program that serves the venue: who may trade, where it is kept, and its way from start to
// end.
#pragma once

#include "market_source.hpp"
#include "replay_clock.hpp"

#include <runes/api_keys.hpp>
#include <runes/config.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace exchange {

struct venue_options {
  std::optional<std::filesystem::path> data;  ///< without one: ephemeral
  std::int64_t mirrored = 1'000'000;          ///< orders, and trades, that the mirror keeps
  runes::api_keys keys;                       ///< who may trade
  std::optional<std::uint64_t> bots;          ///< their seed; without one: nobody trades by itself
  std::unique_ptr<market_source> recording;   ///< whose markets these are; ephemeral, without bots
  replay_clock pace;                          ///< of the recording
  bool wait = false;                          ///< it begins with the first subscription
};

/// Returns when the server has been stopped: 0, or 1 if something could not be kept.
/// @throws std::exception with one sentence where it can't be started.
int serve_venue(runes::command_line const& line, venue_options options);

}  // namespace exchange
