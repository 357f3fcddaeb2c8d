#include "bench/resume/options.hpp"

#include "bench/arguments.hpp"

namespace runes::bench {
namespace {

std::vector<flag> flags_of(resume_options& o) {
  using count = std::size_t;
  return {
      {"--events", "N", "events missed (10000)",
       number_into<std::uint64_t>(o.events, "--events", 1, 10'000'000)},
      {"--event-bytes", "N", "size of an event, about (200)",
       number_into<count>(o.event_bytes, "--event-bytes", 200, 60'000)},
      {"--outbox-bytes", "N", "limits.maxOutboxBytes of the server (1048576)",
       number_into<count>(o.outbox_bytes, "--outbox-bytes", 4'096, 1 << 30)},
      {"--history-bytes", "N", "history.maxBytes of the server (16777216)",
       number_into<count>(o.history_bytes, "--history-bytes", 4'096, 1 << 30)},
      {"--rounds", "N", "resumes of each kind (15)",
       number_into<count>(o.rounds, "--rounds", 1, 1'000)},
      {"--help", "", "this text", [&o](std::string_view) { o.help = true; }},
  };
}

}  // namespace

resume_options parse_resume_options(std::vector<std::string_view> const& arguments) {
  resume_options o;
  require_none(read_flags(flags_of(o), arguments));
  return o;
}

std::string resume_help() {
  resume_options unused;
  return "usage: runes-bench-resume [options]\n\n"
         "How long a client that returns takes to have all that it missed. One JSON object on\n"
         "standard output. Exit status: 0; 1 if an event was missing or the run could not be\n"
         "made; 2 if the command line is wrong.\n\n" +
         describe(flags_of(unused));
}

}  // namespace runes::bench
