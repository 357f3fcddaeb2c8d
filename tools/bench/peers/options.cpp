#include "bench/peers/options.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <iterator>

namespace runes::bench {
namespace {

std::vector<flag> flags_into(peer_options& o, std::vector<flag> const& own) {
  std::vector<flag> flags{
      {"--threads", "N", "threads that serve connections (1)",
       [&o](std::string_view v) { o.threads = parse_number<int>("--threads", v, 1, 256); }},
      {"--ipv6", "", "listen on ::1 in place of 127.0.0.1",
       [&o](std::string_view) { o.ipv6 = true; }},
      {"--nagle", "", "leave TCP_NODELAY off", [&o](std::string_view) { o.nagle = true; }},
      {"--help", "", "this text", [&o](std::string_view) { o.help = true; }},
  };
  flags.insert(std::prev(flags.end()), own.begin(), own.end());
  return flags;
}

}  // namespace

peer_options parse_peer_options(std::vector<std::string_view> const& arguments,
                                std::vector<flag> const& own) {
  peer_options o;
  auto const rest = read_flags(flags_into(o, own), arguments);
  if (o.help) return o;
  if (rest.size() != 1) throw usage_error("expected one PORT (0: any free one)");
  o.port = parse_number<std::uint16_t>("PORT", rest.front(), 0, 65535);
  return o;
}

std::string peer_help(std::string_view program, std::string_view what,
                      std::vector<flag> const& own) {
  peer_options unused;
  return "usage: " + std::string(program) + " PORT [options]\n\n" + std::string(what) +
         "\nIt obeys text messages, on any path: s subscribes the connection; pRATE,BURST[,SIZE]\n"
         "publishes RATE messages a second (0: as fast as the sockets take them) in batches of\n"
         "BURST, of SIZE bytes (200) each; q stops; anything else is echoed. PORT 0 is any free "
         "one.\n\n" +
         describe(flags_into(unused, own));
}

void announce(peer_options const& options, std::uint16_t port) {
  std::printf("listening on %s:%u\n", options.ipv6 ? "[::1]" : "127.0.0.1", unsigned{port});
  std::fflush(stdout);
}

void allow_many_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int peer_main(int argc, char** argv, std::string_view program, std::string_view what,
              std::function<void(peer_options const&)> const& serve, std::vector<flag> const& own) {
  auto const name = std::string(program);
  try {
    auto const options =
        parse_peer_options(std::vector<std::string_view>(argv + 1, argv + argc), own);
    if (options.help) {
      std::fputs(peer_help(program, what, own).c_str(), stdout);
      return 0;
    }
    allow_many_descriptors();
    serve(options);
    return 0;
  } catch (usage_error const& error) {
    std::fprintf(stderr, "%s: %s\nTry %s --help.\n", name.c_str(), error.what(), name.c_str());
    return 2;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), error.what());
    return 1;
  }
}

}  // namespace runes::bench
