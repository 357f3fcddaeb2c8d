// runes-bench-storage: what the sample exchange's journal does on a disk, and how long recovery
// takes. See docs/benchmarking.md.
#include "bench/arguments.hpp"
#include "bench/load/json_object.hpp"
#include "bench/local/median.hpp"
#include "bench/storage/options.hpp"
#include "bench/storage/runs.hpp"

#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using namespace runes::bench;

// Of one run; gone with it.
class own_directory {
 public:
  explicit own_directory(std::string const& in) : path_(in + "/runes-bench-storage-XXXXXX") {
    if (!::mkdtemp(path_.data())) throw std::runtime_error("cannot make a directory in " + in);
  }
  ~own_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  own_directory(own_directory const&) = delete;
  own_directory& operator=(own_directory const&) = delete;
  std::filesystem::path path() const { return path_; }

 private:
  std::string path_;
};

json_object spread(std::vector<double> const& values) {
  json_object json;
  json.add("median", median(values))
      .add("least", *std::min_element(values.begin(), values.end()))
      .add("most", *std::max_element(values.begin(), values.end()));
  return json;
}

json_object repeated(std::size_t rounds, std::function<double()> const& run) {
  std::vector<double> values;
  values.reserve(rounds);
  for (std::size_t i = 0; i < rounds; ++i) values.push_back(run());
  return spread(values);
}

json_object appends_json(storage_options const& o, std::size_t waiters, std::uint64_t appends) {
  return repeated(o.rounds, [&] {
    own_directory const own(o.directory);
    return durable_appends_a_second(own.path(), waiters, appends, o.record_bytes);
  });
}

json_object recovery_json(storage_options const& o, bool snapshots) {
  own_directory const own(o.directory);
  write_records(own.path(), o, snapshots);
  return repeated(o.rounds, [&] { return recovery_seconds(own.path(), o.records); });
}

void run(storage_options const& o) {
  json_object json;
  json.add("record_bytes", std::uint64_t{o.record_bytes})
      .add("rounds", std::uint64_t{o.rounds})
      .add("durable_appends_a_second_1_waiter", appends_json(o, 1, o.appends / 100))
      .add("durable_appends_a_second_100_waiters", appends_json(o, 100, o.appends))
      .add("records_to_recover", o.records)
      .add("recovery_seconds", recovery_json(o, false))
      .add("recovery_seconds_with_snapshots", recovery_json(o, true));
  std::puts(json.text().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    auto const options =
        parse_storage_options(std::vector<std::string_view>(argv + 1, argv + argc));
    if (options.help) {
      std::fputs(storage_help().c_str(), stdout);
      return 0;
    }
    run(options);
    return 0;
  } catch (usage_error const& error) {
    std::fprintf(stderr, "runes-bench-storage: %s\nTry runes-bench-storage --help.\n",
                 error.what());
    return 2;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "runes-bench-storage: %s\n", error.what());
    return 1;
  }
}
