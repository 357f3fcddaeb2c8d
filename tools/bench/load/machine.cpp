#include "bench/load/machine.hpp"

#include "bench/load/swarm.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace runes::bench {

void run_on_cpu(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) {
    throw run_error("cannot run on CPU " + std::to_string(cpu) + ": " + std::strerror(errno));
  }
}

void allow_descriptors(std::size_t count) {
  rlimit limit{};
  auto const wanted = static_cast<rlim_t>(count);
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  limit.rlim_max = std::max(limit.rlim_max, wanted);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw run_error("cannot open " + std::to_string(count) + " files: " + std::strerror(errno));
  }
}

std::chrono::microseconds own_cpu_time() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto const micros = [](timeval const& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return micros(used.ru_utime) + micros(used.ru_stime);
}

}  // namespace runes::bench
