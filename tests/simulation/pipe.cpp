#include "simulation/pipe.hpp"

#include <algorithm>
#include <utility>

namespace runes::simulation {

pipe::pipe(world& in, random chance, pipe_terms terms, std::shared_ptr<test::memory_wire> from,
           std::shared_ptr<test::memory_wire> to)
    : world_(in), chance_(chance), terms_(terms), from_(std::move(from)), to_(std::move(to)) {}

void pipe::open(std::unique_ptr<frame_tap> tap) {
  tap_ = std::move(tap);
  std::weak_ptr<pipe> const weak = weak_from_this();
  from_->on_bytes = [weak](std::string_view bytes) {
    if (auto const self = weak.lock()) self->take(bytes);
  };
  from_->on_gone = [weak] {
    if (auto const self = weak.lock()) self->end();
  };
  from_->chop(terms_.most_a_write);
  from_->allow(terms_.window);
}

void pipe::take(std::string_view bytes) {
  if (lost_ || cut_) {
    under_way_ += bytes.size();  // the window stays shut: nobody says that it was read
    return;
  }
  if (!tap_) return carry(bytes);
  untapped_ += bytes;
  while (auto const frame = test::parse_frame(untapped_)) {
    if (frame->op != detail::opcode::text) {
      carry(detail::frame::make(frame->op, frame->payload)->bytes());
      continue;
    }
    for (std::string const& text : tap_->pass(frame->payload))
      carry(detail::frame::make(detail::opcode::text, text)->bytes());
  }
}

void pipe::carry(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t const part = std::min(bytes.size(), terms_.most_a_segment);
    add(std::string(bytes.substr(0, part)), false);
    bytes.remove_prefix(part);
  }
}

void pipe::end() {
  if (!lost_ && !cut_) add({}, true);
}

void pipe::add(std::string bytes, bool last) {
  auto const latency = chance_.between(terms_.least_latency, terms_.most_latency);
  auto due = std::max(world_.loop()->now() + latency, last_due_);
  if (rate_ > 0) {
    auto const reading = nanoseconds(std::chrono::seconds(1)) *
                         static_cast<std::int64_t>(bytes.size()) / static_cast<std::int64_t>(rate_);
    due = std::max(due, last_due_ + reading);
  }
  last_due_ = due;
  under_way_ += bytes.size();
  segments_.push_back({due, std::move(bytes), last});
  arm();
}

void pipe::arm() {
  if (armed_ || stalled_ || segments_.empty()) return;
  armed_ = true;
  timer_ = world_.loop()->at(segments_.front().due, [weak = weak_from_this()] {
    auto const self = weak.lock();
    if (!self) return;
    self->armed_ = false;
    self->arrive();
  });
}

void pipe::arm_anew() {
  if (std::exchange(armed_, false)) world_.loop()->cancel(timer_);
  arm();
}

void pipe::arrive() {
  auto const now = world_.loop()->now();
  while (!stalled_ && !segments_.empty() && segments_.front().due <= now) {
    segment const next = std::move(segments_.front());
    segments_.pop_front();
    if (next.last) {
      to_->finish();
      continue;
    }
    under_way_ -= next.bytes.size();
    to_->receive(next.bytes);
  }
  give_room();
  arm();
}

void pipe::give_room() {
  if (lost_ || cut_) return;
  from_->allow(under_way_ < terms_.window ? terms_.window - under_way_ : 0);
}

void pipe::stall(bool yes) {
  stalled_ = yes;
  arm();
}

void pipe::throttle(std::size_t bytes_a_second) {
  rate_ = bytes_a_second;
  if (rate_ > 0) return;
  // What has piled up is read at once.
  last_due_ = std::min(last_due_, world_.loop()->now() + terms_.most_latency);
  for (segment& each : segments_) each.due = std::min(each.due, last_due_);
  arm_anew();
}

void pipe::lose() noexcept {
  lost_ = true;
  segments_.clear();
}

void pipe::cut() noexcept {
  cut_ = true;
  segments_.clear();
}

}  // namespace runes::simulation
