#include "protocol/signature.hpp"

#include "protocol/hex.hpp"
#include "protocol/random_hex.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <limits>
#include <set>
#include <system_error>

using namespace runes::detail;

namespace {

std::string const secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

}  // namespace

BOOST_AUTO_TEST_SUITE(signature)

// RFC 4231, test cases 1, 2 and 6.
BOOST_AUTO_TEST_CASE(the_vectors_of_the_rfc) {
  BOOST_TEST(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There") ==
             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  BOOST_TEST(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  BOOST_TEST(hmac_sha256_hex(std::string(131, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First") ==
             "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// What Python computes, too:
//   hmac.new(secret.encode(), f"{timestamp}.{nonce}.{key}".encode(), hashlib.sha256).hexdigest()
BOOST_AUTO_TEST_CASE(the_text_that_is_signed) {
  BOOST_TEST(signature_of(secret, 1'700'000'000'000, "n-1", "alice-key") ==
             "e5ec0e682864f03e38f08774a080ca010d2e6981da1b339e178e8e8aa42d739a");
  BOOST_TEST(signature_of("correct_horse_battery_staple,_oh!", 1'700'000'000'000, "n.1", "k") ==
             "53693d5f247b658bc28db6e35d8c273c529193ac27cb610741ef6e3fa0a2b816");
  BOOST_TEST(signature_of(secret, -1, "\xc3\xbc", "k") ==
             "b1e272102f93e49a5db6f27d82a406f39c890cc2fe2c053efcabe7fcedd48155");
}

BOOST_AUTO_TEST_CASE(every_part_counts) {
  std::int64_t const last = std::numeric_limits<std::int64_t>::max();
  std::set<std::string> const all{
      signature_of(secret, 1, "n", "k"),       signature_of(secret, 2, "n", "k"),
      signature_of(secret, 1, "m", "k"),       signature_of(secret, 1, "n", "j"),
      signature_of(secret + "0", 1, "n", "k"), signature_of(secret, last, "n", "k"),
      signature_of("", 1, "n", "k"),           signature_of(secret, 1, "", ""),
  };
  BOOST_TEST(all.size() == 8u);
}

BOOST_AUTO_TEST_CASE(what_is_the_same) {
  BOOST_TEST(same_in_constant_time("abc", "abc"));
  BOOST_TEST(same_in_constant_time("", ""));
  for (auto const* other : {"abd", "bbc", "ab", "abcd", ""})
    BOOST_TEST(!same_in_constant_time("abc", other));
}

BOOST_AUTO_TEST_CASE(hex_digits) {
  BOOST_TEST(hex(std::array<unsigned char, 4>{0x00, 0x0f, 0xa0, 0xff}) == "000fa0ff");
  BOOST_TEST(hex({}).empty());
}

BOOST_AUTO_TEST_CASE(random_bytes_differ) {
  std::set<std::string> drawn;
  for (int i = 0; i < 100; ++i) drawn.insert(random_hex(16));
  BOOST_TEST(drawn.size() == 100u);
  for (auto const& each : drawn) {
    BOOST_TEST(each.size() == 32u);
    BOOST_TEST((each.find_first_not_of("0123456789abcdef") == each.npos));
  }
  BOOST_CHECK_THROW(random_hex(257), std::system_error);
}

BOOST_AUTO_TEST_SUITE_END()
