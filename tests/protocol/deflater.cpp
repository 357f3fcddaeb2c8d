// What is sent compressed, read back by the library's own reader.
#include "protocol/deflater.hpp"

#include "protocol/frame_parser.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using namespace runes::detail;

namespace {

std::string event(std::size_t size) {
  std::string text = "{\"event\":\"market\",\"data\":[";
  for (unsigned i = 0; text.size() < size; ++i) text += "[\"" + std::to_string(i * 7919) + "\"],";
  return text.substr(0, size);
}

/// A reader of one connection's, which keeps nothing from one message to the next.
struct reader {
  frame_parser parser{how()};
  static frame_parser::options how() {
    frame_parser::options options;
    options.masked = false;
    options.max_message_bytes = 32 << 20;
    options.compression = deflate_terms{false};
    return options;
  }
  std::string read(shared_frame const& frame) {
    std::string bytes(frame->bytes());
    std::span<char> input(bytes);
    auto const got = parser.next(input);
    BOOST_TEST((got.what == parsed::kind::message));
    BOOST_TEST(input.empty());
    return std::string(got.bytes);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(deflater_)

BOOST_AUTO_TEST_CASE(messages_of_all_sizes_are_read_back) {
  deflater by;
  reader peer;
  for (std::size_t size : {60u, 125u, 126u, 200u, 1000u, 32'768u, 65'535u, 65'536u, 1'000'000u}) {
    auto const text = event(size);
    auto const made = by.compress(opcode::text, text);
    BOOST_REQUIRE(made);
    BOOST_TEST(made->payload().size() < text.size());
    BOOST_TEST((made->op() == opcode::text));
    BOOST_TEST((peer.read(made) == text));
  }
}

BOOST_AUTO_TEST_CASE(a_message_has_nothing_to_do_with_those_before_it) {
  deflater by;
  auto const first = by.compress(opcode::binary, event(500));
  BOOST_TEST((by.compress(opcode::text, std::string(300, 'x'))));
  auto const again = by.compress(opcode::binary, event(500));
  BOOST_TEST(first->bytes() == again->bytes());
  BOOST_TEST((static_cast<unsigned char>(first->bytes()[0]) == (0x80 | 0x40 | 2)));
}

BOOST_AUTO_TEST_CASE(no_block_says_that_it_is_the_last) {
  // Some clients would stop reading there. Of each message the first block is looked at.
  deflater by;
  for (std::size_t size : {60u, 500u, 100'000u}) {
    auto const made = by.compress(opcode::text, event(size));
    BOOST_TEST((made->payload()[0] & 1) == 0);
    BOOST_TEST(!made->payload().ends_with(std::string_view("\0\0\xff\xff", 4)));
  }
}

BOOST_AUTO_TEST_CASE(what_gets_no_smaller_is_left_as_it_is) {
  deflater by;
  std::mt19937 random(7);
  for (std::size_t size : {0u, 1u, 2u, 10u, 1000u, 100'000u}) {
    std::string noise(size, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    BOOST_TEST(!by.compress(opcode::binary, noise));
  }
  BOOST_TEST((by.compress(opcode::text, event(300))));  // and it works as before
  BOOST_TEST(!by.compress(opcode::text, std::string(deflate_sizes::largest + 1, 'x')));
}

BOOST_AUTO_TEST_CASE(sizes_say_which) {
  BOOST_TEST(!deflate_sizes().any());
  BOOST_TEST(!deflate_sizes().hold(0));
  deflate_sizes const some{10, 20};
  BOOST_TEST(some.any());
  BOOST_TEST((!some.hold(9) && some.hold(10) && some.hold(20) && !some.hold(21)));
  BOOST_TEST(!(deflate_sizes{21, 20}.any()));
}

BOOST_AUTO_TEST_SUITE_END()
