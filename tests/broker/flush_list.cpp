// How the dirty connections of a loop are flushed: alone, or with others in three steps.
#include "broker/flush_list.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace runes::detail;

namespace {

/// Writes down what is done with it: "a" flushed alone, "a:" told what was written, "a." told that
/// the flush is over.
struct connection final : flushable {
  connection(std::string& to, char n) : lines(to), name(n) {}
  void flush() override {
    lines += name;
    if (then) then();
  }
  socket_write next_write(std::span<iovec> room) noexcept override {
    socket_write next;
    next.descriptor = descriptor;
    if (pieces > room.size()) pieces = room.size();
    for (std::size_t i = 0; i < pieces; ++i) room[i] = {&name, 1};
    next.pieces = room.first(pieces);
    return next;
  }
  void on_written(socket_write const& done) override {
    lines += {name, ':'};
    result = done.result;
  }
  void after_flush() override {
    lines += {name, '.'};
    if (then) then();
  }

  std::string& lines;
  char name;
  int descriptor = 3;
  std::size_t pieces = 1;
  int result = 0;
  std::function<void()> then;
};

/// Takes all that it is given, until it fails.
struct sender final : batch_sender {
  std::string& lines;
  std::size_t few = 2, many = 100;
  int working = 1'000;  ///< writes that it still carries out
  std::vector<std::size_t> sizes;

  explicit sender(std::string& to) : lines(to) {}
  std::size_t least() const noexcept override { return few; }
  std::size_t capacity() const noexcept override { return many; }
  boost::system::error_code send(std::span<socket_write> writes) override {
    lines += '!';
    sizes.push_back(writes.size());
    for (auto& each : writes) {
      if (working-- <= 0) return make_error_code(boost::system::errc::io_error);
      each.result = static_cast<int>(each.pieces.size());
    }
    return {};
  }
};

struct fixture {
  std::string lines;
  connection a{lines, 'a'}, b{lines, 'b'}, c{lines, 'c'}, d{lines, 'd'}, e{lines, 'e'};
  flush_list list;

  sender& together(std::size_t most = 100) {
    auto made = std::make_unique<sender>(lines);
    made->many = most;
    sender& it = *made;
    list.use(std::move(made));
    return it;
  }
  std::string flush(std::vector<connection*> const& those) {
    for (auto* each : those) list.mark(*each);
    list.flush();
    return std::exchange(lines, {});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(flush_lists, fixture)

BOOST_AUTO_TEST_CASE(without_a_sender_each_is_flushed_alone) {
  BOOST_TEST(flush({&a, &b}) == "ab");
  BOOST_TEST(!list.together());
  BOOST_TEST(list.batches() == 0u);
}

BOOST_AUTO_TEST_CASE(all_know_what_was_written_before_any_is_called) {
  together();
  BOOST_TEST(flush({&a, &b, &c}) == "!a:b:c:a.b.c.");
  BOOST_TEST(list.together());
  BOOST_TEST(list.batches() == 1u);
}

BOOST_AUTO_TEST_CASE(one_dirty_connection_is_flushed_alone) {
  together();
  BOOST_TEST(flush({&a}) == "a");
  list.mark(b);
  list.mark(a);
  list.forget(b);
  list.flush();
  BOOST_TEST(lines == "a");
  BOOST_TEST(list.batches() == 0u);
}

BOOST_AUTO_TEST_CASE(the_sender_says_how_few_are_too_few) {
  together().few = 3;
  BOOST_TEST(flush({&a, &b}) == "ab");
  BOOST_TEST(flush({&a, &b, &c}) == "!a:b:c:a.b.c.");
}

BOOST_AUTO_TEST_CASE(those_without_a_socket_or_without_bytes_are_flushed_alone_in_their_turn) {
  together();
  b.descriptor = -1;
  d.pieces = 0;
  BOOST_TEST(flush({&a, &b, &c, &d, &e}) == "!a:c:e:a.bc.de.");
}

BOOST_AUTO_TEST_CASE(more_than_the_sender_takes_go_in_parts) {
  auto const& used = together(2);
  BOOST_TEST(flush({&a, &b, &c, &d, &e}) == "!a:b:a.b.!c:d:c.d.e");
  BOOST_TEST(used.sizes == (std::vector<std::size_t>{2, 2}));
  BOOST_TEST(list.batches() == 2u);
}

BOOST_AUTO_TEST_CASE(more_pieces_than_there_is_room_for_go_in_parts) {
  together(3);
  for (auto* each : {&a, &b, &c}) each->pieces = 1'000;
  BOOST_TEST(flush({&a, &b, &c}) == "abc");
  BOOST_TEST(a.pieces > 10u);
  for (auto* each : {&a, &b, &c}) each->pieces = 4;
  BOOST_TEST(flush({&a, &b, &c}) == "!a:b:c:a.b.c.");
}

BOOST_AUTO_TEST_CASE(what_was_taken_is_told) {
  together();
  b.pieces = 5;
  flush({&a, &b});
  BOOST_TEST(a.result == 1);
  BOOST_TEST(b.result == 5);
}

BOOST_AUTO_TEST_CASE(one_that_leaves_meanwhile_is_not_called) {
  together();
  a.then = [this] { list.forget(c); };
  BOOST_TEST(flush({&a, &b, &c, &d}) == "!a:b:c:d:a.b.d.");
}

BOOST_AUTO_TEST_CASE(one_of_a_later_part_that_leaves_is_not_sent) {
  together(2);
  a.then = [this] { list.forget(c); };
  BOOST_TEST(flush({&a, &b, &c, &d, &e}) == "!a:b:a.b.!d:e:d.e.");
}

BOOST_AUTO_TEST_CASE(one_that_is_marked_meanwhile_comes_the_next_time) {
  together();
  b.then = [this] {
    BOOST_TEST(list.mark(a));
    BOOST_TEST(list.mark(b));
    BOOST_TEST(!list.mark(c));  // whose turn is still to come
    list.flush();               // not from inside
  };
  BOOST_TEST(flush({&a, &b, &c}) == "!a:b:c:a.b.c.");
  b.then = nullptr;
  BOOST_TEST(!list.empty());
  BOOST_TEST(flush({}) == "!a:b:a.b.");
  BOOST_TEST(list.empty());
}

BOOST_AUTO_TEST_CASE(what_a_failed_sender_did_not_try_is_flushed_alone_from_then_on) {
  for (int working = 0; working < 3; ++working) {
    together(2).working = working;
    std::string const expected[] = {"!abcde", "!a:a.bcde", "!a:b:a.b.!cde"};
    BOOST_TEST(flush({&a, &b, &c, &d, &e}) == expected[working]);
    BOOST_TEST(!list.together());
    BOOST_TEST(flush({&a, &b, &c}) == "abc");
  }
}

BOOST_AUTO_TEST_SUITE_END()
