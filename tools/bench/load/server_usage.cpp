#include "bench/load/server_usage.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace runes::bench {
namespace {

namespace fs = std::filesystem;

// The scheduler's own figure; times from /proc/PID/stat come in steps of 10 ms.
std::chrono::nanoseconds run_time(fs::path const& process) {
  std::int64_t total = 0;
  std::error_code error;
  for (auto task = fs::directory_iterator(process / "task", error);
       !error && task != fs::directory_iterator(); task.increment(error)) {
    std::int64_t ran = 0;
    if (std::ifstream(task->path() / "schedstat") >> ran) total += ran;
  }
  return std::chrono::nanoseconds(total);
}

// smaps_rollup walks the pages and is exact; statm may lag behind on kernels that count per CPU.
std::uint64_t resident_bytes(fs::path const& process) {
  std::ifstream rollup(process / "smaps_rollup");
  std::string word;
  std::uint64_t kilobytes = 0;
  while (rollup >> word) {
    if (word == "Rss:" && rollup >> kilobytes) return kilobytes * 1024;
  }
  std::uint64_t size = 0, pages = 0;
  std::ifstream(process / "statm") >> size >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

bool read_stat(std::string_view line, process_usage& into) {
  // The second field, the program's name, may hold blanks and parentheses itself.
  auto const name_end = line.rfind(')');
  if (name_end == std::string_view::npos) return false;
  std::istringstream fields{std::string(line.substr(name_end + 1))};
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  fields >> into.user_ticks >> into.system_ticks;
  for (int field = 16; field < 20; ++field) fields >> skipped;
  return static_cast<bool>(fields >> into.threads);
}

std::optional<process_usage> usage_of(int pid) {
  auto const process = fs::path("/proc") / std::to_string(pid);
  std::ifstream stat(process / "stat");
  std::string line;
  process_usage usage;
  if (!std::getline(stat, line) || !read_stat(line, usage)) return {};
  usage.cpu = run_time(process);
  if (usage.cpu.count() == 0) {  // a kernel without schedstat
    auto const ticks = static_cast<std::int64_t>(usage.user_ticks + usage.system_ticks);
    usage.cpu = std::chrono::nanoseconds(ticks * (1'000'000'000 / sysconf(_SC_CLK_TCK)));
  }
  usage.resident_bytes = resident_bytes(process);
  return usage;
}

}  // namespace runes::bench
