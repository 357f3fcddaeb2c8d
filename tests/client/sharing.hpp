// Readers that share what is subscribed.
#pragma once

#include "dialer.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace runes::test {

inline boost::json::array names(std::initializer_list<char const*> symbols) {
  boost::json::array all;
  for (auto const* each : symbols) all.emplace_back(each);
  return all;
}

/// Entries of a reply: what was missed follows; and a symbol that is held already.
inline std::string recovered(std::string_view symbol, std::uint64_t seq) {
  return R"({"symbol":")" + std::string(symbol) +
         R"(","topic":"t","interval":"raw","depth":0,"epoch":"e1","seq":)" + std::to_string(seq) +
         R"(,"recovered":true})";
}
inline std::string held_already(std::string_view symbol) {
  return R"({"symbol":")" + std::string(symbol) +
         R"(","error":{"code":4005,"name":"already_subscribed","message":"twice","retry":"never"}})";
}

struct sharing_fixture : client_fixture {
  scripted_peer& server = servers.greeting_server();
  sharing_fixture() { connect(); }

  /// What the server says now.
  void say(std::string text) {
    server.now(push(std::move(text)));
    strand.settle();
  }
  void done() { BOOST_TEST(server.done(), "the server still expects " << server.next()); }
};

}  // namespace runes::test

#define CHECK_LISTS(a, ...) \
  BOOST_TEST((a) == (std::vector<std::string> __VA_ARGS__), boost::test_tools::per_element())
