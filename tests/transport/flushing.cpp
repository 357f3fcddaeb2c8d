// Many sockets of one loop written to, by io_uring and by send, to the same end.
#include "support/memory_sender.hpp"
#include "support/ring.hpp"
#include "transport/outbox_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/mpl/list.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

using namespace runes;
using namespace runes::detail;
using asio::ip::tcp;

namespace {

/// A bound against hanging; nothing is measured by it.
constexpr std::chrono::seconds patience{90};

struct by_send {
  static std::unique_ptr<batch_sender> sender() { return nullptr; }
  static std::string why_not() { return {}; }
};
struct by_uring {
  static std::unique_ptr<batch_sender> sender() { return make_uring_sender(8).sender; }
  static std::string why_not() { return make_uring_sender(8).why_not; }
};
using ways = boost::mpl::list<by_send, by_uring>;

shared_frame bytes(std::string_view text) {
  char* place = nullptr;
  auto made = frame::make_bytes(text.size(), place);
  std::copy(text.begin(), text.end(), place);
  return made;
}

/// Connections of one loop over real sockets, with the far ends in the test's hands.
struct sockets {
  asio::io_context context{1};
  std::shared_ptr<loop> const on = loop::make(context.get_executor());
  loop_counters counters;
  std::vector<std::shared_ptr<wire>> near;
  std::vector<tcp::socket> far;

  explicit sockets(std::unique_ptr<batch_sender> sender) { on->flush_by(std::move(sender)); }

  void open(std::size_t count, std::size_t max_outbox_bytes = 1 << 20) {
    tcp::acceptor door(context, {asio::ip::address_v4::loopback(), 0});
    for (std::size_t i = 0; i < count; ++i) {
      far.emplace_back(context).connect(door.local_endpoint());
      auto accepted = door.accept();
      near.push_back(std::make_shared<wire>(std::move(accepted), on, &counters, max_outbox_bytes));
    }
  }

  void push(std::size_t to, std::string_view text) {
    asio::post(context, [over = near[to], frame = bytes(text)] { over->writer().push(frame); });
  }
  /// Runs what is ready now.
  void poll() {
    context.restart();
    context.poll();
  }

  /// The next so many bytes of each, or all until its end if that comes first.
  std::vector<std::string> read(std::vector<std::size_t> const& sizes) {
    std::vector<std::string> texts(sizes.size());
    std::size_t running = sizes.size();
    auto const one = [&](std::size_t i) -> awaitable<> {
      boost::system::error_code ec;
      while (!ec && texts[i].size() < sizes[i]) {
        std::string part(std::min<std::size_t>(sizes[i] - texts[i].size(), 64 * 1024), '\0');
        part.resize(co_await far[i].async_read_some(asio::buffer(part),
                                                    asio::redirect_error(asio::use_awaitable, ec)));
        texts[i] += part;
      }
    };
    auto const at_end = [&running](std::exception_ptr failed) {
      BOOST_TEST(!failed);
      --running;
    };
    for (std::size_t i = 0; i < sizes.size(); ++i) asio::co_spawn(context, one(i), at_end);
    context.restart();
    while (running > 0) BOOST_REQUIRE(context.run_one_for(patience) == 1u);
    return texts;
  }
};

/// A case for each way; the one that this system has not is left out, and says so.
template <class Way>
struct way_test : sockets {
  bool const there = Way::why_not().empty();
  way_test() : sockets(Way::sender()) {
    if (!there) BOOST_TEST_MESSAGE("skipped: " << Way::why_not());
  }
  void check_how_it_was_written() {
    BOOST_TEST((on->flushes().batches() > 0) == (std::is_same_v<Way, by_uring>));
    BOOST_TEST(on->flushes().together() == (std::is_same_v<Way, by_uring>));
  }
};

/// Works for so many calls.
struct failing_sender final : batch_sender {
  std::unique_ptr<batch_sender> const real = make_uring_sender(8).sender;
  int calls;
  explicit failing_sender(int count) : calls(count) {}
  std::size_t least() const noexcept override { return 2; }
  std::size_t capacity() const noexcept override { return real->capacity(); }
  boost::system::error_code send(std::span<socket_write> writes) override {
    if (calls-- > 0) return real->send(writes);
    // Those before the last were sent, as when the kernel takes a part of a submission.
    auto const ec = real->send(writes.first(writes.size() - 1));
    BOOST_TEST(!ec);
    return make_error_code(boost::system::errc::not_enough_memory);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(flushing)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_socket_gets_its_own_bytes_in_order, Way, ways) {
  way_test<Way> t;
  if (!t.there) return;
  constexpr std::size_t count = 20;  // more than the ring has entries
  t.open(count);
  std::vector<std::string> expected(count);
  for (std::size_t round = 0; round < 50; ++round) {
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t k = 0; k <= (i + round) % 4; ++k) {  // one piece, and several
        auto const text = std::to_string(i) + '/' + std::to_string(round) + '.';
        t.push(i, text);
        expected[i] += text;
      }
    }
    t.poll();
  }
  std::vector<std::size_t> sizes;
  for (auto const& text : expected) sizes.push_back(text.size());
  BOOST_TEST(t.read(sizes) == expected);
  t.check_how_it_was_written();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(full_sockets_are_waited_for, Way, ways) {
  way_test<Way> t;
  if (!t.there) return;
  constexpr std::size_t count = 3;
  t.open(count, 64 << 20);
  std::vector<std::string> expected(count);
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < count; ++i) {
    for (char c = 'a'; c <= 'z'; ++c) {
      std::string const text((i + 1) * 200'000 + static_cast<std::size_t>(c), c);
      t.push(i, text);
      expected[i] += text;
    }
    sizes.push_back(expected[i].size());
  }
  t.poll();
  for (auto const& each : t.near) BOOST_TEST(each->writer().blocked());
  BOOST_TEST((t.read(sizes) == expected));
  for (auto const& each : t.near) {
    BOOST_TEST(!each->writer().blocked());
    BOOST_TEST(each->writer().queue().empty());
  }
  BOOST_TEST(t.counters.writes_blocked.get() >= count);
  BOOST_TEST(t.counters.bytes_sent.get() == sizes[0] + sizes[1] + sizes[2]);
  t.check_how_it_was_written();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_peer_that_is_gone_breaks_only_its_own, Way, ways) {
  way_test<Way> t;
  if (!t.there) return;
  t.open(4);
  t.far[1].set_option(asio::socket_base::linger(true, 0));
  t.far[1].close();    // a reset
  t.near[2]->close();  // by us, with something queued
  std::string expected;
  for (int round = 0; !t.near[1]->writer().broken() && round < 1'000; ++round) {
    for (std::size_t i = 0; i < 4; ++i) t.push(i, "text ");
    expected += "text ";
    t.poll();
  }
  BOOST_TEST(t.near[1]->writer().broken());
  BOOST_TEST(t.near[2]->writer().broken());
  auto const heard = t.read({expected.size(), 0, 1, expected.size()});
  BOOST_TEST(heard[0] == expected);
  BOOST_TEST(heard[2].empty());
  BOOST_TEST(heard[3] == expected);
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_or_doubled_when_io_uring_fails_at_work,
                     *boost::unit_test::precondition(test::needs_ring)) {
  for (int calls = 0; calls < 4; ++calls) {
    sockets t(std::make_unique<failing_sender>(calls));
    t.open(12);
    std::string expected;
    for (int round = 0; round < 4; ++round) {
      auto const text = std::to_string(round) + ' ';
      for (std::size_t i = 0; i < 12; ++i) t.push(i, text);
      t.poll();
      expected += text;
    }
    for (auto const& heard : t.read(std::vector<std::size_t>(12, expected.size())))
      BOOST_TEST(heard == expected);
    BOOST_TEST(!t.on->flushes().together());
    BOOST_TEST(t.on->flushes().batches() == static_cast<std::uint64_t>(calls) + 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()
