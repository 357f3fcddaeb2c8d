#include "broker/wakeup.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <optional>
#include <utility>

namespace runes::detail {

/// A timer that never expires holds the waiting coroutine, so that a context which is destroyed
/// takes it along, whatever in its frame keeps this alive.
struct wakeup::state {
  std::optional<asio::steady_timer> timer;  ///< while somebody waits and was not woken yet
  bool notified = false;
  bool woken = false;

  void finish(bool result) {
    if (!timer) return;
    woken = result;
    timer->cancel();
    timer.reset();
  }
};

wakeup::wakeup() : state_(std::make_shared<state>()) {}
wakeup::~wakeup() {
  if (state_) state_->finish(false);
}
wakeup::wakeup(wakeup&&) noexcept = default;
wakeup& wakeup::operator=(wakeup&&) noexcept = default;

bool wakeup::waiting() const noexcept { return state_->timer.has_value(); }

void wakeup::notify() {
  if (state_->timer) {
    state_->finish(true);
  } else {
    state_->notified = true;
  }
}

void wakeup::cancel() { state_->finish(false); }

awaitable<bool> wakeup::wait() {
  auto const held = state_;  // the wakeup itself may go while we wait
  if (std::exchange(held->notified, false)) co_return true;
  auto const executor = co_await asio::this_coro::executor;
  held->woken = false;
  held->timer.emplace(executor, asio::steady_timer::time_point::max());
  boost::system::error_code ec;
  co_await held->timer->async_wait(asio::redirect_error(asio::use_awaitable, ec));
  if (ec && held->timer && !held->woken) held->timer.reset();  // cancelled from outside
  co_return held->woken;
}

}  // namespace runes::detail
