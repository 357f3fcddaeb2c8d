// Who is let in by a signature. The time is passed in.
#include "client/signing.hpp"
#include "protocol/signature.hpp"

#include <runes/api_keys.hpp>
#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cctype>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace runes;
using namespace std::chrono_literals;
using time_point = std::chrono::system_clock::time_point;

namespace {

time_point const now{1'700'000'000'000ms};
std::string const ann = "0123456789abcdef0123456789abcdef";
std::string const bob = "fedcba9876543210fedcba9876543210";

api_keys two_keys() {
  api_keys keys;
  keys.add({"ann-1", ann, "ann", {"read", "trade"}});
  keys.add({"bob-1", bob, "bob", {}});
  return keys;
}

credentials by_ann(time_point at = now, std::string nonce = "n") {
  return detail::signed_credentials("ann-1", ann, at, std::move(nonce));
}
credentials by_bob(time_point at = now, std::string nonce = "n") {
  return detail::signed_credentials("bob-1", bob, at, std::move(nonce));
}

struct checked {
  key_check keys;
  explicit checked(key_check_options how = {}) : keys(two_keys(), how) {}

  std::optional<error> refused(credentials const& brought, time_point at = now) {
    try {
      keys.check(brought, at);
    } catch (error const& e) {
      return e;
    }
    return {};
  }
  /// 0: it is let in.
  int code(credentials const& brought, time_point at = now) {
    auto const why = refused(brought, at);
    return why ? int(why->code()) : 0;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(checking_keys)

BOOST_AUTO_TEST_CASE(who_signs_rightly_is_the_keys_account) {
  checked door;
  auto const who = door.keys.check(by_ann(), now);
  BOOST_TEST(who.account == "ann");
  BOOST_TEST((who.permissions == std::vector<std::string>{"read", "trade"}));
  BOOST_TEST(!who.expires_at.has_value());
  BOOST_TEST(door.keys.check(by_bob(), now).account == "bob");  // the nonce is of the other key
}

// The signature as Python makes it:
//   hmac.new(b"0123456789abcdef0123456789abcdef", b"1700000000000.n.ann-1", "sha256").hexdigest()
BOOST_AUTO_TEST_CASE(a_signature_that_was_made_elsewhere) {
  checked door;
  credentials const foreign("ann-1", 1'700'000'000'000, "n",
                            "a6a5932f27f29f8a36f5b0a7c270ea22bc55fff09f02a7419416f7c838411bb6");
  BOOST_TEST(door.keys.check(foreign, now).account == "ann");
}

BOOST_AUTO_TEST_CASE(what_is_not_signed_rightly_is_refused_in_the_same_words) {
  checked door;
  std::vector<credentials> wrong;
  for (int i = 0; i < 9; ++i) wrong.push_back(by_ann());
  wrong[0].api_key = "nobody";
  wrong[1].api_key = "bob-1";
  wrong[2].timestamp += 1;
  wrong[3].nonce = "m";
  wrong[4].signature.back() = wrong[4].signature.back() == '0' ? '1' : '0';
  wrong[5].signature.pop_back();
  wrong[6].signature += '0';
  wrong[7].signature.clear();
  for (char& c : wrong[8].signature) c = char(std::toupper(static_cast<unsigned char>(c)));
  // Signed by nobody's secret, and long ago: only the owner of a key is told that.
  wrong.push_back(detail::signed_credentials("nobody", "", now, "n"));
  wrong.push_back(detail::signed_credentials("ann-1", bob, now - 1h, "n"));
  for (auto const& each : wrong) {
    auto const why = door.refused(each);
    BOOST_REQUIRE(why.has_value());
    BOOST_TEST((why->code() == errc::bad_credentials));
    BOOST_TEST(why->sentence() == "unknown API key or wrong signature");
  }
  BOOST_TEST(door.keys.remembered_nonces() == 0u);
  BOOST_TEST(door.code(by_ann()) == 0);  // none of them has used up its nonce
}

BOOST_AUTO_TEST_CASE(a_token_is_no_key) {
  checked door;
  BOOST_TEST(door.code(credentials("a token")) == int(errc::bad_credentials));
  auto both = by_ann();
  both.token = "a token";
  BOOST_TEST(door.code(both) == 0);
}

BOOST_AUTO_TEST_CASE(the_window_has_sharp_edges) {
  for (auto const off : {-30'000ms, -29'999ms, 0ms, 30'000ms}) {
    checked door;
    BOOST_TEST(door.code(by_ann(now + off)) == 0);
  }
  checked door;
  for (auto const off : {-30'001ms, 30'001ms, -1'000'000ms}) {
    auto const why = door.refused(by_ann(now + off));
    BOOST_REQUIRE(why.has_value());
    BOOST_TEST((why->code() == errc::expired));
    BOOST_TEST((why->sentence().find("1700000000000") != std::string::npos));
  }
  for (auto const far : {std::numeric_limits<std::int64_t>::min(), std::int64_t{0},
                         std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()}) {
    credentials const odd("ann-1", far, "n", detail::signature_of(ann, far, "n", "ann-1"));
    BOOST_TEST(door.code(odd) == int(errc::expired));
  }
  BOOST_TEST(door.keys.remembered_nonces() == 0u);
}

BOOST_AUTO_TEST_CASE(a_nonce_is_good_for_once) {
  checked door;
  BOOST_TEST(door.code(by_ann()) == 0);
  BOOST_TEST(door.code(by_ann()) == int(errc::replayed));
  BOOST_TEST(door.code(by_ann(now + 1ms)) == int(errc::replayed));
  BOOST_TEST(door.code(by_ann(now, "m")) == 0);
  BOOST_TEST(door.code(by_ann(), now + 30s) == int(errc::replayed));
  BOOST_TEST(door.code(by_ann(), now + 30'001ms) == int(errc::expired));
  BOOST_TEST(door.code(by_ann(now + 40s), now + 40s) == 0);
}

BOOST_AUTO_TEST_CASE(a_nonce_has_a_length) {
  checked door;
  BOOST_TEST(door.code(by_ann(now, "")) == int(errc::bad_request));
  BOOST_TEST(door.code(by_ann(now, std::string(65, 'n'))) == int(errc::bad_request));
  BOOST_TEST(door.code(by_ann(now, std::string(64, 'n'))) == 0);
  BOOST_TEST(door.code(by_ann(now, std::string("\0.", 2))) == 0);
  BOOST_TEST(door.keys.remembered_nonces() == 2u);
}

BOOST_AUTO_TEST_CASE(beyond_the_bound_it_asks_to_sign_again_later) {
  key_check_options how;
  how.max_nonces_per_key = 3;
  checked door(how);
  for (auto const* nonce : {"a", "b", "c"}) BOOST_TEST(door.code(by_ann(now + 5ms, nonce)) == 0);
  auto const why = door.refused(by_ann(now, "d"));
  BOOST_REQUIRE(why.has_value());
  BOOST_TEST((why->code() == errc::rate_limited));
  BOOST_REQUIRE(why->retry_after().has_value());
  BOOST_TEST(why->retry_after()->count() == 6);
  auto const then = now + *why->retry_after();
  BOOST_TEST(door.code(by_ann(then, "d"), then) == 0);
  for (auto const* nonce : {"a", "b", "c"})
    BOOST_TEST(door.code(by_ann(now + 5ms, nonce), then) == int(errc::rate_limited));
  BOOST_TEST(door.keys.remembered_nonces() == 1u);
  BOOST_TEST(door.code(by_bob()) == 0);  // another key has room of its own
}

BOOST_AUTO_TEST_CASE(all_keys_share_a_room) {
  key_check_options how;
  how.max_nonces = 8;
  checked door(how);
  for (int i = 0; i < 20; ++i) {
    BOOST_REQUIRE(door.code(by_ann(now + std::chrono::milliseconds(i), std::to_string(i))) == 0);
    BOOST_REQUIRE(door.code(by_bob(now + std::chrono::milliseconds(i), std::to_string(i))) == 0);
  }
  BOOST_TEST(door.keys.remembered_nonces() == 8u);
}

BOOST_AUTO_TEST_CASE(keys_can_be_replaced) {
  checked door;
  BOOST_TEST(door.code(by_ann()) == 0);
  api_keys others;
  others.add({"carl-1", bob, "carl", {}});
  door.keys.replace(others);
  BOOST_TEST(door.code(by_ann(now, "m")) == int(errc::bad_credentials));
  BOOST_TEST(door.code(detail::signed_credentials("carl-1", bob, now, "n")) == 0);
  door.keys.replace(two_keys());
  BOOST_TEST(door.code(by_ann()) == int(errc::replayed));
  BOOST_TEST(door.code(by_ann(now, "m")) == 0);
}

BOOST_AUTO_TEST_CASE(without_keys_nobody_is_let_in) {
  key_check none{api_keys()};
  BOOST_CHECK_THROW(none.check(by_ann(), now), error);
}

BOOST_AUTO_TEST_CASE(of_many_threads_one_gets_in_with_a_nonce) {
  checked door;
  constexpr int rounds = 200;
  std::atomic<int> accepted = 0, replayed = 0;
  auto const knock = [&] {
    for (int i = 0; i < rounds; ++i) {
      int const code = door.code(by_ann(now, std::to_string(i)));
      accepted += code == 0;
      replayed += code == int(errc::replayed);
      if (i % 50 == 0) door.keys.replace(two_keys());
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(knock);
  for (auto& each : threads) each.join();
  BOOST_TEST(accepted == rounds);
  BOOST_TEST(replayed == 3 * rounds);
}

BOOST_AUTO_TEST_SUITE_END()
