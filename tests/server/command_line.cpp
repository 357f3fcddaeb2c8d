#include "server/command_line.hpp"

#include "server/config_support.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>

using runes::detail::answer;
using arguments = std::vector<std::string>;
using environment = std::map<std::string, std::string>;

namespace {

/// A program with an option and a switch of its own.
struct program {
  std::vector<std::string> replay, loop;
  std::array<runes::program_option, 2> own{
      {{"replay", "FILE", "recording to play", &replay}, {"loop", "", "play it again", &loop}}};

  std::variant<runes::command_line, answer> read(arguments const& given,
                                                 environment const& env = {}) {
    return runes::detail::read_command_line(given, env, "runes-test", "tests things", own);
  }
  runes::command_line run(arguments const& given, environment const& env = {}) {
    return std::get<runes::command_line>(read(given, env));
  }
  std::string said(arguments const& given) { return std::get<answer>(read(given)).text; }
  std::string complaint(arguments const& given, environment const& env = {}) {
    return complaint_of([&] { read(given, env); });
  }
};

struct outcome {
  int status;
  std::string out, err;
};

std::string drained(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = ::read(descriptor, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(descriptor);
  return text;
}

/// What parse_command_line() makes of a process. The answer to --help fits into a pipe.
outcome in_a_process(arguments given) {
  int out[2], err[2];
  BOOST_REQUIRE(::pipe(out) == 0 && ::pipe(err) == 0);
  // Else the child would write what the tests have not yet written.
  std::cout.flush();
  std::fflush(nullptr);
  auto const child = ::fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    ::clearenv();
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    given.insert(given.begin(), "ignored");
    std::vector<char*> argv;
    for (auto& each : given) argv.push_back(each.data());
    runes::parse_command_line(static_cast<int>(argv.size()), argv.data(), "runes-test", "tests");
    ::_exit(77);  // it returned
  }
  ::close(out[1]);
  ::close(err[1]);
  outcome result{0, drained(out[0]), drained(err[0])};
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_REQUIRE(WIFEXITED(status));
  result.status = WEXITSTATUS(status);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(nothing_is_the_defaults) {
  auto const line = program{}.run({});
  BOOST_TEST(line.config.port == runes::server_config{}.port);
  BOOST_TEST(line.rest.empty());
}

BOOST_AUTO_TEST_CASE(flags_in_both_forms) {
  auto const c =
      program{}
          .run({"--host", "::1", "--port=0", "--threads", "3", "--log-level", "trace",
                "--log-format=json", "--security.whitelistedIPs", "10.0.0.0/8,::1",
                "--rateLimit.maxConnectionsPerIP", "5", "--security.requireAuthentication", "true"})
          .config;
  BOOST_TEST(c.host == "::1");
  BOOST_TEST(c.port == 0);
  BOOST_TEST(c.threads == 3u);
  BOOST_TEST((c.log.level == runes::severity::trace));
  BOOST_TEST((c.log.format == runes::log_format::json));
  BOOST_TEST((c.security.whitelisted_ips == std::vector<std::string>{"10.0.0.0/8", "::1"}));
  BOOST_TEST(c.rate_limit.max_connections_per_ip == 5u);
  BOOST_TEST(c.security.require_authentication);
}

BOOST_AUTO_TEST_CASE(every_key_is_a_flag) {
  for (auto const& key : runes::config_keys()) {
    auto value = key.default_value;
    std::erase(value, '"');
    if (value == "[]") value = "";
    BOOST_CHECK_NO_THROW(program{}.run({"--" + key.name, value}));
  }
}

BOOST_AUTO_TEST_CASE(the_last_of_several_counts) {
  BOOST_TEST(program{}.run({"--port", "1", "--port", "2"}).config.port == 2);
  BOOST_TEST((program{}.run({"--log.level", "info", "--log-level", "debug"}).config.log.level ==
              runes::severity::debug));
}

BOOST_AUTO_TEST_CASE(flags_over_environment_over_file) {
  temporary_file const file(R"({"port": 1, "threads": 1, "maxConnections": 1})");
  auto const c = program{}
                     .run({"--port", "3", "--config", file.path()},
                          {{"RUNES_PORT", "2"}, {"RUNES_THREADS", "2"}})
                     .config;
  BOOST_TEST(c.port == 3);
  BOOST_TEST(c.threads == 2u);
  BOOST_TEST(c.max_connections == 1u);
}

BOOST_AUTO_TEST_CASE(the_program_s_own_options) {
  program it;
  auto const line = it.run({"--replay", "a", "--loop", "--replay=b", "c", "-", "d"});
  BOOST_TEST((it.replay == std::vector<std::string>{"a", "b"}));
  BOOST_TEST((it.loop == std::vector<std::string>{""}));
  BOOST_TEST((line.rest == std::vector<std::string>{"c", "-", "d"}));
}

BOOST_AUTO_TEST_CASE(behind_two_dashes_nothing_is_an_option) {
  auto const line = program{}.run({"--port", "5", "a", "--", "--port", "6", "-h", "--"});
  BOOST_TEST(line.config.port == 5);
  BOOST_TEST((line.rest == std::vector<std::string>{"a", "--port", "6", "-h", "--"}));
  BOOST_TEST(program{}.run({"--"}).rest.empty());
}

BOOST_AUTO_TEST_CASE(wrong_values_are_named) {
  program it;
  BOOST_TEST(it.complaint({"--port", "many"}) ==
             "--port must be a whole number from 0 to 65535, not \"many\"");
  BOOST_TEST(it.complaint({"--port", "-1"}) ==
             "--port must be a whole number from 0 to 65535, not \"-1\"");
  BOOST_TEST(it.complaint({"--port", "65536"}) ==
             "--port must be a whole number from 0 to 65535, not 65536");
  BOOST_TEST(it.complaint({"--log-level", "loud"}) ==
             "--log-level must be trace, debug, info, warning, error or fatal, not \"loud\"");
  BOOST_TEST(it.complaint({"--host", "example.com"}) ==
             "--host must be an IP address or \"localhost\", not \"example.com\"");
  BOOST_TEST(it.complaint({"--port"}) == "--port needs a value");
  BOOST_TEST(it.complaint({"--port="}) == "--port needs a value");
  BOOST_TEST(it.complaint({"--replay"}) == "--replay needs a value");
  BOOST_TEST(it.complaint({"--loop=3"}) == "--loop takes no value");
  BOOST_TEST(it.complaint({"--="}) == "there is no option without a name");
}

BOOST_AUTO_TEST_CASE(unknown_options_are_named_with_the_nearest_known_one) {
  program it;
  BOOST_TEST(it.complaint({"--prot", "1"}) == "there is no option --prot; did you mean --port?");
  BOOST_TEST(it.complaint({"--prot=1"}) == "there is no option --prot; did you mean --port?");
  BOOST_TEST(it.complaint({"--por", "1"}) == "there is no option --por; did you mean --port?");
  BOOST_TEST(it.complaint({"--lop"}) == "there is no option --lop; did you mean --loop?");
  BOOST_TEST(it.complaint({"--maxOutboxBytes", "1"}) ==
             "there is no option --maxOutboxBytes; did you mean --limits.maxOutboxBytes?");
  BOOST_TEST(it.complaint({"--xyzzy"}) == "there is no option --xyzzy");
  BOOST_TEST(it.complaint({"-p", "1"}) == "there is no option -p");
}

BOOST_AUTO_TEST_CASE(mistakes_of_file_and_environment_keep_their_source) {
  program it;
  temporary_file const file(R"({"prot": 1})");
  BOOST_TEST(it.complaint({"--config", file.path()}) ==
             file.path() + ": there is no key \"prot\"; did you mean port?");
  BOOST_TEST(it.complaint({"--config", "no-such-file"}) ==
             "no-such-file: can't be read: No such file or directory");
  BOOST_TEST(it.complaint({}, {{"RUNES_PORT", "x"}}) ==
             "environment: RUNES_PORT must be a whole number from 0 to 65535, not \"x\"");
}

BOOST_AUTO_TEST_CASE(a_mistake_hands_out_nothing) {
  program it;
  BOOST_TEST(it.complaint({"--replay", "a", "--port", "x"}) != "no complaint");
  BOOST_TEST(it.replay.empty());
}

BOOST_AUTO_TEST_CASE(help_names_everything) {
  program it;
  auto const help = it.said({"--help"});
  BOOST_TEST(help.starts_with("runes-test: tests things\n\nUsage: runes-test "));
  for (auto const& key : runes::config_keys()) {
    BOOST_TEST((help.find("--" + key.name + " ") != help.npos), key.name << " is missing");
  }
  for (auto name : {"--replay FILE", "--loop", "--log-level", "--log-format", "--config FILE",
                    "--help", "--version"}) {
    BOOST_TEST((help.find(name) != help.npos), name << " is missing");
  }
  BOOST_TEST(it.said({"-h"}) == help);
  BOOST_TEST(it.said({"--port", "bad", "--help"}) == help);
}

BOOST_AUTO_TEST_CASE(the_version) {
  BOOST_TEST(!runes::version().empty());
  BOOST_TEST(program{}.said({"--version"}) == "runes-test " + std::string(runes::version()) + "\n");
}

BOOST_AUTO_TEST_CASE(a_process_ends_as_it_should) {
  auto const help = in_a_process({"--help"});
  BOOST_TEST(help.status == 0);
  BOOST_TEST(help.out.starts_with("runes-test: tests\n"));
  BOOST_TEST(help.err == "");

  auto const wrong = in_a_process({"--port", "x"});
  BOOST_TEST(wrong.status == 2);
  BOOST_TEST(wrong.out == "");
  BOOST_TEST(wrong.err == "runes-test: --port must be a whole number from 0 to 65535, not \"x\"\n");

  BOOST_TEST(in_a_process({"--port", "1"}).status == 77);
}

// ---- once more

BOOST_AUTO_TEST_CASE(reading_again_takes_the_same_sources_in_the_same_order) {
  program tested;
  temporary_file file(
      R"({"maxConnections": 1, "rateLimit": {"maxRequestsPerMinute": 1}, "threads": 1})");
  auto const line = tested.run({"--config", file.path(), "--threads", "3"},
                               {{"RUNES_RATE_LIMIT_MAX_REQUESTS_PER_MINUTE", "2"}});
  file.write(R"({"maxConnections": 10, "rateLimit": {"maxRequestsPerMinute": 10}, "threads": 10})");
  auto const again = line.reread();
  BOOST_TEST(again.max_connections == 10u);
  BOOST_TEST(again.rate_limit.max_requests_per_minute == 2u);
  BOOST_TEST(again.threads == 3u);
  file.write("{}");
  BOOST_TEST(line.reread().max_connections == runes::server_config{}.max_connections);
}

BOOST_AUTO_TEST_CASE(reading_again_what_is_wrong_by_now_says_so) {
  program tested;
  temporary_file file("{}");
  auto const line = tested.run({"--config", file.path()});
  file.write(R"({"maxConnections": 0})");
  BOOST_TEST(complaint_of([&] { line.reread(); }) ==
             file.path() + ": maxConnections must be a whole number from 1 to 10000000, not 0");
}

BOOST_AUTO_TEST_CASE(what_a_program_changes_is_changed_whenever_it_is_read) {
  program tested;
  temporary_file file(R"({"maxConnections": 1})");
  auto line = tested.run({"--config", file.path()});
  line.change([](runes::server_config& config) { config.max_connections *= 7; });
  BOOST_TEST(line.config.max_connections == 7u);
  file.write(R"({"maxConnections": 2})");
  BOOST_TEST(line.reread().max_connections == 14u);
}

BOOST_AUTO_TEST_CASE(a_port_may_stand_behind_the_options) {
  program tested;
  auto line = tested.run({"--threads", "2", "4711"});
  line.take_port();
  BOOST_TEST(line.config.port == 4711);
  BOOST_TEST(line.config.threads == 2u);
  BOOST_TEST(line.rest.empty());
  BOOST_TEST(line.reread().port == 4711);

  auto none = tested.run({"--port", "12"});
  none.take_port();
  BOOST_TEST(none.config.port == 12);

  auto wrong = tested.run({"65536"});
  BOOST_TEST(complaint_of([&] { wrong.take_port(); }) ==
             "PORT must be a whole number from 0 to 65535, not 65536");
  auto two = tested.run({"1", "2"});
  BOOST_TEST(complaint_of([&] { two.take_port(); }) ==
             "behind the options stands a port, and nothing else: what is '2'?");
}

BOOST_AUTO_TEST_SUITE_END()
