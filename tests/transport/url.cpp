// What a client takes for the address of a server.
#include "transport/connect.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using runes::detail::url;

BOOST_AUTO_TEST_SUITE(urls)

BOOST_AUTO_TEST_CASE(host_port_and_target_are_found) {
  struct row {
    std::string text, host;
    unsigned port;
    std::string target;
  };
  std::vector<row> const rows{
      {"ws://localhost", "localhost", 80, "/"},
      {"ws://localhost:9001/ws", "localhost", 9001, "/ws"},
      {"ws://10.0.0.1:65535/a/b?c=d#e", "10.0.0.1", 65535, "/a/b?c=d"},
      {"ws://[::1]:9001/ws", "::1", 9001, "/ws"},
      {"ws://[::1]", "::1", 80, "/"},
      {"ws://host?x=1", "host", 80, "/?x=1"},
      {"ws://host#part", "host", 80, "/"},
  };
  for (auto const& each : rows) {
    BOOST_TEST_CONTEXT(each.text) {
      auto const parsed = url::parse(each.text);
      BOOST_TEST(parsed.host == each.host);
      BOOST_TEST(parsed.port == each.port);
      BOOST_TEST(parsed.target == each.target);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_none_is_refused_with_a_sentence_that_quotes_it) {
  for (std::string const text :
       {"", "localhost:9001", "http://localhost", "wss://localhost", "ws://", "ws://:9001/ws",
        "ws://host:0", "ws://host:65536", "ws://host:", "ws://host:9001x", "ws://[::1",
        "ws://[::1]9001", "ws://me@host", "ws://ho st/", "ws://host/\r\nX: y"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_CHECK_EXCEPTION(url::parse(text), runes::error, [&](runes::error const& e) {
        return e.code() == runes::errc::bad_url &&
               e.sentence().find('\'' + text + '\'') != std::string::npos;
      });
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
