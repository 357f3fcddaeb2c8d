// The plain text commands of the benchmark servers.
#include "bench/commands.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(commands)

using namespace runes::bench;

static std::string reply_to(std::string_view text) {
  auto const read = parse_command(text);
  auto const* refused = std::get_if<refused_command>(&read);
  return refused ? refused->reply() : "";
}

BOOST_AUTO_TEST_CASE(reads_each_command) {
  BOOST_TEST((parse_command("s") == command(subscribe_command{})));
  BOOST_TEST((parse_command("q") == command(stop_command{})));
  BOOST_TEST((parse_command("p1000,1") == command(publish_command{1000, 1, 200})));
  BOOST_TEST((parse_command("p0,16") == command(publish_command{0, 16, 200})));
  BOOST_TEST(
      (parse_command("p10000000,10000,64") == command(publish_command{10000000, 10000, 64})));
  BOOST_TEST((parse_command("p1,1,1048576") == command(publish_command{1, 1, 1048576})));
}

BOOST_AUTO_TEST_CASE(echoes_everything_else) {
  for (auto const* text : {"", "S", "ss", "s ", "q1", "quit", "p", "ping", "publish", " p1,1"}) {
    BOOST_TEST((parse_command(text) == command(echo_command{})), text);
  }
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_a_publish) {
  std::string const shape = "eexpected pRATE,BURST[,SIZE]";
  std::string const rate = "eRATE must be a whole number from 0 to 10000000";
  std::string const burst = "eBURST must be a whole number from 1 to 10000";
  std::string const size = "eSIZE must be a whole number from 64 to 1048576";
  BOOST_TEST(reply_to("p5") == shape);
  BOOST_TEST(reply_to("p1,1,200,4") == shape);
  BOOST_TEST(reply_to("p1,1,200,") == shape);
  BOOST_TEST(reply_to("p,1") == rate);
  BOOST_TEST(reply_to("p-1,1") == rate);
  BOOST_TEST(reply_to("p+1,1") == rate);
  BOOST_TEST(reply_to("p1.5,1") == rate);
  BOOST_TEST(reply_to("p10000001,1") == rate);
  BOOST_TEST(reply_to("p99999999999999999999999,1") == rate);
  BOOST_TEST(reply_to("p1,") == burst);
  BOOST_TEST(reply_to("p1,0") == burst);
  BOOST_TEST(reply_to("p1, 1") == burst);
  BOOST_TEST(reply_to("p1,10001") == burst);
  BOOST_TEST(reply_to("p1,1,") == size);
  BOOST_TEST(reply_to("p1,1,63") == size);
  BOOST_TEST(reply_to("p1,1,1048577") == size);
  BOOST_TEST(reply_to("p1,17,1048576") == "eBURST times SIZE must be at most 16777216 bytes");
}

BOOST_AUTO_TEST_SUITE_END()
