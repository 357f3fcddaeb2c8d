#include "serve_venue.hpp"

#include "announce.hpp"
#include "service/markets.hpp"

#include <runes/program_signals.hpp>
#include <runes/server.hpp>

#include <cstdio>
#include <memory>
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

}  // namespace

int serve_venue(runes::command_line const& line, venue_options options) {
  runes::server server(line.config);
  host::host_config config;
  config.venue = service::sample_markets();
  if (options.data) config.store.emplace().directory = *options.data;
  host::venue_host host(server, std::move(config));
  server.mount("/ws", std::make_shared<host::trading_handler>(host, std::move(options.who)));
  // Before the addresses are told: who has read them may ask it to stop.
  runes::program_signals const signals(server, line);
  server.listen();
  announce(server);
  tell_where(options.data);
  announce_markets("quiet", server.instruments());
  host.start();
  server.run();
  return host.finish() ? 0 : 1;
}

}  // namespace exchange
