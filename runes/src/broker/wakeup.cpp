#include "broker/wakeup.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <optional>
#include <utility>

namespace runes::detail {
namespace {

using token = asio::use_awaitable_t<>;
using handler = asio::async_result<token, void(bool)>::handler_type;

}  // namespace

struct wakeup::state : std::enable_shared_from_this<state> {
  std::optional<handler> waiter;
  bool notified = false;

  void finish(bool result) {
    if (!waiter) return;
    handler h = std::move(*waiter);
    waiter.reset();
    auto slot = asio::get_associated_cancellation_slot(h);
    if (slot.is_connected()) slot.clear();
    auto executor = asio::get_associated_executor(h);
    asio::post(executor, [moved = std::move(h), result]() mutable { std::move(moved)(result); });
  }
};

wakeup::wakeup() : state_(std::make_shared<state>()) {}
wakeup::~wakeup() {
  if (state_) state_->finish(false);
}
wakeup::wakeup(wakeup&&) noexcept = default;
wakeup& wakeup::operator=(wakeup&&) noexcept = default;

bool wakeup::waiting() const noexcept { return state_->waiter.has_value(); }

void wakeup::notify() {
  if (state_->waiter) {
    state_->finish(true);
  } else {
    state_->notified = true;
  }
}

void wakeup::cancel() { state_->finish(false); }

awaitable<bool> wakeup::wait() {
  auto const held = state_;  // the wakeup itself may go while we wait
  if (std::exchange(held->notified, false)) co_return true;
  auto const initiate = [](handler h, std::shared_ptr<state> s) {
    auto slot = asio::get_associated_cancellation_slot(h);
    if (slot.is_connected()) {
      slot.assign([weak = std::weak_ptr<state>(s)](asio::cancellation_type) {
        if (auto alive = weak.lock()) alive->finish(false);
      });
    }
    s->waiter.emplace(std::move(h));
  };
  token as_awaitable;
  co_return co_await asio::async_initiate<token, void(bool)>(initiate, as_awaitable, held);
}

}  // namespace runes::detail
