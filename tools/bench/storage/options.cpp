#include "bench/storage/options.hpp"

#include "bench/arguments.hpp"

namespace runes::bench {
namespace {

std::vector<flag> flags_of(storage_options& o) {
  return {
      {"--directory", "DIR",
       "where to write, on the disk that is meant; emptied of what was written",
       [&o](std::string_view value) { o.directory = value; }},
      {"--appends", "N", "durable appends of a run with 100 waiters; a hundredth with one (200000)",
       number_into<std::uint64_t>(o.appends, "--appends", 1'000, 100'000'000)},
      {"--records", "N", "records to recover (1000000)",
       number_into<std::uint64_t>(o.records, "--records", 2, 100'000'000)},
      {"--record-bytes", "N", "size of a record (100)",
       number_into<std::size_t>(o.record_bytes, "--record-bytes", 1, 100'000)},
      {"--rounds", "N", "runs, of which the median counts (5)",
       number_into<std::size_t>(o.rounds, "--rounds", 1, 1'000)},
      {"--help", "", "this text", [&o](std::string_view) { o.help = true; }},
  };
}

}  // namespace

storage_options parse_storage_options(std::vector<std::string_view> const& arguments) {
  storage_options o;
  require_none(read_flags(flags_of(o), arguments));
  if (o.directory.empty() && !o.help) throw usage_error("--directory is missing");
  return o;
}

std::string storage_help() {
  storage_options unused;
  return "usage: runes-bench-storage --directory DIR [options]\n\n"
         "What the sample exchange's journal does on a disk, and how long recovery takes. One "
         "JSON\n"
         "object on standard output.\n"
         "Exit status: 0; 1 if the disk failed or records were lost; 2 if the command line is\n"
         "wrong.\n\n" +
         describe(flags_of(unused));
}

}  // namespace runes::bench
