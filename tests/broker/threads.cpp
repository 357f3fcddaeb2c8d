// Publishers and subscribers on threads of their own. Bounded in count, with no clock: right under
// ThreadSanitizer.
#include "broker/memory_broker.hpp"
#include "broker/shard.hpp"

#include <runes/broker.hpp>
#include <runes/error.hpp>
#include <runes/order_book.hpp>
#include <runes/payloads.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "protocol/market_codec.hpp"

using namespace runes;

namespace {

/// Loops, each on its thread.
class machine {
 public:
  machine(std::size_t loops, std::size_t inbox) {
    detail::shard_list shards;
    for (std::size_t i = 0; i < loops; ++i) {
      contexts_.push_back(std::make_unique<asio::io_context>(1));
      work_.push_back(asio::make_work_guard(*contexts_.back()));
      auto on = detail::loop::make(contexts_.back()->get_executor());
      shards.push_back(std::make_shared<detail::shard>(std::move(on), i, inbox));
    }
    broker_ = std::make_unique<detail::memory_broker>(std::move(shards), 1);
    for (auto& each : channels::standard()) broker_->add_channel(std::move(each));
  }
  ~machine() { finish(); }

  runes::broker& broker() noexcept { return *broker_; }

  /// Starts a coroutine on a loop.
  void start(std::size_t index, awaitable<> coroutine) {
    ++running_;
    auto const at_end = [this](std::exception_ptr failed) {
      failures_ += failed ? 1 : 0;
      --running_;
    };
    asio::co_spawn(*contexts_[index], std::move(coroutine), at_end);
  }
  void run() {
    for (auto const& context : contexts_) threads_.emplace_back([&each = *context] { each.run(); });
  }
  /// Lets all coroutines end, and then what they left for the loops to do.
  void finish() {
    while (!threads_.empty() && running_ > 0) std::this_thread::yield();
    work_.clear();
    // A history still waits for its time to be forgotten.
    for (auto const& context : contexts_) context->stop();
    for (auto& t : threads_) t.join();
    threads_.clear();
    for (auto const& context : contexts_) {
      context->restart();
      context->poll();
    }
  }
  int failures() const noexcept { return failures_; }

 private:
  std::vector<std::unique_ptr<asio::io_context>> contexts_;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::unique_ptr<detail::memory_broker> broker_;
  std::vector<std::thread> threads_;
  std::atomic<int> failures_{0}, running_{0};
};

constexpr std::uint64_t changes = 4'000;
constexpr int publishers = 3;

/// Each writes its own level of a book, so that the sum of the quantities tells how many changes
/// were applied.
awaitable<> publish(runes::broker& broker, topic_ref to, int who) {
  instrument const of("A", "A", "USD", decimal(1, 0), decimal(1, 0));
  for (std::uint64_t i = 1; i <= changes; ++i) {
    book_changes next;
    next.bids.push_back({decimal(who + 1, 0), decimal(static_cast<std::int64_t>(i), 0)});
    co_await broker.publish(to, book_payload(of, next));
  }
}

/// Follows the topic from wherever it comes in until all changes are in; 0 or what went wrong.
awaitable<> follow(runes::broker& broker, topic_query query, std::atomic<int>& wrong,
                   std::atomic<int>& done) {
  auto sub = co_await broker.subscribe(query);
  order_book book(0, 0);
  std::string epoch;
  std::uint64_t seq = 0;
  auto const whole = [&book] {
    std::int64_t sum = 0;
    for (auto const& each : book.levels(side::buy)) sum += each.quantity;
    return sum == static_cast<std::int64_t>(publishers * changes);
  };
  while (!whole()) {
    auto const event = co_await sub.next();
    if (!event || event->what == broker_event::kind::gap) {
      ++wrong;
      break;
    }
    bool const snapshot = event->what == broker_event::kind::snapshot;
    if (!snapshot && (event->prev != seq || event->epoch != epoch)) ++wrong;
    epoch = event->epoch;
    seq = event->seq;
    std::string text;
    event->data->encode(text);
    book_changes next;
    detail::decode(boost::json::parse(text), next);
    if (snapshot) book.clear();
    book.apply(next);
    if (book.checksum() != next.checksum) ++wrong;
  }
  ++done;
}

/// Comes and goes, so that a derived topic comes and goes, as long as there is something to hear.
awaitable<> come_and_go(runes::broker& broker, topic_query query, topic_ref to) {
  while (to.seq() < publishers * changes) {
    auto sub = co_await broker.subscribe(query);
    auto const snapshot = co_await sub.next();
    if (!snapshot || snapshot->what != broker_event::kind::snapshot)
      throw error(errc::internal, "no snapshot first");
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(broker_threads)

BOOST_AUTO_TEST_CASE(nothing_is_lost_or_doubled_whenever_one_joins) {
  machine loops(2, 16);
  auto const book = loops.broker().topic("orderbook", "A");
  std::atomic<int> wrong{0}, done{0};
  asio::thread_pool pool(2);
  for (int i = 0; i < publishers; ++i) {
    asio::co_spawn(pool, publish(loops.broker(), book, i),
                   [&wrong](std::exception_ptr failed) { wrong += failed ? 1 : 0; });
  }
  int subscribers = 0;
  for (unsigned const depth : {0u, 10u}) {
    for (char const* interval : {"raw", "1ms"}) {
      for (std::size_t const queue : {std::size_t{1}, std::size_t{100'000}}) {
        topic_query query("orderbook", "A");
        query.depth(depth);
        query.interval(interval);
        query.queue(queue);
        for (std::size_t loop = 0; loop < 2; ++loop, ++subscribers) {
          loops.start(loop, follow(loops.broker(), query, wrong, done));
        }
      }
    }
  }
  topic_query passing("orderbook", "A");
  passing.depth(2).interval("1ms");
  for (std::size_t loop = 0; loop < 2; ++loop)
    loops.start(loop, come_and_go(loops.broker(), passing, book));
  loops.run();
  pool.join();
  loops.finish();
  BOOST_TEST(loops.failures() == 0);
  BOOST_TEST(wrong == 0);
  BOOST_TEST(done == subscribers);
  BOOST_TEST(book.seq() == publishers * changes);
  BOOST_TEST(book.subscribers() == 0u);
}

BOOST_AUTO_TEST_CASE(topics_are_made_by_several_threads) {
  machine loops(1, 16);
  std::atomic<int> different{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        auto const symbol = std::to_string(i);
        auto const mine = loops.broker().topic("ticker", symbol);
        loops.broker().try_publish(mine, latest_payload(symbol));
        if (loops.broker().topic("ticker", symbol).share() != mine.share()) ++different;
      }
    });
  }
  for (auto& t : threads) t.join();
  loops.run();
  BOOST_TEST(different == 0);
}

BOOST_AUTO_TEST_SUITE_END()
