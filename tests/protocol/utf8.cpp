#include "protocol/utf8.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace runes::detail;

namespace {

/// What a code point would look like in so many bytes, whether it may or not.
std::string encoded(std::uint32_t point, int bytes) {
  if (bytes == 1) return {static_cast<char>(point)};
  std::string text(static_cast<std::size_t>(bytes), '\0');
  for (int i = bytes - 1; i > 0; --i, point >>= 6)
    text[static_cast<std::size_t>(i)] = static_cast<char>(0x80 | (point & 0x3f));
  text[0] = static_cast<char>((0xf00 >> bytes) & 0xff) | static_cast<char>(point);
  return text;
}

int shortest(std::uint32_t point) {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1'0000 ? 3 : 4;
}

bool is_a_character(std::uint32_t point) {
  return point <= 0x10'ffff && (point < 0xd800 || point > 0xdfff);
}

bool byte_by_byte(std::string const& text) {
  utf8_checker checker;
  for (char const c : text) {
    if (!checker.feed({&c, 1})) return false;
  }
  return checker.complete();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(every_code_point_in_its_shortest_form_and_no_other) {
  std::size_t wrong = 0;
  for (std::uint32_t point = 0; point < 0x20'0000; ++point) {
    for (int bytes = shortest(point); bytes <= 4; ++bytes) {
      auto const text = encoded(point, bytes);
      bool const good = bytes == shortest(point) && is_a_character(point);
      if (is_utf8(text) != good || byte_by_byte(text) != good) ++wrong;
    }
  }
  BOOST_TEST(wrong == 0u);
}

BOOST_AUTO_TEST_CASE(a_bad_byte_is_found_wherever_it_stands) {
  for (std::size_t size : {1u, 7u, 8u, 9u, 63u, 64u, 65u, 200u}) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      BOOST_TEST(is_utf8(text));
      text[at] = static_cast<char>(0xff);
      BOOST_TEST(!is_utf8(text));
      text[at] = static_cast<char>(0x80);
      BOOST_TEST(!is_utf8(text));
      text[at] = static_cast<char>(0xc3);
      BOOST_TEST(!is_utf8(text));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_text_may_be_cut_anywhere) {
  std::string const text = "a\u00e9\u20ac\U0001f600" + std::string(70, 'x') + "\U0010ffff";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    utf8_checker checker;
    BOOST_TEST(checker.feed(std::string_view(text).substr(0, cut)));
    BOOST_TEST(checker.complete() == is_utf8(text.substr(0, cut)));
    BOOST_TEST(checker.feed(std::string_view(text).substr(cut)));
    BOOST_TEST(checker.complete());
  }
}

BOOST_AUTO_TEST_CASE(it_fails_at_the_first_byte_that_nothing_can_follow) {
  // Each: what may begin a text, and the byte that ends the hope.
  std::vector<std::pair<std::string, char>> const cases{
      {"", '\x80'},      {"", '\xc0'},          {"", '\xc1'},     {"", '\xf5'},
      {"\xe0", '\x9f'},  {"\xed", '\xa0'},      {"\xf0", '\x8f'}, {"\xf4", '\x90'},
      {"\xe2\x82", 'a'}, {"\xf0\x9f\x98", 'a'}, {"\xc3", '\xc3'},
  };
  for (auto const& [good, bad] : cases) {
    utf8_checker checker;
    BOOST_TEST(checker.feed(good));
    BOOST_TEST(!checker.feed({&bad, 1}));
  }
}

BOOST_AUTO_TEST_CASE(a_reset_forgets_what_was_begun) {
  utf8_checker checker;
  BOOST_TEST(checker.feed("\xe2\x82"));
  BOOST_TEST(!checker.complete());
  checker.reset();
  BOOST_TEST(checker.complete());
  BOOST_TEST(checker.feed("a"));
}

BOOST_AUTO_TEST_SUITE_END()
