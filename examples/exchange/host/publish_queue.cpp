#include "publish_queue.hpp"

#include <runes/error.hpp>
#include <runes/log.hpp>

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <string>
#include <utility>

namespace exchange::host {
namespace {

void report(std::exception_ptr const& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (runes::error const& why) {
    if (why.code() == runes::errc::closed) return;  // the server stops
    runes::log::write(runes::severity::error, {"venue", 0}, "publishing failed: " + why.sentence());
  } catch (std::exception const& why) {
    runes::log::write(runes::severity::error, {"venue", 0},
                      "publishing failed: " + std::string(why.what()));
  }
}

}  // namespace

publish_queue::publish_queue(runes::broker& to, runes::asio::any_io_executor on)
    : broker_(to), executor_(std::move(on)) {}

void publish_queue::publish(runes::topic_ref to, runes::payload_ptr what, runes::timestamp at) {
  item one{std::move(to), std::move(what), at};
  bool const idle = waiting_.empty();
  if (idle && published(one)) return;
  waiting_.push_back(std::move(one));
  if (idle) start_draining();
}

bool publish_queue::published(item const& one) {
  return broker_.try_publish(one.to, one.what, one.at) != runes::push_result::backpressure;
}

void publish_queue::start_draining() { runes::asio::co_spawn(executor_, drain(), report); }

// The front stays where it is until it is published, so that nothing overtakes it.
runes::awaitable<> publish_queue::drain() {
  while (!waiting_.empty()) {
    item const next = waiting_.front();
    co_await broker_.publish(next.to, next.what, next.at);
    waiting_.pop_front();
  }
}

}  // namespace exchange::host
