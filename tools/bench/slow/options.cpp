#include "bench/slow/options.hpp"

#include "bench/arguments.hpp"

namespace runes::bench {
namespace {

using text = std::string_view;

auto seconds_into(slow_options::seconds& target, text name, double least) {
  return [&target, name, least](text value) {
    target = slow_options::seconds(parse_number<double>(name, value, least, 3600.0));
  };
}

std::vector<flag> flags_of(slow_options& o) {
  using count = std::size_t;
  using number = std::uint64_t;
  return {
      {"--subscribers", "N", "subscribers of the book (1000)",
       number_into<count>(o.subscribers, "--subscribers", 2, 10'000)},
      {"--slow", "N", "of which are slow (100)", number_into<count>(o.slow, "--slow", 1, 10'000)},
      {"--rate", "N", "updates a second (5000)",
       number_into<number>(o.rate, "--rate", 1, 1'000'000)},
      {"--batch", "N", "updates that fall due together (1)",
       number_into<number>(o.batch, "--batch", 1, 10'000)},
      {"--fraction", "N", "the slow ones read at the rate divided by N (100)",
       number_into<number>(o.fraction, "--fraction", 2, 1'000'000)},
      {"--levels", "N", "prices a side of the book (50)",
       number_into<count>(o.levels, "--levels", 1, 10'000)},
      {"--outbox-bytes", "N", "limits.maxOutboxBytes of the server (1048576)",
       number_into<count>(o.outbox_bytes, "--outbox-bytes", 4'096, 1 << 30)},
      {"--slow-receive-bytes", "N", "what the kernel may hold unread for a slow one (131072)",
       number_into<count>(o.slow_receive_bytes, "--slow-receive-bytes", 2'048, 1 << 30)},
      {"--verified", "N", "others whose whole book is checked, too (5)",
       number_into<count>(o.verified, "--verified", 1, 10'000)},
      {"--rounds", "N", "how often nobody and then some are slow (3)",
       number_into<count>(o.rounds, "--rounds", 1, 1'000)},
      {"--warmup", "S", "before each measurement (1)", seconds_into(o.warmup, "--warmup", 0)},
      {"--phase", "S", "each measurement (4)", seconds_into(o.phase, "--phase", 0.01)},
      {"--limit", "S", "longest wait for anything (60)", seconds_into(o.limit, "--limit", 0.1)},
      {"--help", "", "this text", [&o](text) { o.help = true; }},
  };
}

}  // namespace

slow_options parse_slow_options(std::vector<std::string_view> const& arguments) {
  slow_options o;
  require_none(read_flags(flags_of(o), arguments));
  if (o.slow + o.verified > o.subscribers) {
    throw usage_error("--slow and --verified must be at most --subscribers together");
  }
  return o;
}

std::string slow_help() {
  slow_options unused;
  return "usage: runes-bench-slow [options]\n\n"
         "What slow subscribers of a book cost the others. One JSON object on standard output.\n"
         "Exit status: 0; 1 if a book was wrong, a connection was lost or the run could not be\n"
         "made; 2 if the command line is wrong.\n\n" +
         describe(flags_of(unused));
}

}  // namespace runes::bench
