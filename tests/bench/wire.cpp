// What the load generator and the peers say on the wire.
#include "bench/wire/frame.hpp"
#include "bench/wire/handshake.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(wire)

using namespace runes::bench;

BOOST_AUTO_TEST_CASE(the_accept_is_that_of_the_rfc) {
  BOOST_TEST(accept_for("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

BOOST_AUTO_TEST_CASE(base64_pads) {
  auto const encode = [](std::string const& text) {
    return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
  };
  BOOST_TEST(encode("") == "");
  BOOST_TEST(encode("f") == "Zg==");
  BOOST_TEST(encode("fo") == "Zm8=");
  BOOST_TEST(encode("foobar") == "Zm9vYmFy");
}

BOOST_AUTO_TEST_CASE(both_sides_of_the_handshake_agree) {
  auto const request = upgrade_request("[::1]:80", "/a?b", "key", {"X-One: 1"});
  BOOST_TEST(request.starts_with("GET /a?b HTTP/1.1\r\nHost: [::1]:80\r\n"));
  BOOST_TEST((header_value(request, "x-one") == std::string_view("1")));
  auto const response = upgrade_response(request);
  BOOST_REQUIRE(response.has_value());
  BOOST_TEST(refusal_in(*response, "key") == "");
  BOOST_TEST(refusal_in(*response, "other") ==
             "the server's Sec-WebSocket-Accept does not fit the key");
  BOOST_TEST(refusal_in("HTTP/1.1 503 Busy\r\n\r\n", "key") ==
             "the server answered the upgrade with 'HTTP/1.1 503 Busy'");
  BOOST_TEST(!upgrade_response("GET / HTTP/1.1\r\nHost: a\r\n\r\n").has_value());
}

using seen = std::vector<std::pair<int, std::string>>;

static seen cut(std::string stream, std::size_t step, std::size_t most = 100000) {
  frame_cutter cutter(most);
  seen frames;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    auto const part = std::span(stream).subspan(at, std::min(step, stream.size() - at));
    cutter.feed(part, [&](frame_head const& head, std::span<char> payload) {
      if (head.masked) apply_mask(payload, head.mask);
      frames.emplace_back(head.first, std::string(payload.begin(), payload.end()));
      return true;
    });
  }
  return frames;
}

BOOST_AUTO_TEST_CASE(frames_are_cut_however_the_stream_is_split) {
  std::string stream;
  seen expected;
  for (std::size_t size : {0u, 1u, 125u, 126u, 300u, 65535u, 65536u}) {
    std::string const payload(size, static_cast<char>('a' + size % 26));
    append_frame(stream, 0x81, payload);
    append_masked_frame(stream, 0x82, payload, 0x12345678u);
    expected.emplace_back(0x81, payload);
    expected.emplace_back(0x82, payload);
  }
  for (std::size_t step : {1u, 2u, 3u, 7u, 128u, 4096u, 1000000u}) {
    BOOST_TEST((cut(stream, step) == expected), "in steps of " << step);
  }
}

BOOST_AUTO_TEST_CASE(the_rest_of_a_long_frame_is_passed_over) {
  std::string stream;
  append_frame(stream, 0x82, std::string(1000, 'x'));
  append_frame(stream, 0x81, "next");
  seen const expected{{0x82, std::string(10, 'x')}, {0x81, "next"}};
  for (std::size_t step : {1u, 5u, 100u, 5000u}) BOOST_TEST((cut(stream, step, 10) == expected));
}

BOOST_AUTO_TEST_CASE(a_sink_can_end_the_cutting) {
  std::string stream;
  append_frame(stream, 0x81, "one");
  append_frame(stream, 0x81, "two");
  frame_cutter cutter(100);
  int calls = 0;
  auto const sink = [&](frame_head const&, std::span<char>) { return ++calls < 1; };
  BOOST_TEST(!cutter.feed(stream, sink));
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_SUITE_END()
