// Changes of one topic that are published together.
#include "broker/broker_test.hpp"
#include "broker/update_run.hpp"

#include <stdexcept>

using namespace runes;
using namespace std::chrono_literals;
using boost::test_tools::per_element;
using runes::test::broker_test;
using runes::test::code_of;
using runes::test::listener;
using runes::test::words;

namespace {

/// Counts the deliveries of runs beside what is in them.
class run_counter final : public detail::member {
 public:
  run_counter(std::shared_ptr<detail::topic> to, std::shared_ptr<detail::shard> on)
      : topic_(std::move(to)), shard_(std::move(on)) {
    topic_->join(*this, *shard_);
  }
  ~run_counter() { topic_->leave(*this, *shard_); }
  void deliver(detail::update const&) override { runs.push_back(1); }
  void deliver_run(detail::update_run& run) override { runs.push_back(run.updates().size()); }
  std::vector<std::size_t> runs;

 private:
  std::shared_ptr<detail::topic> topic_;
  std::shared_ptr<detail::shard> shard_;
};

std::vector<payload_ptr> numbers(int from, int to) {
  std::vector<payload_ptr> all;
  for (; from <= to; ++from) all.push_back(latest_payload(std::to_string(from)));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(batches)

COROUTINE_TEST(each_change_of_a_batch_has_its_number, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  listener const here(ticker.share(), first), there(ticker.share(), second);
  co_await broker.publish(ticker, numbers(1, 3));
  co_await settled();
  words const expected{"0-1:1", "1-2:2", "2-3:3"};
  BOOST_TEST(here.heard == expected, per_element());
  BOOST_TEST(there.heard == expected, per_element());
  BOOST_TEST(ticker.seq() == 3u);
}

COROUTINE_TEST(a_batch_is_delivered_in_one_piece, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  run_counter const ear(ticker.share(), first);
  co_await broker.publish(ticker, numbers(1, 5));
  co_await settled();
  BOOST_TEST(ear.runs == std::vector<std::size_t>{5}, per_element());
}

COROUTINE_TEST(a_batch_is_taken_whole_or_not_at_all, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  listener const ear(ticker.share(), first);
  BOOST_TEST((broker.try_publish(ticker, numbers(1, int(inbox) + 5)) == push_result::accepted));
  BOOST_TEST((broker.try_publish(ticker, numbers(100, 102)) == push_result::backpressure));
  BOOST_TEST(ticker.seq() == inbox + 5);
  co_await broker.publish(ticker, numbers(100, 102));  // waits for the loop
  co_await settled();
  BOOST_TEST(ear.heard.size() == inbox + 8);
  BOOST_TEST(ear.heard.back() == "15-16:102");
  BOOST_TEST(ear.whole);
}

COROUTINE_TEST(a_batch_of_nothing_is_published_at_once, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  listener const ear(ticker.share(), first);
  co_await broker.publish(ticker, std::vector<payload_ptr>());
  co_await settled();
  BOOST_TEST(ear.heard.empty());
  BOOST_TEST(ticker.seq() == 0u);
}

COROUTINE_TEST(derived_topics_hear_each_change_of_a_batch, broker_test) {
  auto const root = broker.topic("ticker", "A");
  listener const ear(root.share()->derived(1s, 0, 7), first);
  co_await broker.publish(root, numbers(1, 3));
  co_await settled();
  time->advance(1s);
  loop->run_timers();
  co_await settled();
  BOOST_TEST(ear.whole);
  BOOST_TEST(ear.heard.back().ends_with(":3"));
}

COROUTINE_TEST(what_stands_before_a_change_that_fails_is_published, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  listener const ear(ticker.share(), first);
  auto all = numbers(1, 2);
  all.push_back(log_payload("{}"));  // another model's
  all.push_back(latest_payload("4"));
  BOOST_CHECK_THROW(broker.try_publish(ticker, all), std::exception);
  co_await settled();
  words const expected{"0-1:1", "1-2:2"};
  BOOST_TEST(ear.heard == expected, per_element());
}

BOOST_AUTO_TEST_SUITE_END()
