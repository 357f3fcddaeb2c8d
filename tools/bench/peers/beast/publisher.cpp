#include "bench/peers/beast/publisher.hpp"

#include "bench/clock.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace runes::bench {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

// Batches in one turn, so that a stop is heard even while there is a debt.
constexpr std::uint64_t most_batches = 64;
// How soon to look again when the sessions lag behind. It takes far longer to write what they may
// hold.
constexpr auto patience = 1ms;

}  // namespace

publisher::publisher(net::io_context& context, room& subscribers)
    : room_(subscribers), strand_(net::make_strand(context)), timer_(strand_) {}

void publisher::begin(publish_command const& wanted) {
  net::post(strand_, [this, wanted] {
    publication_.emplace(wanted, monotonic_now());
    turn(++generation_);
  });
}

void publisher::stop() {
  net::post(strand_, [this] {
    publication_.reset();
    ++generation_;
    timer_.cancel();
  });
}

void publisher::turn(std::uint64_t generation) {
  if (generation != generation_) return;
  auto& pace = publication_->pace;
  auto const now = monotonic_now();
  auto const members = room_.members();
  if (members == 0) {
    pace.take(pace.due(now));  // what falls due while nobody listens is nobody's
    return again_at(now + patience, generation);
  }
  auto left = std::min(pace.due(now), most_batches);
  for (; left > 0 && may_publish(members); --left) {
    publish_batch();
    pace.take();
  }
  if (!may_publish(members)) return again_at(now + patience, generation);
  if (!pace.saturating()) return again_at(pace.next(), generation);
  net::post(strand_, [this, generation] { turn(generation); });
}

bool publisher::may_publish(std::size_t members) const {
  auto const each = std::max<std::uint64_t>(64, 4 * publication_->burst);
  return room_.unwritten() < members * each;
}

void publisher::publish_batch() {
  for (std::uint64_t i = 0; i < publication_->burst; ++i) {
    room_.send(publication_->event(monotonic_ns(), seq_++));
  }
}

void publisher::again_at(std::chrono::nanoseconds when, std::uint64_t generation) {
  timer_.expires_at(net::steady_timer::time_point(when));
  timer_.async_wait([this, generation](boost::system::error_code error) {
    if (!error) turn(generation);
  });
}

}  // namespace runes::bench
