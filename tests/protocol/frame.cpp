#include "protocol/frame.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

using namespace runes::detail;

namespace {

struct length_case {
  std::size_t payload;
  std::string header;  ///< of a text frame without a mask
};

std::vector<length_case> length_cases() {
  return {
      {0, std::string("\x81\x00", 2)},
      {1, "\x81\x01"},
      {125, "\x81\x7d"},
      {126, std::string("\x81\x7e\x00\x7e", 4)},
      {65'535, "\x81\x7e\xff\xff"},
      {65'536, std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10)},
      {70'000, std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70", 10)},
  };
}

std::string some_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

std::string unmasked(std::string_view bytes, std::array<char, 4> const& key) {
  std::string plain(bytes);
  for (std::size_t i = 0; i < plain.size(); ++i)
    plain[i] = static_cast<char>(plain[i] ^ key[i % 4]);
  return plain;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(frame_bytes)

BOOST_AUTO_TEST_CASE(the_header_has_the_shortest_length_that_fits) {
  for (auto const& each : length_cases()) {
    auto const payload = some_bytes(each.payload);
    auto const made = frame::make(opcode::text, payload);
    BOOST_TEST_CONTEXT("payload of " << each.payload) {
      BOOST_TEST((made->bytes().substr(0, made->size() - each.payload) == each.header));
      BOOST_TEST((made->payload() == payload));
      BOOST_TEST(made->size() == each.header.size() + each.payload);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_masked_frame_says_so_and_carries_its_key) {
  std::uint32_t const mask = 0xa1b2c3d4;
  std::array<char, 4> key{};
  std::memcpy(key.data(), &mask, sizeof mask);
  for (auto const& each : length_cases()) {
    auto const payload = some_bytes(each.payload);
    auto const made = frame::make_masked(opcode::text, payload, mask);
    auto header = each.header;
    header[1] = static_cast<char>(static_cast<unsigned char>(header[1]) | 0x80u);
    header.append(key.data(), key.size());
    BOOST_TEST_CONTEXT("payload of " << each.payload) {
      BOOST_TEST((made->bytes().substr(0, header.size()) == header));
      BOOST_TEST((unmasked(made->payload(), key) == payload));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_opcode_is_a_whole_message) {
  for (auto const op : {opcode::text, opcode::binary, opcode::close, opcode::ping, opcode::pong}) {
    auto const made = frame::make(op, "x");
    auto const first = static_cast<unsigned char>(made->bytes()[0]);
    BOOST_TEST(first == (0x80u | static_cast<unsigned>(op)));
  }
}

BOOST_AUTO_TEST_CASE(bytes_of_another_layer_stay_as_they_are) {
  char* bytes = nullptr;
  auto const made = frame::make_bytes(5, bytes);
  std::memcpy(bytes, "hello", 5);
  BOOST_TEST(made->bytes() == "hello");
  BOOST_TEST(made->payload() == "hello");
}

BOOST_AUTO_TEST_CASE(a_frame_is_shared_between_threads) {
  shared_frame const made = frame::make(opcode::text, some_bytes(300));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([held = made]() mutable {
      for (int i = 0; i < 10'000; ++i) {
        shared_frame const copy = held;
        if (copy->size() != 304) std::abort();
      }
      held.reset();
    });
  }
  for (auto& t : threads) t.join();
  BOOST_TEST(made->size() == 304u);
}

BOOST_AUTO_TEST_SUITE_END()
