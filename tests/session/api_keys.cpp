// The `auth` op with API keys, through the session: a handler that checks them by key_check.
#include "client/signing.hpp"
#include "session/session_test.hpp"

#include <runes/api_keys.hpp>

#include <chrono>

using namespace runes;
using namespace runes::test;
using namespace std::chrono_literals;

namespace {

std::string const secret = "0123456789abcdef0123456789abcdef";

api_keys one_key() {
  api_keys keys;
  keys.add({"ann-1", secret, "ann", {"trade"}});
  return keys;
}

struct keyed_test : session_test {
  /// With the test's clock.
  struct gatekeeper final : handler {
    explicit gatekeeper(keyed_test& of) : test(of) {}
    awaitable<identity> authenticate(session&, credentials const& brought) override {
      co_return keys.check(brought, test.now());
    }
    keyed_test& test;
    key_check keys{one_key()};
  };

  std::shared_ptr<handler> const gate = std::make_shared<gatekeeper>(*this);
  keyed_test() {
    config.security.require_authentication = true;
    config.timeouts.ping = 0ms;
    broker.topic("ticker", "A");
  }

  std::chrono::system_clock::time_point now() const { return loop->time().wall(); }

  std::string auth(std::string const& nonce, std::chrono::milliseconds off = 0ms,
                   std::string const& by = secret) const {
    auto const made = detail::signed_credentials("ann-1", by, now() + off, nonce);
    json::object o;
    o["id"] = 9;
    o["op"] = "auth";
    o["apiKey"] = made.api_key;
    o["timestamp"] = made.timestamp;
    o["nonce"] = made.nonce;
    o["signature"] = made.signature;
    return json::serialize(o);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(api_keys_over_a_session)

COROUTINE_TEST(who_signs_is_let_in, keyed_test) {
  auto& peer = connect(gate);
  auto const early = co_await ask(peer, subscribe("ticker"));
  BOOST_TEST(at(early, "/error/code") == "2001");
  auto const answer = co_await ask(peer, auth("n"));
  BOOST_TEST(json::serialize(answer) ==
             R"({"id":9,"ok":{"account":"ann","permissions":["trade"],"expiresAt":null}})");
  BOOST_TEST(peer.session.lock()->identity()->account == "ann");
  auto const subscribed = co_await ask(peer, subscribe("ticker"));
  BOOST_TEST(at(subscribed, "/ok/subscriptions/0/symbol") == R"("A")");
}

COROUTINE_TEST(each_refusal_has_its_code, keyed_test) {
  auto& peer = connect(gate);
  std::string const replay = auth("n");
  co_await ask(peer, replay);
  auto& other = connect(gate);
  auto const replayed = co_await ask(other, replay);
  BOOST_TEST(at(replayed, "/error/code") == "2004");
  BOOST_TEST(at(replayed, "/error/name") == R"("replayed")");
  auto const expired = co_await ask(other, auth("m", -30'001ms));
  BOOST_TEST(at(expired, "/error/code") == "2003");
  BOOST_TEST(!other.ended.has_value());
  auto const wrong = co_await ask(other, auth("o", 0ms, "a secret of somebody else's, not ann's"));
  BOOST_TEST(at(wrong, "/error/code") == "2002");
  BOOST_REQUIRE(other.ended.has_value());
  BOOST_TEST((other.ended->code == close_code::bad_auth));
  BOOST_TEST(!peer.ended.has_value());
}

COROUTINE_TEST(a_nonce_that_is_none_is_a_bad_request, keyed_test) {
  auto& peer = connect(gate);
  auto const answer = co_await ask(peer, auth(""));
  BOOST_TEST(at(answer, "/error/code") == "1002");
  BOOST_TEST(at(answer, "/error/message") == R"("'nonce' must be 1 to 64 bytes long")");
}

COROUTINE_TEST(a_nonce_may_come_again_after_the_window, keyed_test) {
  auto& peer = connect(gate);
  co_await ask(peer, auth("n"));
  co_await pass(45s);
  auto const again = co_await ask(peer, auth("n"));
  BOOST_TEST(at(again, "/ok/account") == R"("ann")");
}

BOOST_AUTO_TEST_SUITE_END()
