#include "serve_venue.hpp"

#include "announce.hpp"
#include "host/living_market.hpp"
#include "host/trading_handler.hpp"
#include "recorded_venue.hpp"
#include "service/markets.hpp"

#include <runes/program_signals.hpp>
#include <runes/server.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace exchange {
namespace {

void tell_where(std::optional<std::filesystem::path> const& data) {
  if (data) {
    std::printf("data in %s\n", std::filesystem::absolute(*data).c_str());
  } else {
    std::printf("ephemeral: orders, balances and positions end with this process\n");
  }
}

/// Those of the file and those of the bots.
host::identifier identifier_of(runes::api_keys const& file,
                               std::span<runes::api_key const> of_bots) {
  runes::api_keys all(file.size() + of_bots.size());
  for (auto const& [id, key] : file.all()) all.add(key);
  for (auto const& key : of_bots) all.add(key);
  auto const check = std::make_shared<runes::key_check>(std::move(all));
  return [check](runes::credentials const& brought) {
    return check->check(brought, std::chrono::system_clock::now());
  };
}

}  // namespace

int serve_venue(runes::command_line const& line, venue_options options) {
  runes::server server(line.config);
  host::host_config config;
  config.recorded = options.recording != nullptr;
  config.venue = config.recorded ? service::recorded_markets(options.recording->instruments())
                                 : service::sample_markets();
  if (options.data) {
    auto& store = config.store.emplace();
    store.directory = *options.data;
    store.mirror_keeps = {options.mirrored, options.mirrored};
  }
  host::venue_host host(server, std::move(config));
  std::optional<host::living_market> market;
  if (options.bots) market.emplace(server, *options.bots);
  std::optional<recorded_venue> player;
  if (options.recording) {
    player.emplace(server, host, std::move(options.recording), options.pace);
  }
  std::span<runes::api_key const> of_bots;
  if (market) of_bots = market->keys();
  auto who = identifier_of(options.keys, of_bots);
  server.mount("/ws", std::make_shared<host::trading_handler>(host, std::move(who)));
  // Before the addresses are told: who has read them may ask it to stop.
  runes::program_signals const signals(server, line);
  server.listen();
  announce(server);
  tell_where(options.data);
  announce_markets(market ? "living" : player ? "recorded" : "quiet", server.instruments());
  host.start();
  if (market) market->start();
  if (player) server.spawn([&player, &options] { return player->play(options.wait); });
  server.run();
  return host.finish() ? 0 : 1;
}

}  // namespace exchange
