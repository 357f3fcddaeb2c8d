// runes-exchange: the sample server. A venue that trades what its clients send, and where bots
// trade by themselves unless it is --quiet; with --replay a player of recorded markets.
#include "announce.hpp"
#include "key_file.hpp"
#include "keys_command.hpp"
#include "market_publisher.hpp"
#include "merged_source.hpp"
#include "replay_clock.hpp"
#include "serve_venue.hpp"

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
  std::vector<std::string> trade, quiet, data, ephemeral, mirror, keys;

  std::vector<runes::program_option> table() {
    return {
        {"replay", "FILE", "play this recording (.gz or plain); more may follow", &replay},
        {"speed", "N", "times the recording's own pace (1), or max", &speed},
        {"loop", "", "play the recordings again and again", &loop},
        {"wait", "", "begin with the first subscription", &wait},
        {"trade", "", "let accounts trade on the recorded markets; nothing of it is kept", &trade},
        {"seed", "N", "of the bots that trade by themselves (1)", &seed},
        {"quiet", "", "without those bots", &quiet},
        {"data", "DIR", "where the exchange's state is kept (exchange-data)", &data},
        {"ephemeral", "", "keep nothing", &ephemeral},
        {"mirror", "N", "of the newest orders and trades so many stay in DIR's mirror (1000000)",
         &mirror},
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

template <class Number>
Number read_whole(char const* option, std::vector<std::string> const& given, Number least,
                  Number otherwise) {
  if (given.empty()) return otherwise;
  std::string const& text = given.back();
  Number number = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size() || number < least) {
    fail("--" + std::string(option) + " takes a whole number" +
         (least > 0 ? " from " + std::to_string(least) : "") + ", not '" + text + "'");
  }
  return number;
}

std::unique_ptr<exchange::market_source> open_market(options const& given) {
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
runes::api_keys who_may_trade(options const& given,
                              std::optional<std::filesystem::path> const& data) {
  if (!given.keys.empty()) return exchange::load_keys(given.keys.back());
  if (data && std::filesystem::exists(*data / "keys.json"))
    return exchange::load_keys(*data / "keys.json");
  runes::log::write(runes::severity::warning, {"venue", 0},
                    "there are no keys, so no client can trade: see runes-exchange keys --help");
  return runes::api_keys();
}

exchange::venue_options read_venue(options const& given) {
  if (!given.quiet.empty() && !given.seed.empty()) fail("--seed is of bots, which --quiet has not");
  if (!given.ephemeral.empty() && !given.data.empty())
    fail("--ephemeral keeps nothing, so it goes not with --data");
  if (!given.ephemeral.empty() && !given.mirror.empty())
    fail("--ephemeral has no mirror, so it goes not with --mirror");
  exchange::venue_options venue;
  venue.mirrored = read_whole<std::int64_t>("mirror", given.mirror, 1, venue.mirrored);
  if (given.ephemeral.empty())
    venue.data = given.data.empty() ? "exchange-data" : given.data.back();
  if (given.quiet.empty()) venue.bots = read_whole<std::uint64_t>("seed", given.seed, 0, 1);
  venue.keys = who_may_trade(given, venue.data);
  return venue;
}

exchange::replay_clock pace_of(options const& given, double speed) {
  return exchange::replay_clock(speed, given.loop.empty() ? 1 : exchange::replay_clock::for_ever);
}

/// Accounts trade in the midst of a recording, and nothing is kept.
exchange::venue_options read_recorded_venue(options const& given, double speed) {
  exchange::venue_options venue;
  venue.recording = open_market(given);
  venue.pace = pace_of(given, speed);
  venue.wait = !given.wait.empty();
  venue.keys = who_may_trade(given, std::nullopt);
  return venue;
}

int serve_market(runes::command_line const& line, options const& given, double speed) {
  auto market = open_market(given);
  auto const clock = pace_of(given, speed);
  runes::server server(line.config);
  // Before the addresses are told: who has read them may ask it to stop.
  runes::program_signals const signals(server, line);
  server.listen();
  exchange::announce(server);
  exchange::announce_markets("recorded", market->instruments());
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
                                              "an exchange with a market that lives", table);
  if (given.replay.empty() && !line.rest.empty())
    fail("what is '" + line.rest.front() + "'? See --help");
  given.replay.insert(given.replay.end(), line.rest.begin(), line.rest.end());
  double const speed = read_speed(given);
  bool const replay = !given.replay.empty();
  auto const* const of_recording = first_of({{"speed", &given.speed},
                                             {"loop", &given.loop},
                                             {"wait", &given.wait},
                                             {"trade", &given.trade}});
  if (!replay && of_recording != nullptr)
    fail("--" + std::string(of_recording) + " is for a recording: see --replay");
  auto const* const of_venue = first_of({{"quiet", &given.quiet},
                                         {"seed", &given.seed},
                                         {"data", &given.data},
                                         {"mirror", &given.mirror}});
  if (replay && of_venue != nullptr) fail("--" + std::string(of_venue) + " goes not with --replay");
  auto const* const of_traders = first_of({{"ephemeral", &given.ephemeral}, {"keys", &given.keys}});
  bool const trade = !given.trade.empty();
  if (replay && !trade && of_traders != nullptr)
    fail("--" + std::string(of_traders) +
         " goes not with --replay, where nothing is traded without --trade");
  runes::log::start(line.config.log.level, line.config.log.format);
  try {
    if (trade) return exchange::serve_venue(line, read_recorded_venue(given, speed));
    if (replay) return serve_market(line, given, speed);
    return exchange::serve_venue(line, read_venue(given));
  } catch (std::exception const& e) {
    fail(e.what());
  }
}
