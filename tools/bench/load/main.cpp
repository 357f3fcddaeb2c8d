// runes-load: loads a WebSocket server from one thread, and measures it.
#include "bench/arguments.hpp"
#include "bench/load/experiment.hpp"
#include "bench/load/options.hpp"
#include "bench/load/report.hpp"

#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

int main(int argc, char** argv) {
  using namespace runes::bench;
  try {
    auto const options = parse_load_options(std::vector<std::string_view>(argv + 1, argv + argc));
    if (options.help) {
      std::fputs(load_help().c_str(), stdout);
      return 0;
    }
    auto const result = run_experiment(options);
    if (!options.quiet) std::fputs(as_text(options, result).c_str(), stderr);
    std::puts(as_json(options, result).c_str());
    return result.clean() ? 0 : 1;
  } catch (usage_error const& error) {
    std::fprintf(stderr, "runes-load: %s\nTry runes-load --help.\n", error.what());
    return 2;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "runes-load: %s\n", error.what());
    return 1;
  }
}
