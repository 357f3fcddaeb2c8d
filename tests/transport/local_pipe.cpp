#include "transport/local_pipe.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using runes::detail::local_pipe;
using found = local_pipe::found;

namespace {

struct line {
  local_pipe pipe;
  int reader_told = 0, writer_told = 0;
  std::vector<char> taken;

  line() {
    pipe.on_bytes([this] { ++reader_told; });
    pipe.on_room([this] { ++writer_told; });
  }
  /// How much of it was written; nothing when that failed.
  std::optional<std::size_t> write(std::string_view text) {
    iovec const piece{const_cast<char*>(text.data()), text.size()};
    boost::system::error_code ec;
    std::size_t const n = pipe.write({&piece, 1}, ec);
    return ec ? std::nullopt : std::optional(n);
  }
  found take() {
    taken.clear();
    return pipe.take(taken);
  }
  std::string text() const { return {taken.begin(), taken.end()}; }
};

std::string const full(local_pipe::window, 'x');

}  // namespace

BOOST_AUTO_TEST_SUITE(a_local_pipe)

BOOST_AUTO_TEST_CASE(all_there_is_is_taken_at_once) {
  line l;
  BOOST_TEST(l.write("one,").value() == 4u);
  BOOST_TEST(l.write("two").value() == 3u);
  BOOST_TEST((l.take() == found::bytes));
  BOOST_TEST(l.text() == "one,two");
  BOOST_TEST((l.take() == found::nothing));
  BOOST_TEST(l.reader_told == 0);
}

BOOST_AUTO_TEST_CASE(pieces_are_written_behind_one_another_and_laid_behind_what_is_held) {
  line l;
  std::string a = "abc", b = "de";
  std::array<iovec, 2> const pieces{iovec{a.data(), a.size()}, iovec{b.data(), b.size()}};
  boost::system::error_code ec;
  BOOST_TEST(l.pipe.write(pieces, ec) == 5u);
  std::vector<char> held{'<', '<'};
  BOOST_TEST((l.pipe.take(held) == found::bytes));
  BOOST_TEST(std::string(held.begin(), held.end()) == "<<abcde");
}

BOOST_AUTO_TEST_CASE(a_reader_that_waits_is_told_once_for_a_batch) {
  line l;
  BOOST_TEST((l.take() == found::nothing));
  for (int i = 0; i < 100; ++i) l.write("more");
  BOOST_TEST(l.reader_told == 1);
  BOOST_TEST((l.take() == found::bytes));
  l.write("and more");
  BOOST_TEST(l.reader_told == 1);
}

BOOST_AUTO_TEST_CASE(it_is_bounded_and_a_writer_that_waits_is_told_once_of_room) {
  line l;
  BOOST_TEST(l.write(full.substr(1)).value() == local_pipe::window - 1);
  BOOST_TEST(l.write("ab").value() == 1u);
  BOOST_TEST(l.write("b").value() == 0u);
  l.pipe.wait_for_room();
  BOOST_TEST(l.writer_told == 0);
  l.take();
  BOOST_TEST(l.taken.size() == local_pipe::window);
  BOOST_TEST(l.writer_told == 1);
  l.write("b");
  l.take();
  BOOST_TEST(l.writer_told == 1);
}

BOOST_AUTO_TEST_CASE(a_writer_who_comes_late_with_its_wait_is_told_at_once) {
  line l;
  l.write(full + "no room");
  l.take();
  l.pipe.wait_for_room();
  BOOST_TEST(l.writer_told == 1);
}

BOOST_AUTO_TEST_CASE(what_was_written_before_the_end_can_be_taken) {
  line l;
  BOOST_TEST((l.take() == found::nothing));
  l.write("last words");
  l.pipe.finish();
  BOOST_TEST(l.reader_told == 1);
  BOOST_TEST(!l.write("too late"));
  BOOST_TEST((l.take() == found::bytes));
  BOOST_TEST(l.text() == "last words");
  BOOST_TEST((l.take() == found::end));
}

BOOST_AUTO_TEST_CASE(the_end_wakes_a_reader) {
  line l;
  BOOST_TEST((l.take() == found::nothing));
  l.pipe.finish();
  l.pipe.finish();
  BOOST_TEST(l.reader_told == 1);
  BOOST_TEST((l.take() == found::end));
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_fails_its_writer) {
  line l;
  l.write(full);
  l.pipe.wait_for_room();
  l.pipe.abandon();
  BOOST_TEST(l.writer_told == 1);
  BOOST_TEST(!l.write("anybody?"));
  l.pipe.wait_for_room();
  BOOST_TEST(l.writer_told == 2);
}

BOOST_AUTO_TEST_CASE(who_has_gone_is_not_told_anything) {
  line l;
  l.write(full);
  l.pipe.wait_for_room();
  l.pipe.finish();
  l.take();
  BOOST_TEST(l.writer_told == 0);
  line other;
  BOOST_TEST((other.take() == found::nothing));
  other.pipe.abandon();
  other.write("nobody");
  other.pipe.finish();
  BOOST_TEST(other.reader_told == 0);
}

BOOST_AUTO_TEST_CASE(two_threads_and_every_byte_in_its_place) {
  constexpr std::size_t size = 8 << 20;
  local_pipe pipe;
  // At most one call is on its way for each wait.
  std::counting_semaphore<4> readable(0), writable(0);
  pipe.on_bytes([&readable] { readable.release(); });
  pipe.on_room([&writable] { writable.release(); });
  auto const byte_at = [](std::size_t i) { return static_cast<char>((i * 31) >> 3); };

  std::thread writer([&] {
    std::string part;
    for (std::size_t done = 0, next = 1; done < size; next = next * 7 % 90'001) {
      part.clear();
      for (std::size_t i = done; i < size && part.size() < next; ++i) part += byte_at(i);
      iovec const piece{part.data(), part.size()};
      boost::system::error_code ec;
      std::size_t const n = pipe.write({&piece, 1}, ec);
      done += n;
      if (n == part.size()) continue;
      pipe.wait_for_room();
      writable.acquire();
    }
    pipe.finish();
  });

  std::size_t read = 0, wrong = 0, most = 0;
  std::vector<char> bytes;
  for (;;) {
    bytes.clear();
    found const what = pipe.take(bytes);
    if (what == found::end) break;
    if (what == found::nothing) readable.acquire();
    most = std::max(most, bytes.size());
    for (char const c : bytes) wrong += c == byte_at(read++) ? 0 : 1;
  }
  writer.join();
  BOOST_TEST(read == size);
  BOOST_TEST(wrong == 0u);
  BOOST_TEST(most <= local_pipe::window);
}

BOOST_AUTO_TEST_SUITE_END()
