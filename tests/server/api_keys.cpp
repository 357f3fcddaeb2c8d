#include <runes/api_keys.hpp>
#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace runes;

namespace {

std::string const secret = "0123456789abcdef0123456789abcdef";

api_key key(std::string id = "k") { return {std::move(id), secret, "ann", {"read"}}; }

/// What is said against a key; "" when nothing is.
std::string problem(api_key const& wrong, api_keys keys = api_keys()) {
  try {
    keys.add(wrong);
  } catch (error const& e) {
    BOOST_TEST((e.code() == errc::bad_config));
    if (!wrong.secret.empty()) BOOST_TEST((e.sentence().find(wrong.secret) == std::string::npos));
    return e.sentence();
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_keys_by_id)

BOOST_AUTO_TEST_CASE(are_found_by_their_id) {
  api_keys keys;
  BOOST_TEST(!keys.find("k"));
  keys.add(key());
  keys.add(key("another"));
  BOOST_REQUIRE(keys.find("k"));
  BOOST_TEST(keys.find("k")->account == "ann");
  BOOST_TEST(keys.find("k")->secret == secret);
  BOOST_TEST(keys.size() == 2u);
  BOOST_TEST(keys.all().begin()->first == "another");
  BOOST_TEST(keys.remove("k"));
  BOOST_TEST(!keys.remove("k"));
  BOOST_TEST(!keys.find("k"));
  BOOST_TEST(keys.find("another"));
}

BOOST_AUTO_TEST_CASE(what_is_no_key_is_refused) {
  BOOST_TEST(problem(key()).empty());
  BOOST_TEST(problem(key(std::string(64, 'k'))).empty());
  for (auto const& id : {std::string(), std::string(65, 'k'), std::string("a b"),
                         std::string("a\n"), std::string("\xc3\xbc")})
    BOOST_TEST(problem(key(id)) ==
               "a key's id must be 1 to 64 printable characters without spaces");
  auto const with_secret = [](std::string text) {
    auto wrong = key();
    wrong.secret = std::move(text);
    return problem(wrong);
  };
  BOOST_TEST(with_secret("") == "the secret of key 'k' must be 32 to 64 characters long, not 0");
  BOOST_TEST(with_secret(secret.substr(1)) ==
             "the secret of key 'k' must be 32 to 64 characters long, not 31");
  BOOST_TEST(with_secret(secret + secret).empty());
  BOOST_TEST(with_secret(secret + secret + "0") ==
             "the secret of key 'k' must be 32 to 64 characters long, not 65");
  BOOST_TEST(with_secret(secret + " ") ==
             "the secret of key 'k' must be printable characters without spaces");
  std::string const seven = "0123456";
  auto const at_random =
      "the secret of key 'k' must have at least 8 different characters: draw it at random";
  BOOST_TEST(with_secret(std::string(32, 'x')) == at_random);
  BOOST_TEST(with_secret(seven + seven + seven + seven + seven) == at_random);
  BOOST_TEST(with_secret(seven + seven + seven + seven + "0127").empty());
  for (auto const size : {std::size_t{0}, std::size_t{65}}) {
    auto wrong = key();
    wrong.account = std::string(size, 'a');
    BOOST_TEST(problem(wrong) == "the account of key 'k' must be 1 to 64 bytes long");
  }
}

BOOST_AUTO_TEST_CASE(no_two_have_the_same_id) {
  api_keys keys;
  keys.add(key());
  auto other = key();
  other.account = "bob";
  BOOST_TEST(problem(other, keys) == "there are two keys 'k'");
}

BOOST_AUTO_TEST_CASE(there_are_not_more_than_there_may_be) {
  api_keys keys(2);
  keys.add(key("a"));
  keys.add(key("b"));
  BOOST_TEST(problem(key("c"), keys) == "there is no room for key 'c': there may be 2 keys");
  BOOST_TEST(keys.remove("a"));
  BOOST_TEST(problem(key("c"), keys).empty());
  BOOST_TEST(api_keys().max_keys() == api_keys::default_max_keys);
}

BOOST_AUTO_TEST_CASE(new_ones_are_good_and_differ) {
  api_keys keys;
  for (int i = 0; i < 100; ++i) {
    auto const made = new_api_key("ann");
    BOOST_TEST(made.id.size() == 32u);
    BOOST_TEST(made.secret.size() == 64u);
    BOOST_TEST(made.account == "ann");
    keys.add(made);
  }
  BOOST_TEST(keys.size() == 100u);
}

BOOST_AUTO_TEST_SUITE_END()
