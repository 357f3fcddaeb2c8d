#include "protocol/inflater.hpp"

#include "protocol/frame_parser.hpp"
#include "support/raw_frames.hpp"

#include <boost/test/unit_test.hpp>

#include <zlib.h>

#include <string>
#include <vector>

using namespace runes::detail;
using runes::test::say;
using runes::test::trace;

namespace {

constexpr unsigned first = 0xc1, binary = 0xc2, begun = 0x41,
                   end = 0x80;  // with RSV1: the first two

/// The sending side, as RFC 7692 has it.
class sender {
 public:
  explicit sender(bool takeover, int bits = 15, int strategy = Z_DEFAULT_STRATEGY)
      : takeover_(takeover) {
    deflateInit2(&stream_, 6, Z_DEFLATED, -bits, 8, strategy);
  }
  ~sender() { deflateEnd(&stream_); }
  sender(sender const&) = delete;
  sender& operator=(sender const&) = delete;

  std::string compress(std::string text, int flush = Z_SYNC_FLUSH) {
    std::string out(text.size() + 200'000, '\0');
    stream_.next_in = reinterpret_cast<Bytef*>(text.data());
    stream_.avail_in = static_cast<uInt>(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    deflate(&stream_, flush);
    out.resize(out.size() - stream_.avail_out);
    if (flush == Z_SYNC_FLUSH) {
      BOOST_REQUIRE(out.ends_with(std::string("\0\0\xff\xff", 4)));
      out.resize(out.size() - 4);
    } else {
      out += '\0';  // RFC 7692, section 7.2.3.4
    }
    if (!takeover_ || flush == Z_FINISH) deflateReset(&stream_);
    return out;
  }

 private:
  z_stream stream_{};
  bool takeover_;
};

frame_parser::options agreed(bool takeover = true) {
  frame_parser::options how;
  how.max_message_bytes = 1000;
  how.compression = deflate_terms{takeover};
  return how;
}

void check(std::string const& bytes, frame_parser::options how, std::string const& expected) {
  BOOST_TEST(trace(bytes, how) == expected);
  for (std::size_t piece = 1; piece < std::min<std::size_t>(bytes.size(), 300); ++piece)
    BOOST_REQUIRE_MESSAGE(trace(bytes, how, [=](std::size_t) { return piece; }) == expected,
                          "pieces of " << piece);
}

std::string prose(int n) { return "the price of message " + std::to_string(n) + " is the price"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(inflating)

BOOST_AUTO_TEST_CASE(the_examples_of_the_rfc) {
  // RFC 7692, sections 7.2.3.1 to 7.2.3.6.
  check(say(first, std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)), agreed(), "text:Hello");
  check(say(begun, std::string("\xf2\x48\xcd", 3)) + say(end, std::string("\xc9\xc9\x07\x00", 4)),
        agreed(), "text:Hello");
  std::string const hello("\xf2\x48\xcd\xc9\xc9\x07\x00", 7), again("\xf2\x00\x11\x00\x00", 5);
  check(say(first, hello) + say(first, again), agreed(), "text:Hello text:Hello");
  check(say(first, std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11)), agreed(),
        "text:Hello");
  check(say(first, std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8)), agreed(), "text:Hello");
  check(say(first, std::string("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13)),
        agreed(), "text:Hello");
  check(say(first, std::string("\0", 1)), agreed(), "text:");
}

BOOST_AUTO_TEST_CASE(messages_with_and_without_the_ones_before) {
  for (bool const takeover : {true, false}) {
    for (int const bits : {9, 10, 15}) {
      sender from(takeover, bits);
      std::string bytes, expected;
      for (int i = 0; i < 6; ++i) {
        bytes += say(i % 2 ? binary : first, from.compress(prose(i))) + say(0x81, "plain");
        expected +=
            (i ? " " : "") + std::string(i % 2 ? "binary:" : "text:") + prose(i) + " text:plain";
      }
      check(bytes, agreed(takeover), expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_context_that_was_not_agreed_on_is_not_there) {
  sender from(true);
  std::string bytes = say(first, from.compress(prose(1)));
  bytes += say(first, from.compress(prose(1)));
  check(bytes, agreed(false),
        "text:" + prose(1) + " violation:1007:a compressed message does not expand");
}

BOOST_AUTO_TEST_CASE(the_window_is_as_large_as_it_can_be) {
  sender from(true);
  std::string const far = "0123456789abcdefghijklmnop";
  std::string const text = far + std::string(900, 'z') + far;
  check(say(first, from.compress(text)), agreed(), "text:" + text);
}

BOOST_AUTO_TEST_CASE(a_final_block_may_end_a_message_and_the_window_goes_on) {
  sender from(true);
  std::string const one = from.compress("Hello", Z_FINISH);
  // The second refers to the first over the end.
  std::string const again("\xf2\x00\x11\x00\x00", 5);
  check(say(first, one) + say(first, again), agreed(), "text:Hello text:Hello");
}

BOOST_AUTO_TEST_CASE(final_blocks_without_number_are_refused) {
  std::string empty_ends;
  for (int i = 0; i < 8; ++i) empty_ends += std::string("\x03\x00", 2);
  check(say(first, empty_ends + '\0'), agreed(), "text:");
  check(say(first, empty_ends + std::string("\x03\x00\x00", 3)), agreed(),
        "violation:1007:a compressed message does not expand");
}

BOOST_AUTO_TEST_CASE(a_bomb_stops_at_the_limit) {
  sender from(true);
  std::string const fits = from.compress(std::string(1000, 'a'));
  check(say(first, fits), agreed(), "text:" + std::string(1000, 'a'));
  sender other(true);
  check(say(first, other.compress(std::string(1001, 'a'))), agreed(),
        "violation:1009:a message was too big");
  sender bomber(true);
  std::string message;
  inflater in({true});
  auto const bomb = bomber.compress(std::string(10'000'000, 'a'));
  BOOST_TEST(bomb.size() < 20'000u);
  BOOST_TEST((in.feed(bomb, message, 1000) == inflater::verdict::too_big));
  BOOST_TEST(message.size() == 1001u);
}

BOOST_AUTO_TEST_CASE(padding_counts_as_it_travels) {
  // Empty stored blocks, which expand to nothing.
  std::string padding;
  while (padding.size() < 2100) padding += std::string("\0\0\0\xff\xff", 5);
  check(say(first, padding), agreed(), "violation:1009:a message was too big");
  check(say(begun, padding.substr(0, 1500)) + say(end, padding.substr(0, 1500)), agreed(),
        "violation:1009:a message was too big");
}

BOOST_AUTO_TEST_CASE(what_is_no_deflate_or_stops_within_is_told) {
  std::string const broken = "violation:1007:a compressed message does not expand";
  check(say(first, "\x07"), agreed(), broken);          // a block type that there is not
  check(say(first, "\xf2\x48\xcd"), agreed(), broken);  // cut short
  check(say(first, ""), agreed(), broken);              // an empty message is one byte
  check(say(first, std::string("\x00\x05\x00\xfa\xfe", 5)), agreed(), broken);
  sender from(true);
  check(say(first, from.compress("ab\xff")), agreed(), "violation:1007:a text was no UTF-8");
  sender other(true);
  check(say(begun, other.compress("\xe2\x82")) + say(end, "\0"), agreed(),
        "violation:1007:a text was no UTF-8");
}

BOOST_AUTO_TEST_CASE(the_bit_stands_on_the_first_frame_of_a_message_only) {
  std::string const why = "violation:1002:the bit for compression is set where no message begins";
  check(say(0x01, "a") + say(0xc0, "b"), agreed(), why);
  for (unsigned op : {8U, 9U, 10U}) check(say(0xc0 | op, ""), agreed(), why);
  check(say(0xa1, "a"), agreed(), "violation:1002:a reserved bit is set");
}

BOOST_AUTO_TEST_SUITE_END()
