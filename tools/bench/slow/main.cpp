// runes-bench-slow: what slow subscribers of a book cost the others, and whether they are ever
// shown a wrong one. See docs/benchmarking.md.
#include "bench/arguments.hpp"
#include "bench/slow/options.hpp"
#include "bench/slow/trial.hpp"

#include <runes/log.hpp>

#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

int main(int argc, char** argv) {
  using namespace runes::bench;
  try {
    auto const options = parse_slow_options(std::vector<std::string_view>(argv + 1, argv + argc));
    if (options.help) {
      std::fputs(slow_help().c_str(), stdout);
      return 0;
    }
    runes::log::start(runes::severity::warning);
    auto const result = run_slow(options);
    std::puts(as_json(options, result).c_str());
    return result.right(options) ? 0 : 1;
  } catch (usage_error const& error) {
    std::fprintf(stderr, "runes-bench-slow: %s\nTry runes-bench-slow --help.\n", error.what());
    return 2;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "runes-bench-slow: %s\n", error.what());
    return 1;
  }
}
