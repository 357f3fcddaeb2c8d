#include "transport/read_buffer.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <string>

using runes::detail::read_buffer;

namespace {

/// What a read of so many bytes would do; all but the last `left` are understood at once.
bool read(read_buffer& buffer, std::size_t count, std::size_t left = 0, char with = 'x') {
  auto const room = buffer.prepare();
  std::memset(room.data(), with, std::min(count, room.size()));
  bool const filled = buffer.commit(std::min(count, room.size()));
  buffer.unread() = buffer.unread().last(left);
  return filled;
}

std::string unread(read_buffer& buffer) { return {buffer.unread().data(), buffer.unread().size()}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(reading_into)

BOOST_AUTO_TEST_CASE(who_waits_has_a_small_one) {
  read_buffer buffer;
  BOOST_TEST(buffer.prepare().size() == read_buffer::small);
  BOOST_TEST(!read(buffer, 10));
  BOOST_TEST(buffer.prepare().size() == read_buffer::small);
}

BOOST_AUTO_TEST_CASE(what_is_unread_stays_in_front) {
  read_buffer buffer;
  read(buffer, 100, 30, 'a');
  BOOST_TEST(buffer.prepare().size() == read_buffer::small - 30);
  BOOST_TEST(unread(buffer) == std::string(30, 'a'));
  BOOST_TEST(read(buffer, 1000, read_buffer::small, 'b'));
  BOOST_TEST(unread(buffer) == std::string(30, 'a') + std::string(read_buffer::small - 30, 'b'));
}

BOOST_AUTO_TEST_CASE(what_was_read_elsewhere_follows_and_its_memory_goes_again) {
  read_buffer buffer;
  BOOST_TEST(read(buffer, 1000, 20, 'a'));
  buffer.append(std::string(5000, 'b'));
  BOOST_TEST(unread(buffer) == std::string(20, 'a') + std::string(5000, 'b'));
  buffer.unread() = buffer.unread().last(7);
  BOOST_TEST(buffer.prepare().size() == read_buffer::small - 7);
  BOOST_TEST(unread(buffer) == "bbbbbbb");
}

BOOST_AUTO_TEST_CASE(it_grows_when_it_is_filled_time_and_again) {
  read_buffer buffer;
  read(buffer, 1000);
  read(buffer, 10);
  read(buffer, 1000);
  BOOST_TEST(!buffer.grown());
  read(buffer, 1000, 40, 'c');
  BOOST_TEST(buffer.grown());
  BOOST_TEST(buffer.prepare().size() == read_buffer::large - 40);
  BOOST_TEST(unread(buffer) == std::string(40, 'c'));
  BOOST_TEST(!read(buffer, 1000));
  BOOST_TEST(read(buffer, 10'000));
}

BOOST_AUTO_TEST_CASE(it_shrinks_when_it_is_not_needed_any_more) {
  read_buffer buffer;
  read(buffer, 1000);
  read(buffer, 1000);
  BOOST_TEST(buffer.grown());
  for (int i = 1; i < read_buffer::reads_to_shrink; ++i) read(buffer, 10);
  BOOST_TEST(buffer.grown());
  read(buffer, 300);  // that needs it
  for (int i = 0; i < read_buffer::reads_to_shrink; ++i) read(buffer, 10, 5, 'd');
  BOOST_TEST(!buffer.grown());
  BOOST_TEST(buffer.prepare().size() == read_buffer::small - 5);
  BOOST_TEST(unread(buffer) == "ddddd");
}

BOOST_AUTO_TEST_CASE(it_can_be_told_to_shrink) {
  read_buffer buffer;
  read(buffer, 1000);
  read(buffer, 1000);
  buffer.prepare();
  buffer.shrink();
  BOOST_TEST(buffer.prepare().size() == read_buffer::small);
}

BOOST_AUTO_TEST_SUITE_END()
