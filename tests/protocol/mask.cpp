#include "protocol/mask.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <set>
#include <string>

using namespace runes::detail;

BOOST_AUTO_TEST_SUITE(mask)

BOOST_AUTO_TEST_CASE(every_byte_meets_its_own_of_the_key) {
  std::uint32_t key = 0;
  std::memcpy(&key, "\x01\x20\x40\x7f", 4);
  for (std::size_t size = 0; size < 140; ++size) {
    for (std::uint64_t at : {0U, 1U, 2U, 3U, 4U, 1001U}) {
      std::string bytes(size + 2, 'q');
      apply_mask(std::span(bytes).subspan(1, size), key, at);
      bool good = bytes.front() == 'q' && bytes.back() == 'q';  // nothing beside it
      for (std::size_t i = 0; i < size; ++i)
        good = good && bytes[i + 1] == static_cast<char>('q' ^ "\x01\x20\x40\x7f"[(i + at) % 4]);
      BOOST_TEST(good, "size " << size << " at " << at);
    }
  }
}

BOOST_AUTO_TEST_CASE(pieces_come_to_the_same_as_the_whole) {
  std::string whole(100, 'a'), pieces = whole;
  apply_mask(whole, 0xdeadbeef);
  for (std::size_t at = 0; at < pieces.size(); at += 7)
    apply_mask(std::span(pieces).subspan(at, std::min<std::size_t>(7, pieces.size() - at)),
               0xdeadbeef, at);
  BOOST_TEST(whole == pieces);
  apply_mask(whole, 0xdeadbeef);
  BOOST_TEST(whole == std::string(100, 'a'));
}

BOOST_AUTO_TEST_CASE(keys_differ) {
  std::set<std::uint32_t> keys;
  for (int i = 0; i < 100; ++i) keys.insert(new_mask());
  BOOST_TEST(keys.size() > 95u);
}

BOOST_AUTO_TEST_SUITE_END()
