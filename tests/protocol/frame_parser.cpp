#include "protocol/frame_parser.hpp"

#include "support/raw_frames.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace runes::detail;
using runes::test::raw_frame;
using runes::test::say;
using runes::test::trace;

namespace {

constexpr std::size_t largest_message = 300;
constexpr std::uint32_t most_fragments = 4;

frame_parser::options from_client() {
  frame_parser::options how;
  how.max_message_bytes = largest_message;
  how.max_fragments = most_fragments;
  return how;
}

frame_parser::options from_server() {
  auto how = from_client();
  how.masked = false;
  return how;
}

/// That the bytes come to this, whole, byte by byte, and cut in two and three anywhere.
void check(std::string const& bytes, frame_parser::options how, std::string const& expected) {
  BOOST_TEST(trace(bytes, how) == expected);
  BOOST_TEST(trace(bytes, how, [](std::size_t) { return 1; }) == expected);
  for (std::size_t first = 1; first < bytes.size(); ++first) {
    auto const two = [&](std::size_t rest) { return rest == bytes.size() ? first : rest; };
    auto const steps = [&](std::size_t) { return first; };
    BOOST_REQUIRE_MESSAGE(trace(bytes, how, two) == expected, "cut at " << first);
    BOOST_REQUIRE_MESSAGE(trace(bytes, how, steps) == expected, "pieces of " << first);
  }
}

std::string close_frame(unsigned code, std::string const& reason = "") {
  return say(0x88,
             std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)} + reason);
}

raw_frame told(unsigned first, std::uint64_t length, std::size_t length_bytes) {
  raw_frame f;
  f.first = first;
  f.length = length;
  f.length_bytes = length_bytes;
  return f;
}

struct mistake {
  std::string name, bytes, expected;
};

/// What RFC 6455 forbids a client, and what it is closed with.
std::vector<mistake> mistakes() {
  std::vector<mistake> all;
  auto add = [&](std::string name, std::string bytes, std::string expected) {
    all.push_back({std::move(name), std::move(bytes), "violation:" + std::move(expected)});
  };
  for (unsigned op : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U})
    add("opcode", say(0x80 | op, "x"), "1002:a reserved opcode");
  for (unsigned op : {0U, 1U, 2U, 8U, 9U, 10U}) {
    add("rsv2", say(0xa0 | op, "x"), "1002:a reserved bit is set");
    add("rsv3", say(0x90 | op, "x"), "1002:a reserved bit is set");
    add("rsv1", say(0xc0 | op, "x"), "1002:a reserved bit is set");
    add("no mask", say(0x80 | op, "x", false),
        op == 0 ? "1002:a continuation of nothing" : "1002:a frame without a mask");
  }
  for (unsigned op : {8U, 9U, 10U}) {
    add("long", say(0x80 | op, std::string(126, 'x')), "1002:a control frame too long");
    add("pieces", say(op, ""), "1002:a control frame in fragments");
  }
  for (unsigned first : {0x00U, 0x80U})
    add("stray", say(first, "x"), "1002:a continuation of nothing");
  add("within", say(0x01, "x") + say(0x81, "y"), "1002:a message within a message");
  add("within", say(0x02, "x") + say(0x01, "y"), "1002:a message within a message");
  add("length", told(0x81, 125, 2).bytes(), "1002:a length in more bytes than it needs");
  add("length", told(0x81, 65'535, 8).bytes(), "1002:a length in more bytes than it needs");
  add("length", told(0x82, std::uint64_t{1} << 63, 8).bytes(),
      "1002:a length of more than 63 bits");
  add("size", told(0x82, largest_message + 1, 0).bytes(), "1009:a message was too big");
  add("size", told(0x82, ~std::uint64_t{0} >> 1, 8).bytes(), "1009:a message was too big");
  add("size", say(0x02, std::string(largest_message, 'x')) + told(0x80, 1, 0).bytes(),
      "1009:a message was too big");
  add("fragments", say(1, "a") + say(0, "b") + say(0, "") + say(0, "c") + say(0x80, "d"),
      "1009:a message in too many fragments");
  add("fragments", say(1, "") + say(0, "") + say(0, "") + say(0, "") + say(0, ""),
      "1009:a message in too many fragments");
  add("half a code", say(0x88, "x"), "1002:half a close code");
  for (unsigned code :
       {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 1100U, 2000U, 2999U, 5000U, 65'535U})
    add("code", close_frame(code), "1002:a close code that may not be sent");
  add("reason", close_frame(1000, "\xce\xba\xff"), "1007:the reason of a close was no UTF-8");
  add("reason", close_frame(1000, "\xce"), "1007:the reason of a close was no UTF-8");
  add("utf-8", say(0x81, "a\xf4\x90\x80\x80"), "1007:a text was no UTF-8");
  add("utf-8", say(0x81, "a\xc3"), "1007:a text was no UTF-8");
  add("utf-8", say(0x01, "\xe2\x82") + say(0x80, "\xc2"), "1007:a text was no UTF-8");
  add("utf-8", say(0x01, "\xe2\x82") + say(0x80, ""), "1007:a text was no UTF-8");
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(frames_parsed)

BOOST_AUTO_TEST_CASE(every_mistake_has_its_close_code) {
  for (auto const& each : mistakes()) {
    BOOST_TEST_CONTEXT(each.name << ", " << each.expected) {
      check(each.bytes, from_client(), each.expected);
      check(each.bytes + say(0x81, "more"), from_client(), each.expected);
      check(say(0x81, "before") + each.bytes, from_client(), "text:before " + each.expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(messages_of_every_length_of_length) {
  for (std::size_t size :
       {0u, 1u, 2u, 124u, 125u, 126u, 127u, 128u, 254u, 255u, 256u, 299u, 300u}) {
    std::string const text(size, 'x');
    BOOST_TEST_CONTEXT(size) {
      check(say(0x81, text), from_client(), "text:" + text);
      check(say(0x82, text) + say(0x81, text), from_client(), "binary:" + text + " text:" + text);
      check(say(0x82, text, false), from_server(), "binary:" + text);
    }
  }
  auto how = from_server();
  how.max_message_bytes = 1 << 20;
  std::string const large(70'000, 'y');
  for (std::size_t piece : {1U, 4096U, 69'999U, 100'000U})
    BOOST_TEST(trace(say(0x82, large, false), how, [=](std::size_t) { return piece; }) ==
               "binary:" + large);
}

BOOST_AUTO_TEST_CASE(a_server_does_not_mask) {
  check(say(0x81, "x"), from_server(), "violation:1002:a frame with a mask");
  check(say(0x89, "x"), from_server(), "violation:1002:a frame with a mask");
}

BOOST_AUTO_TEST_CASE(a_message_in_pieces_with_control_frames_between) {
  check(say(0x01, "Hel") + say(0x89, "p") + say(0x00, "lo") + say(0x8a, "q") + say(0x80, "!"),
        from_client(), "ping:p pong:q text:Hello!");
  check(say(0x02, "") + say(0x00, "") + say(0x80, ""), from_client(), "binary:");
  check(say(0x01, "\xe2") + say(0x00, "\x82") + say(0x80, "\xac"), from_client(),
        "text:\xe2\x82\xac");
  check(say(0x01, "a") + say(0x80, "b") + say(0x01, "c") + say(0x80, "d"), from_client(),
        "text:ab text:cd");
  check(say(0x01, "a") + close_frame(1000), from_client(), "close:1000:");
}

BOOST_AUTO_TEST_CASE(as_many_fragments_as_are_allowed) {
  check(say(1, "a") + say(0, "b") + say(0, "c") + say(0x80, "d"), from_client(), "text:abcd");
  // One that only says that it was the last is not counted.
  check(say(1, "a") + say(0, "b") + say(0, "c") + say(0, "d") + say(0x80, ""), from_client(),
        "text:abcd");
}

BOOST_AUTO_TEST_CASE(what_a_message_has_counted_does_not_count_for_the_next) {
  std::string many, expected;
  for (int i = 0; i < 5; ++i) {
    many += say(2, std::string(150, 'x')) + say(0x80, std::string(150, 'y'));
    expected += (i ? " binary:" : "binary:") + std::string(150, 'x') + std::string(150, 'y');
  }
  check(many, from_client(), expected);
}

BOOST_AUTO_TEST_CASE(control_frames_of_every_size) {
  for (std::size_t size : {0u, 1u, 124u, 125u}) {
    std::string const payload(size, '\xff');
    check(say(0x89, payload), from_client(), "ping:" + payload);
    check(say(0x8a, payload), from_client(), "pong:" + payload);
  }
}

BOOST_AUTO_TEST_CASE(the_peer_closes_and_is_heard_no_more) {
  check(say(0x88, "") + say(0x81, "x"), from_client(), "close:1005:");
  for (unsigned code : {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 1012U, 1013U,
                        1014U, 3000U, 3999U, 4000U, 4999U}) {
    check(close_frame(code, "why \xe2\x82\xac") + close_frame(1000), from_client(),
          "close:" + std::to_string(code) + ":why \xe2\x82\xac");
  }
  check(close_frame(1000, std::string(123, 'r')), from_client(),
        "close:1000:" + std::string(123, 'r'));
}

BOOST_AUTO_TEST_CASE(a_mistake_is_told_before_the_rest_has_come) {
  // The bytes that prove it are enough.
  BOOST_TEST(trace("\x83", from_client()) == "violation:1002:a reserved opcode");
  BOOST_TEST(trace("\x89\xfe", from_client()) == "violation:1002:a control frame too long");
  BOOST_TEST(trace(std::string("\x82\x7e\x10\x00", 4), from_server()) ==
             "violation:1009:a message was too big");
  std::string const begun = told(0x81, 200, 0).bytes();
  std::string half = "\xf4\x90";
  std::uint32_t key = 0;
  std::memcpy(&key, "\x12\x34\xa6\xf8", 4);
  apply_mask(half, key);
  BOOST_TEST(trace(begun + half, from_client()) == "violation:1007:a text was no UTF-8");
}

BOOST_AUTO_TEST_CASE(less_than_a_control_frame_is_left_in_the_input) {
  std::string const bytes = say(0x01, "abc") + say(0x89, std::string(125, 'p'));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string part = bytes.substr(0, size);
    std::span<char> input(part);
    frame_parser parser(from_client());
    while (parser.next(input).what != parsed::kind::nothing) {
    }
    BOOST_TEST(input.size() < frame_parser::least_buffer);
  }
}

BOOST_AUTO_TEST_SUITE_END()
