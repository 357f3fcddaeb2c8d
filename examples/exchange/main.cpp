// runes-exchange: the sample server. With no arguments a simulated market of four symbols; with
// --replay recorded ones.
#include "keys_command.hpp"
#include "market_publisher.hpp"
#include "merged_source.hpp"
#include "replay_clock.hpp"
#include "simulated_market.hpp"

#include <runes/runes.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

/// What stands on the command line beside the configuration.
struct options {
  std::vector<std::string> replay, speed, loop, wait, seed;

  std::vector<runes::program_option> table() {
    return {
        {"replay", "FILE",
         "play this recording (.gz or plain) instead of a simulated market; more may follow",
         &replay},
        {"speed", "N", "times the recording's own pace (1), or max", &speed},
        {"loop", "", "play the recordings again and again", &loop},
        {"wait", "", "begin with the first subscription", &wait},
        {"seed", "N", "of the simulated market (1)", &seed},
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

void announce(runes::server const& server, exchange::market_source const& market, bool replay) {
  std::printf("runes-exchange %s\n", std::string(runes::version()).c_str());
  for (auto const& address : server.addresses()) {
    std::printf("listening on ws://%s/ws, http://%s/health, http://%s/metrics\n", address.c_str(),
                address.c_str(), address.c_str());
  }
  std::printf("%s market of", replay ? "recorded" : "simulated");
  for (auto const& of : market.instruments()) std::printf(" %s", of.symbol.c_str());
  std::printf("\n");
  std::fflush(stdout);
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
  runes::log::start(line.config.log.level, line.config.log.format);
  try {
    auto market = open_market(given);
    bool const replay = !given.replay.empty();
    exchange::replay_clock const clock(speed,
                                       given.loop.empty() ? 1 : exchange::replay_clock::for_ever);

    runes::server server(line.config);
    // Before the addresses are told: who has read them may ask it to stop.
    runes::program_signals const signals(server, line);
    server.listen();
    announce(server, *market, replay);
    exchange::market_publisher publisher(server, std::move(market), clock);
    server.spawn([&publisher, &given] { return publisher.play(!given.wait.empty()); });

    server.run();
  } catch (std::exception const& e) {
    fail(e.what());
  }
  return 0;
}
