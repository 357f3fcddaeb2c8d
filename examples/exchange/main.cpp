// runes-exchange: the sample server. With no arguments a simulated market of four symbols; with
// --replay recorded ones; with --quiet a venue that trades what its clients send.
#include "announce.hpp"
#include "key_file.hpp"
#include "keys_command.hpp"
#include "market_publisher.hpp"
#include "merged_source.hpp"
#include "replay_clock.hpp"
#include "serve_venue.hpp"
#include "simulated_market.hpp"

#include <runes/runes.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

/// What stands on the command line beside the configuration.
struct options {
  std::vector<std::string> replay, speed, loop, wait, seed;
  std::vector<std::string> quiet, data, ephemeral, keys;

  std::vector<runes::program_option> table() {
    return {
        {"replay", "FILE",
         "play this recording (.gz or plain) instead of a simulated market; more may follow",
         &replay},
        {"speed", "N", "times the recording's own pace (1), or max", &speed},
        {"loop", "", "play the recordings again and again", &loop},
        {"wait", "", "begin with the first subscription", &wait},
        {"seed", "N", "of the simulated market (1)", &seed},
        {"quiet", "", "a venue for orders, with nobody trading by itself", &quiet},
        {"data", "DIR", "where the venue's state is kept (exchange-data)", &data},
        {"ephemeral", "", "keep nothing", &ephemeral},
        {"keys", "FILE", "who may trade (keys.json in DIR): see runes-exchange keys --help", &keys},
    };
  }
};

[[noreturn]] void fail(std::string const& sentence) {
  std::fprintf(stderr, "runes-exchange: %s\n", sentence.c_str());
  std::exit(2);
}

double read_speed(options const& given) {
  if (given.speed.empty()) return 1;
  auto const speed = exchange::speed_from(given.speed.back());
  if (!speed) fail("--speed takes a number above zero or max, not '" + given.speed.back() + "'");
  return *speed;
}

std::uint64_t read_seed(options const& given) {
  if (given.seed.empty()) return 1;
  std::string const& text = given.seed.back();
  std::uint64_t seed = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (ec != std::errc{} || end != text.data() + text.size())
    fail("--seed takes a whole number, not '" + text + "'");
  return seed;
}

std::unique_ptr<exchange::market_source> open_market(options const& given) {
  if (given.replay.empty()) {
    auto const now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    return std::make_unique<exchange::simulated_market>(read_seed(given), now);
  }
  std::vector<std::filesystem::path> const files(given.replay.begin(), given.replay.end());
  return exchange::open_recordings(files);
}

/// The first option of those that was given; nullptr: none.
char const* first_of(
    std::initializer_list<std::pair<char const*, std::vector<std::string> const*>> all) {
  for (auto const& [name, value] : all) {
    if (!value->empty()) return name;
  }
  return nullptr;
}

/// Without a file named, the one in the data directory, if there is one.
exchange::host::identifier who_may_trade(options const& given,
                                         std::optional<std::filesystem::path> const& data) {
  std::filesystem::path file;
  if (!given.keys.empty()) {
    file = given.keys.back();
  } else if (data && std::filesystem::exists(*data / "keys.json")) {
    file = *data / "keys.json";
  } else {
    runes::log::write(runes::severity::warning, {"venue", 0},
                      "there are no keys, so nobody can trade: see runes-exchange keys --help");
  }
  auto const check = std::make_shared<runes::key_check>(file.empty() ? runes::api_keys()
                                                                     : exchange::load_keys(file));
  return [check](runes::credentials const& brought) {
    return check->check(brought, std::chrono::system_clock::now());
  };
}

exchange::venue_options read_venue(options const& given) {
  auto const* const other = first_of({{"replay", &given.replay},
                                      {"speed", &given.speed},
                                      {"loop", &given.loop},
                                      {"wait", &given.wait},
                                      {"seed", &given.seed}});
  if (other != nullptr) fail("--" + std::string(other) + " goes not with --quiet");
  if (!given.ephemeral.empty() && !given.data.empty())
    fail("--ephemeral keeps nothing, so it goes not with --data");
  exchange::venue_options venue;
  if (given.ephemeral.empty())
    venue.data = given.data.empty() ? "exchange-data" : given.data.back();
  venue.who = who_may_trade(given, venue.data);
  return venue;
}

int serve_market(runes::command_line const& line, options const& given, double speed) {
  auto market = open_market(given);
  bool const replay = !given.replay.empty();
  exchange::replay_clock const clock(speed,
                                     given.loop.empty() ? 1 : exchange::replay_clock::for_ever);
  runes::server server(line.config);
  // Before the addresses are told: who has read them may ask it to stop.
  runes::program_signals const signals(server, line);
  server.listen();
  exchange::announce(server);
  exchange::announce_markets(replay ? "recorded" : "simulated", market->instruments());
  exchange::market_publisher publisher(server, std::move(market), clock);
  server.spawn([&publisher, &given] { return publisher.play(!given.wait.empty()); });
  server.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "keys") {
    std::vector<std::string> const words(argv + 2, argv + argc);
    return exchange::keys_command(words, std::cout, std::cerr);
  }
  options given;
  auto const table = given.table();
  auto const line = runes::parse_command_line(argc, argv, "runes-exchange",
                                              "streams a simulated or a recorded market", table);
  if (given.replay.empty() && !line.rest.empty())
    fail("what is '" + line.rest.front() + "'? See --help");
  given.replay.insert(given.replay.end(), line.rest.begin(), line.rest.end());
  double const speed = read_speed(given);
  for (auto const& [name, value] :
       {std::pair("speed", &given.speed), std::pair("loop", &given.loop)}) {
    if (given.replay.empty() && !value->empty())
      fail("--" + std::string(name) + " is for a recording: see --replay");
  }
  auto const* const of_venue =
      first_of({{"data", &given.data}, {"ephemeral", &given.ephemeral}, {"keys", &given.keys}});
  if (given.quiet.empty() && of_venue != nullptr)
    fail("--" + std::string(of_venue) + " is for a venue: see --quiet");
  runes::log::start(line.config.log.level, line.config.log.format);
  try {
    if (!given.quiet.empty()) return exchange::serve_venue(line, read_venue(given));
    return serve_market(line, given, speed);
  } catch (std::exception const& e) {
    fail(e.what());
  }
}
