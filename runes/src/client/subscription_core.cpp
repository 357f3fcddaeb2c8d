#include "client/subscription_core.hpp"

#include "client/feed.hpp"

#include <boost/asio/error.hpp>

#include <stdexcept>
#include <utility>

namespace runes::detail {
namespace {

/// Refusals are remembered for subscription::refused(), this many.
constexpr std::size_t most_refused = 1'000;

event_queue::contents contents_of(wish const& wanted) {
  return wanted.channel == "statistics" ? event_queue::contents::windows
                                        : event_queue::contents::any;
}

any_event control(event_kind kind) {
  any_event e;
  e.kind = kind;
  return e;
}

}  // namespace

subscription_core::subscription_core(asio::any_io_executor const& executor,
                                     std::weak_ptr<client_impl> owner, wish wanted,
                                     std::shared_ptr<feed> of, std::size_t queue_limit)
    : owner_(std::move(owner)),
      wanted_(std::move(wanted)),
      source_(std::move(of)),
      queue_(wanted_.model, wanted_.queue > 0 ? wanted_.queue : queue_limit, contents_of(wanted_)),
      ready_(executor) {}

// ---- what its feed says

event_queue::verdict subscription_core::push(any_event what, state_keeper const* state) {
  if (takes_none()) return event_queue::verdict::queued;
  auto const verdict = queue_.push(std::move(what), state);
  ready_.ring();
  return verdict;
}

bool subscription_core::push_stale() {
  if (takes_none()) return true;
  bool const kept = queue_.push_stale(control(event_kind::stale));
  ready_.ring();
  return kept;
}

void subscription_core::push_resumed() {
  if (takes_none()) return;
  queue_.push_always(control(event_kind::resumed));
  ready_.ring();
}

void subscription_core::refuse(std::string_view symbol, error const& why) {
  std::erase_if(refused_, [&](auto const& old) { return old.symbol == symbol; });
  if (refused_.size() >= most_refused) return;
  refused_symbol entry{std::string(symbol), why};
  refused_.push_back(std::move(entry));
}

void subscription_core::end(std::optional<error> why) {
  if (std::exchange(ended_, true)) return;
  last_ = control(event_kind::end);
  last_.why = std::move(why);
  ready_.ring();
}

// ---- the reader's side

awaitable<any_event> subscription_core::next(std::shared_ptr<subscription_core> self) {
  if (self->ready_.waiting())
    throw std::logic_error("another coroutine waits for this subscription's next event");
  while (self->queue_.empty()) {
    if (self->takes_none()) {
      any_event copy = self->last_;
      co_return copy;
    }
    bool const rang = co_await self->ready_.wait();
    if (!rang && self->queue_.empty() && !self->takes_none()) {
      throw boost::system::system_error(asio::error::operation_aborted, "waiting for an event");
    }
  }
  any_event first = self->queue_.pop();
  co_return first;
}

void subscription_core::detach() noexcept {
  detached_ = true;
  queue_.clear();
  ready_.ring();
}

order_book const* subscription_core::book(std::string_view symbol) const {
  return ended_ ? nullptr : source_->book(symbol, *this);
}

}  // namespace runes::detail
