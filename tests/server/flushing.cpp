// A whole server and its clients over real sockets, flushing by io_uring and by send.
#include "support/ring.hpp"

#include <runes/runes.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace runes;

namespace {

/// A bound against hanging; nothing is measured by it.
constexpr std::chrono::seconds patience{90};
constexpr std::size_t clients = 20;
constexpr int updates = 300;

/// A server on two threads, and what its clients have heard of a topic.
class house {
 public:
  explicit house(flush_mode how, bool compressed = false) : compressed_(compressed) {
    server_config config;
    config.port = 0;
    config.threads = 2;
    config.flush = how;
    config.compression.enabled = compressed;
    config.compression.min_bytes = 100;
    config.timeouts.drain_notice = std::chrono::milliseconds(0);
    serves_ = std::make_unique<server>(config);
    serves_->broker().add_channel(channel("numbers", models::log()));
    numbers_ = serves_->broker().topic("numbers", "A");
    serves_->listen();
    thread_ = std::thread([this] { serves_->run(); });
  }
  ~house() {
    serves_->stop();
    thread_.join();
  }
  house(house const&) = delete;
  house& operator=(house const&) = delete;

  /// All subscribe, then the numbers are published; ends when all have heard them. What the server
  /// then says of itself.
  boost::json::value run() {
    boost::asio::io_context context;
    client_config config;
    config.compression = compressed_;
    config.url = "ws://" + serves_->addresses().front() + "/ws";
    std::vector<client> all;
    for (std::size_t i = 0; i < clients; ++i) all.emplace_back(context.get_executor(), config);
    for (std::size_t i = 0; i < clients; ++i) {
      boost::asio::co_spawn(context, follow(all[i], last_heard_[i]), [](std::exception_ptr failed) {
        if (failed) std::rethrow_exception(failed);
      });
    }
    context.run_for(patience);
    BOOST_TEST(context.stopped());
    for (int const last : last_heard_) BOOST_TEST(last == updates);
    return metrics();
  }
  boost::json::value metrics() const { return boost::json::parse(serves_->metrics_json()); }

 private:
  /// Every number in its turn, and nothing else.
  awaitable<> follow(client& me, int& last) {
    co_await me.connect();
    auto wanted = channel_events("numbers").symbols("A").model(event_model::log);
    auto numbers = co_await me.subscribe(wanted);
    if (++ready_ == clients) serves_->spawn([this] { return publish(); });
    while (last < updates) {
      auto const event = co_await numbers.next();
      BOOST_REQUIRE(event);
      if (!event.has_data()) continue;
      for (auto const& each : event.data().as_array()) {
        BOOST_TEST(each.to_number<int>() == ++last);
      }
    }
    co_await me.close();
  }

  awaitable<> publish() {
    for (int i = 1; i <= updates; ++i) {
      co_await serves_->broker().publish(numbers_, log_payload(std::to_string(i)));
    }
  }

  std::unique_ptr<server> serves_;
  topic_ref numbers_;
  std::thread thread_;
  std::vector<int> last_heard_ = std::vector<int>(clients);
  std::size_t ready_ = 0;
  bool compressed_;
};

/// That clients shared what was compressed, which each thread did once an update, and that it was
/// worth it. Replies and heartbeats are each client's own.
void check_compressions(boost::json::value const& metrics) {
  auto const count = metrics.at("compressions").as_int64();
  auto const events = metrics.at("eventsSent").as_int64();
  BOOST_TEST(count >= updates);
  BOOST_TEST(events >= updates * static_cast<int>(clients));
  BOOST_TEST(count < events / 4);
  BOOST_TEST(metrics.at("compressionOutputBytes").as_int64() <
             metrics.at("compressionInputBytes").as_int64());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flushing)

BOOST_AUTO_TEST_CASE(by_send) {
  auto const metrics = house(flush_mode::send).run();
  BOOST_TEST(metrics.at("flush").as_string() == "send");
  BOOST_TEST(metrics.at("writeBatches").as_int64() == 0);
  BOOST_TEST(metrics.at("writes").as_int64() > 0);
}

BOOST_AUTO_TEST_CASE(by_uring, *boost::unit_test::precondition(test::needs_ring)) {
  auto const metrics = house(flush_mode::uring).run();
  BOOST_TEST(metrics.at("flush").as_string() == "uring");
  BOOST_TEST(metrics.at("writeBatches").as_int64() > 0);
}

BOOST_AUTO_TEST_CASE(compressed_by_send) {
  check_compressions(house(flush_mode::send, true).run());
}

BOOST_AUTO_TEST_CASE(compressed_by_uring, *boost::unit_test::precondition(test::needs_ring)) {
  check_compressions(house(flush_mode::uring, true).run());
}

BOOST_AUTO_TEST_CASE(by_what_there_is) {
  house const any(flush_mode::automatic);
  auto const there = test::needs_ring(0);
  BOOST_TEST(any.metrics().at("flush").as_string() == (there ? "uring" : "send"));
}

BOOST_AUTO_TEST_SUITE_END()
