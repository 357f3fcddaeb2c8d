// runes-bench-resume: how long a client that comes back takes to have all that it has missed. See
// docs/benchmarking.md.
#include "bench/arguments.hpp"
#include "bench/resume/options.hpp"
#include "bench/resume/trial.hpp"

#include <runes/log.hpp>

#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

int main(int argc, char** argv) {
  using namespace runes::bench;
  try {
    auto const options = parse_resume_options(std::vector<std::string_view>(argv + 1, argv + argc));
    if (options.help) {
      std::fputs(resume_help().c_str(), stdout);
      return 0;
    }
    runes::log::start(runes::severity::warning);
    auto const result = run_resume(options);
    std::puts(as_json(options, result).c_str());
    return result.right() ? 0 : 1;
  } catch (usage_error const& error) {
    std::fprintf(stderr, "runes-bench-resume: %s\nTry runes-bench-resume --help.\n", error.what());
    return 2;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "runes-bench-resume: %s\n", error.what());
    return 1;
  }
}
