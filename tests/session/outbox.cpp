#include "session/outbox.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <vector>

using namespace runes::detail;

namespace {

shared_frame bytes(std::string_view text) {
  char* place = nullptr;
  auto made = frame::make_bytes(text.size(), place);
  for (std::size_t i = 0; i < text.size(); ++i) place[i] = text[i];
  return made;
}

shared_frame of_size(std::size_t size) { return bytes(std::string(size, 'x')); }

/// What lies next, in at most `pieces` pieces.
std::string gathered(outbox const& queue, std::size_t pieces = 64) {
  std::vector<iovec> out(pieces);
  auto const count = queue.gather(out);
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text.append(static_cast<char const*>(out[i].iov_base), out[i].iov_len);
  return text;
}

constexpr std::size_t overhead = outbox::entry_bytes;

}  // namespace

BOOST_AUTO_TEST_SUITE(outboxes)

BOOST_AUTO_TEST_CASE(starts_empty) {
  outbox queue(1'000);
  BOOST_TEST(queue.empty());
  BOOST_TEST(queue.bytes() == 0u);
  BOOST_TEST(queue.below_low_water());
  BOOST_TEST(gathered(queue).empty());
  BOOST_TEST(queue.consume(0) == 0u);
}

BOOST_AUTO_TEST_CASE(is_full_at_its_bound_and_not_before) {
  outbox queue(3 * (10 + overhead));
  for (int i = 0; i < 3; ++i) BOOST_TEST(queue.push(of_size(10)));
  BOOST_TEST(queue.bytes() == queue.max_bytes());
  BOOST_TEST(!queue.push(of_size(0)));
  BOOST_TEST(queue.size() == 3u);
  BOOST_TEST(queue.consume(10) == 1u);
  BOOST_TEST(!queue.push(of_size(11)));
  BOOST_TEST(queue.push(of_size(10)));
}

BOOST_AUTO_TEST_CASE(one_frame_always_fits_into_an_empty_one) {
  outbox queue(10);
  BOOST_TEST(queue.push(of_size(1'000'000)));
  BOOST_TEST(!queue.push(of_size(0)));
  queue.consume(1'000'000);
  BOOST_TEST(queue.empty());
  BOOST_TEST(queue.push_reserved(of_size(1'000'000)));
  BOOST_TEST(!queue.push_reserved(of_size(0)));
}

BOOST_AUTO_TEST_CASE(the_reserve_is_for_what_events_must_not_refuse) {
  outbox queue(1'000);
  while (queue.push(of_size(100))) {
  }
  auto const events = queue.size();
  std::size_t replies = 0;
  while (queue.push_reserved(of_size(1'000))) ++replies;
  BOOST_TEST(replies ==
             (1'000 + outbox::reserve_bytes - events * (100 + overhead)) / (1'000 + overhead));
  BOOST_TEST(queue.bytes() <= queue.max_bytes() + outbox::reserve_bytes);
  BOOST_TEST(!queue.push(of_size(1)));
}

BOOST_AUTO_TEST_CASE(low_water_is_half) {
  outbox queue(4 * (100 + overhead));
  for (int i = 0; i < 3; ++i) queue.push(of_size(100));
  BOOST_TEST(!queue.below_low_water());
  queue.consume(100);
  BOOST_TEST(queue.below_low_water());
}

BOOST_AUTO_TEST_CASE(a_frame_has_left_when_as_much_is_written_as_was_pushed_with_it) {
  outbox queue(10'000);
  queue.push(of_size(100));
  auto const first = queue.pushed();
  queue.push_reserved(of_size(50));
  auto const second = queue.pushed();
  BOOST_TEST(queue.written() == 0u);
  queue.consume(99);
  BOOST_TEST(queue.written() < first);
  queue.consume(1);
  BOOST_TEST(queue.written() == first);
  queue.consume(49);
  BOOST_TEST(queue.written() < second);
  queue.clear();  // what is forgotten has not left
  BOOST_TEST(queue.written() < second);

  outbox dropping(10'000);
  dropping.push(of_size(100));
  dropping.consume(40);
  dropping.push(of_size(50));
  dropping.drop_unsent();
  dropping.push(of_size(10));
  dropping.consume(70);
  BOOST_TEST(dropping.written() == dropping.pushed());
}

// Every way in which a kernel may take three frames in two parts.
BOOST_AUTO_TEST_CASE(what_was_taken_is_gone_wherever_it_was_cut) {
  std::string const all = "onetwothree";
  for (std::size_t first = 0; first <= all.size(); ++first) {
    for (std::size_t second = 0; first + second <= all.size(); ++second) {
      outbox queue(10'000);
      for (char const* text : {"one", "two", "three"}) queue.push(bytes(text));
      auto const whole = queue.bytes();
      std::size_t finished = queue.consume(first);
      BOOST_TEST(gathered(queue) == all.substr(first));
      finished += queue.consume(second);
      BOOST_TEST(gathered(queue) == all.substr(first + second));
      auto const gone = first + second;
      BOOST_TEST(finished ==
                 (gone >= 3 ? 1u : 0u) + (gone >= 6 ? 1u : 0u) + (gone >= 11 ? 1u : 0u));
      BOOST_TEST(queue.size() == 3 - finished);
      BOOST_TEST(queue.empty() == (finished == 3));
      BOOST_TEST((queue.bytes() == 0) == (finished == 3));
      BOOST_TEST(queue.bytes() <= whole);
    }
  }
}

BOOST_AUTO_TEST_CASE(gathering_stops_at_the_room_for_pieces) {
  outbox queue(10'000);
  for (char const* text : {"one", "two", "three"}) queue.push(bytes(text));
  queue.consume(1);
  BOOST_TEST(gathered(queue, 2) == "netwo");
  BOOST_TEST(gathered(queue, 1) == "ne");
  BOOST_TEST(gathered(queue, 0).empty());
}

BOOST_AUTO_TEST_CASE(order_is_kept_over_a_long_life) {
  outbox queue(100'000);
  std::string sent, received;
  std::size_t next = 0;
  for (int round = 0; round < 2'000; ++round) {
    for (int i = round % 5; i >= 0; --i) {
      auto const text = std::to_string(next++) + ';';
      if (queue.push(bytes(text))) sent += text;
    }
    auto const rest = gathered(queue, 200);
    auto const part = std::min<std::size_t>(rest.size(), static_cast<std::size_t>(round * 7 % 23));
    received += rest.substr(0, part);
    queue.consume(part);
  }
  while (!queue.empty()) {
    auto const rest = gathered(queue, 50);
    received += rest;
    queue.consume(rest.size());
  }
  BOOST_TEST((sent == received));
  BOOST_TEST(queue.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(what_was_not_begun_can_be_dropped) {
  for (std::size_t taken = 0; taken < 6; ++taken) {
    outbox queue(10'000);
    for (char const* text : {"one", "two", "three"}) queue.push(bytes(text));
    queue.consume(taken);
    queue.drop_unsent();
    std::string const rest =
        taken == 0 || taken == 3 ? "" : std::string("onetwo").substr(taken, 3 - taken % 3);
    BOOST_TEST(gathered(queue) == rest);
    BOOST_TEST(queue.empty() == rest.empty());
    queue.push(bytes("close"));
    BOOST_TEST(gathered(queue) == rest + "close");
    queue.consume(rest.size() + 5);
    BOOST_TEST(queue.empty());
    BOOST_TEST(queue.bytes() == 0u);
  }
}

BOOST_AUTO_TEST_CASE(clearing_forgets_what_was_begun_too) {
  outbox queue(10'000);
  queue.push(bytes("one"));
  queue.consume(1);
  queue.clear();
  BOOST_TEST(queue.empty());
  BOOST_TEST(queue.bytes() == 0u);
  queue.push(bytes("two"));
  BOOST_TEST(gathered(queue) == "two");
}

BOOST_AUTO_TEST_SUITE_END()
