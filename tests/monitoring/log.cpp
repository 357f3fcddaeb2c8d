#include <runes/log.hpp>

#include <boost/json.hpp>
#include <boost/log/core/core.hpp>
#include <boost/log/sources/logger.hpp>
#include <boost/log/sources/record_ostream.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <iostream>
#include <sstream>
#include <thread>
#include <vector>

using runes::log_format;
using runes::severity;

namespace {

/// What is written to std::clog while it lives.
class captured {
 public:
  captured() : held_(std::clog.rdbuf(stream_.rdbuf())) {}
  ~captured() { std::clog.rdbuf(held_); }
  captured(captured const&) = delete;
  captured& operator=(captured const&) = delete;

  std::string text() const { return stream_.str(); }
  std::vector<std::string> lines() const {
    std::vector<std::string> result;
    std::istringstream in(text());
    for (std::string line; std::getline(in, line);) result.push_back(line);
    return result;
  }

 private:
  std::ostringstream stream_;
  std::streambuf* held_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(logging)

// Stands first, for nothing can undo a start().
BOOST_AUTO_TEST_CASE(nothing_is_written_before_start) {
  captured out;
  BOOST_TEST(!runes::log::enabled(severity::fatal));
  runes::log::write(severity::fatal, {"server"}, "unheard");
  runes::log::set_level(severity::debug);
  BOOST_TEST((runes::log::level() == severity::debug));
  BOOST_TEST(!runes::log::enabled(severity::fatal));
  runes::log::write(severity::fatal, {"server"}, "unheard");
  BOOST_TEST(out.text() == "");
}

BOOST_AUTO_TEST_CASE(names) {
  for (auto level : {severity::trace, severity::debug, severity::info, severity::warning,
                     severity::error, severity::fatal}) {
    BOOST_TEST((runes::severity_from(name_of(level)) == level));
  }
  BOOST_TEST(name_of(severity::warning) == "warning");
  BOOST_TEST(!runes::severity_from("WARNING"));
  BOOST_TEST(!runes::severity_from(""));
  for (auto format : {log_format::automatic, log_format::human, log_format::json}) {
    BOOST_TEST((runes::log_format_from(name_of(format)) == format));
  }
  BOOST_TEST(!runes::log_format_from("xml"));
}

BOOST_AUTO_TEST_CASE(a_line_a_record_in_the_format_asked_for) {
  captured out;
  runes::log::start(severity::info, log_format::json);
  runes::log::write(severity::warning, {"session", 42}, "slow\nconsumer");
  runes::log::start(severity::info, log_format::human);
  runes::log::write(severity::info, {"server"}, "listening");

  auto const lines = out.lines();
  BOOST_REQUIRE(lines.size() == 2);
  auto const object = boost::json::parse(lines[0]).as_object();
  BOOST_TEST(object.at("ts").as_int64() > 1'600'000'000'000'000);
  BOOST_TEST(object.at("severity").as_string() == "warning");
  BOOST_TEST(object.at("channel").as_string() == "session");
  BOOST_TEST(object.at("connection").to_number<int>() == 42);
  BOOST_TEST(object.at("text").as_string() == "slow\nconsumer");
  BOOST_TEST(lines[1].ends_with("Z info    server listening"));
}

BOOST_AUTO_TEST_CASE(automatic_is_json_where_standard_error_is_no_terminal) {
  if (::isatty(STDERR_FILENO)) return;
  captured out;
  runes::log::start(severity::info);
  runes::log::write(severity::info, {"server"}, "listening");
  BOOST_TEST(out.text().starts_with("{\"ts\":"));
}

BOOST_AUTO_TEST_CASE(the_level_changes_at_run_time) {
  captured out;
  runes::log::start(severity::warning, log_format::human);
  runes::log::write(severity::info, {"server"}, "one");
  BOOST_TEST(out.text() == "");
  BOOST_TEST(!runes::log::enabled(severity::info));
  runes::log::set_level(severity::trace);
  BOOST_TEST((runes::log::level() == severity::trace));
  BOOST_TEST(runes::log::enabled(severity::trace));
  runes::log::write(severity::trace, {"server"}, "two");
  runes::log::set_level(severity::fatal);
  runes::log::write(severity::error, {"server"}, "three");
  auto const lines = out.lines();
  BOOST_REQUIRE(lines.size() == 1);
  BOOST_TEST(lines[0].ends_with("trace   server two"));
}

BOOST_AUTO_TEST_CASE(threads_do_not_mix_their_lines) {
  constexpr int each = 200;
  captured out;
  runes::log::start(severity::info, log_format::human);
  std::vector<std::thread> writers;
  for (std::uint64_t id = 1; id <= 4; ++id) {
    writers.emplace_back([id] {
      for (int i = 0; i < each; ++i) {
        runes::log::write(severity::info, {"session", id}, "a line of some length");
      }
    });
  }
  for (auto& writer : writers) writer.join();
  auto const lines = out.lines();
  BOOST_TEST(lines.size() == 4u * each);
  for (auto const& line : lines) {
    BOOST_REQUIRE(line.ends_with(" a line of some length"));
    BOOST_REQUIRE(line.starts_with("2"));
  }
}

BOOST_AUTO_TEST_CASE(what_an_embedding_program_logs_by_itself_is_left_alone) {
  captured out;
  runes::log::start(severity::trace, log_format::human);
  boost::log::sources::logger theirs;
  if (auto record = theirs.open_record()) {
    boost::log::record_ostream(record) << "theirs" << std::flush;
    theirs.push_record(std::move(record));
  }
  BOOST_TEST(out.text() == "");
}

BOOST_AUTO_TEST_SUITE_END()
