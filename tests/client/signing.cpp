#include "client/signing.hpp"

#include "client/dialer.hpp"
#include "protocol/signature.hpp"

#include <runes/api_keys.hpp>
#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <set>
#include <string>
#include <vector>

using namespace runes;
using namespace std::chrono_literals;

namespace {

std::string const secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

std::chrono::milliseconds time_of_day() {
  return std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signing)

// The signature as Python makes it; tests/protocol/signature.cpp says how.
BOOST_AUTO_TEST_CASE(signs_with_the_time_in_milliseconds) {
  std::chrono::system_clock::time_point const now{1'700'000'000'000'999us};
  auto const made = detail::signed_credentials("alice-key", secret, now, "n-1");
  BOOST_TEST(made.api_key == "alice-key");
  BOOST_TEST(made.timestamp == 1'700'000'000'000);
  BOOST_TEST(made.nonce == "n-1");
  BOOST_TEST(made.signature == "e5ec0e682864f03e38f08774a080ca010d2e6981da1b339e178e8e8aa42d739a");
  BOOST_TEST(made.token.empty());
}

BOOST_AUTO_TEST_CASE(each_time_with_the_time_of_day_and_another_nonce) {
  auto const sign = signed_by("k", secret);
  std::set<std::string> nonces;
  for (int i = 0; i < 100; ++i) {
    auto const before = time_of_day();
    auto const made = sign();
    BOOST_TEST(made.timestamp >= before.count());
    BOOST_TEST(made.timestamp <= time_of_day().count());
    BOOST_TEST(made.nonce.size() == 32u);
    BOOST_TEST(made.signature == detail::signature_of(secret, made.timestamp, made.nonce, "k"));
    nonces.insert(made.nonce);
  }
  BOOST_TEST(nonces.size() == 100u);
}

BOOST_AUTO_TEST_CASE(nothing_can_be_signed_without_a_key_or_a_secret) {
  BOOST_CHECK_THROW(signed_by("", secret), error);
  BOOST_CHECK_THROW(signed_by("k", ""), error);
}

BOOST_FIXTURE_TEST_CASE(signs_anew_on_a_new_connection, test::client_fixture) {
  auto& first = servers.greeting_server();
  auto& second = servers.greeting_server();
  connect();
  std::vector<credentials> made;
  auto const sign = [&made, by_key = signed_by("k", secret)] {
    return made.emplace_back(by_key());
  };
  first.expect("auth").with("apiKey", "k").without("token").reply(test::ok());
  strand.run(client->authenticate(sign));
  second.expect("auth").with("apiKey", "k").without("token").reply(test::ok());
  first.now(test::reset());
  strand.settle();
  strand.advance(250ms);
  BOOST_TEST((client->state() == connection_state::live));
  BOOST_REQUIRE(made.size() == 2u);
  BOOST_TEST(made[0].nonce != made[1].nonce);
}

BOOST_AUTO_TEST_SUITE_END()
