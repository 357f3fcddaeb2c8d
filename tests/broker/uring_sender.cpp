// Sends of a real io_uring over pairs of sockets.
#include "broker/uring_sender.hpp"

#include "support/ring.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace runes::detail;

namespace {

/// Two ends of a stream; what is written to `near` comes out at `far`.
struct pair {
  int near = -1, far = -1;

  pair() {
    int both[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, both) == 0);
    near = both[0];
    far = both[1];
  }
  ~pair() {
    hang_up();
    if (near >= 0) ::close(near);
  }
  pair(pair const&) = delete;
  pair& operator=(pair const&) = delete;

  void hang_up() {
    if (far >= 0) ::close(far);
    far = -1;
  }
  /// All that has come and not been read.
  std::string read() const {
    std::string all;
    char some[4'096];
    for (ssize_t n = 0; (n = ::recv(far, some, sizeof some, 0)) > 0;)
      all.append(some, static_cast<std::size_t>(n));
    return all;
  }
  /// Writes until the socket takes no more; returns how much it took.
  std::size_t fill() const {
    std::string const some(4'096, '-');
    std::size_t all = 0;
    for (ssize_t n = 0; (n = ::send(near, some.data(), some.size(), MSG_DONTWAIT)) > 0;)
      all += static_cast<std::size_t>(n);
    BOOST_REQUIRE(errno == EAGAIN);
    return all;
  }
};

/// Texts as the pieces of writes.
struct batch {
  std::vector<std::vector<std::string>> texts;
  std::vector<std::vector<iovec>> pieces;
  std::vector<socket_write> writes;

  void add(int descriptor, std::vector<std::string> those) {
    texts.push_back(std::move(those));
    descriptors.push_back(descriptor);
  }
  boost::system::error_code send_by(batch_sender& sender) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      auto& list = pieces.emplace_back();
      for (auto& text : texts[i]) list.push_back({text.data(), text.size()});
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      auto& write = writes.emplace_back();
      write.descriptor = descriptors[i];
      write.pieces = pieces[i];
    }
    return sender.send(writes);
  }
  int result(std::size_t i) const { return writes[i].result; }

 private:
  std::vector<int> descriptors;
};

struct ring_test {
  std::unique_ptr<batch_sender> const ring = make_uring_sender(64).sender;

  /// Whether a whole write arrives.
  void check_it_works() {
    pair one, other;
    batch b;
    b.add(one.near, {"x"});
    b.add(other.near, {"y"});
    BOOST_TEST(!b.send_by(*ring));
    BOOST_TEST(one.read() + other.read() == "xy");
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(uring_senders, *boost::unit_test::precondition(runes::test::needs_ring))

BOOST_FIXTURE_TEST_CASE(each_socket_gets_its_own_bytes, ring_test) {
  std::vector<pair> pairs(ring->capacity());
  for (int round = 0; round < 3; ++round) {
    batch b;
    for (std::size_t i = 0; i < pairs.size(); ++i) b.add(pairs[i].near, {std::to_string(i)});
    BOOST_TEST(!b.send_by(*ring));
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      BOOST_TEST(b.result(i) == static_cast<int>(std::to_string(i).size()));
      BOOST_TEST(pairs[i].read() == std::to_string(i));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(several_pieces_go_end_to_end, ring_test) {
  std::vector<pair> pairs(5);
  std::string const large(1'000, 'L');
  batch b;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    std::vector<std::string> texts{"begin "};
    for (std::size_t k = 0; k < i * 10; ++k) texts.push_back(std::to_string(k) + ' ');
    texts.push_back(large);
    b.add(pairs[i].near, std::move(texts));
  }
  BOOST_TEST(!b.send_by(*ring));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    std::string expected;
    for (auto const& text : b.texts[i]) expected += text;
    BOOST_TEST(pairs[i].read() == expected);
    BOOST_TEST(b.result(i) == static_cast<int>(expected.size()));
  }
}

BOOST_FIXTURE_TEST_CASE(a_full_socket_takes_nothing_and_holds_up_nobody, ring_test) {
  pair free, full, last;
  full.fill();
  batch b;
  b.add(free.near, {"one"});
  b.add(full.near, {"two"});
  b.add(last.near, {"th", "ree"});
  BOOST_TEST(!b.send_by(*ring));
  BOOST_TEST(b.result(0) == 3);
  BOOST_TEST(b.result(1) == 0);
  BOOST_TEST(b.result(2) == 5);
  BOOST_TEST(free.read() + last.read() == "onethree");
}

BOOST_FIXTURE_TEST_CASE(a_socket_may_take_a_part, ring_test) {
  pair one, two;
  for (pair* each : {&one, &two}) {
    int const small = 4'096;
    ::setsockopt(each->near, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  }
  std::string const large(1 << 20, 'x');
  batch b;
  b.add(one.near, {large});
  b.add(two.near, {"begin", large});
  BOOST_TEST(!b.send_by(*ring));
  for (std::size_t i = 0; i < 2; ++i) {
    BOOST_TEST(b.result(i) > 0);
    BOOST_TEST(b.result(i) < static_cast<int>(large.size()));
  }
  BOOST_TEST(one.read().size() == static_cast<std::size_t>(b.result(0)));
  BOOST_TEST(two.read().size() == static_cast<std::size_t>(b.result(1)));
}

BOOST_FIXTURE_TEST_CASE(broken_sockets_say_so_and_hold_up_nobody, ring_test) {
  pair good, closed, last;
  closed.hang_up();
  int const gone = ::dup(good.near);
  ::close(gone);
  batch b;
  b.add(gone, {"nowhere"});
  b.add(good.near, {"here"});
  b.add(closed.near, {"no", "where"});
  b.add(last.near, {"there"});
  BOOST_TEST(!b.send_by(*ring));
  BOOST_TEST(b.result(0) == -EBADF);
  BOOST_TEST(b.result(1) == 4);
  BOOST_TEST(b.result(2) == -EPIPE);
  BOOST_TEST(b.result(3) == 5);
  BOOST_TEST(good.read() + last.read() == "herethere");
}

BOOST_FIXTURE_TEST_CASE(another_thread_than_its_own_is_refused_and_nothing_tried, ring_test) {
  check_it_works();
  pair one, other;
  batch b;
  b.add(one.near, {"x"});
  b.add(other.near, {"y"});
  boost::system::error_code failure;
  std::thread([&] { failure = b.send_by(*ring); }).join();
  BOOST_TEST(failure.failed());
  BOOST_TEST(!b.writes[0].tried());
  BOOST_TEST(!b.writes[1].tried());
  BOOST_TEST((one.read() + other.read()).empty());
}

BOOST_FIXTURE_TEST_CASE(it_belongs_to_the_thread_that_first_sends, ring_test) {
  std::thread([this] {
    for (int i = 0; i < 3; ++i) check_it_works();
  }).join();
}

BOOST_AUTO_TEST_CASE(what_cannot_be_had_is_said_in_words) {
  auto const made = make_uring_sender(1u << 30);
  BOOST_TEST(!made.sender);
  BOOST_TEST(made.why_not.find("io_uring") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
