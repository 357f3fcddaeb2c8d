// Subscribing, unsubscribing, and getting one symbol anew.
#include "client/client_impl.hpp"

#include <runes/log.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace runes::detail {

awaitable<std::shared_ptr<subscription_core>> client_impl::subscribe(wish wanted) {
  auto const self = shared_from_this();
  require_live("subscribe");
  for (auto const& held : wanted_) {
    if (held->overlaps(wanted)) {
      throw error(errc::already_subscribed,
                  "'" + wanted.channel + "' is subscribed already with the same options");
    }
  }
  auto const core = std::make_shared<subscription_core>(
      loop_->executor(), weak_from_this(), std::move(wanted), config_.limits.max_queued_events);
  wanted_.push_back(core);
  std::exception_ptr failure;
  auto const refusal = std::make_shared<std::optional<error>>();
  // Read at once, for the first events may stand right behind the reply.
  pending_requests::action first = [core, refusal](outcome const& reply) {
    *refusal = reply.wrong;
    if (*refusal) return;
    try {
      *refusal = core->subscribed(read_subscribed(reply.ok));
    } catch (error const& e) {
      *refusal = e;
    }
  };
  try {
    co_await ask("subscribe", core->fields(), config_.timeouts.request, std::move(first));
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure && !*refusal) co_return core;
  forget(core);
  core->end(*refusal);
  if (failure) {
    unsubscribe(*core);  // it may have been on its way
    std::rethrow_exception(failure);
  }
  throw **refusal;
}

void client_impl::forget(std::shared_ptr<subscription_core> const& core) {
  std::erase(wanted_, core);
}

void client_impl::drop(std::shared_ptr<subscription_core> const& core) {
  if (std::find(wanted_.begin(), wanted_.end(), core) == wanted_.end()) return;
  forget(core);
  unsubscribe(*core);
  core->end({});
}

void client_impl::unsubscribe(subscription_core const& core) noexcept {
  if (!session_ || !session_->is_open() || !is_ready()) return;
  try {
    send("unsubscribe", core.fields(), config_.timeouts.request, {});
  } catch (std::exception const& e) {
    // What still comes of it is passed over.
    log::write(severity::debug, {"client"}, std::string("not unsubscribed: ") + e.what());
  }
}

awaitable<> client_impl::end_subscription(std::shared_ptr<subscription_core> core) {
  auto const self = shared_from_this();
  loop_->assert_held();
  if (std::find(wanted_.begin(), wanted_.end(), core) == wanted_.end()) co_return;
  bool const held = core->active() && is_ready();
  auto fields = core->fields();
  forget(core);
  core->end({});
  if (!held) co_return;
  try {
    co_await ask("unsubscribe", std::move(fields), config_.timeouts.request);
  } catch (error const& e) {
    log::write(severity::debug, {"client"}, std::string("not unsubscribed: ") + e.what());
  }
}

void client_impl::later(std::shared_ptr<subscription_core> const& core,
                        std::chrono::milliseconds wait,
                        std::function<void(std::shared_ptr<subscription_core> const&)> action) {
  // A new connection starts anew by itself.
  loop_->at(loop_->now() + wait, [weak = weak_from_this(), on = std::weak_ptr(session_),
                                  which = std::weak_ptr(core), action = std::move(action)] {
    auto const self = weak.lock();
    auto const alive = which.lock();
    auto const session = on.lock();
    if (self && alive && session && session == self->session_ && !alive->ended()) action(alive);
  });
}

void client_impl::resync(std::shared_ptr<subscription_core> const& core, std::string symbol,
                         std::chrono::milliseconds least) {
  auto const pause = std::max(core->resync_pause(symbol, loop_->now()), least);
  if (pause.count() == 0) return resync_now(core, symbol);
  later(core, pause, [this, symbol = std::move(symbol)](auto const& c) { resync_now(c, symbol); });
}

/// Leaves and joins the one symbol; what still comes of the old one is passed over until the new
/// snapshot.
void client_impl::resync_now(std::shared_ptr<subscription_core> const& core,
                             std::string const& symbol) {
  if (!core->active() || !core->awaits_snapshot(symbol)) return;
  auto const answered = [weak = weak_from_this(), core, symbol](outcome const& reply) {
    if (auto const self = weak.lock()) self->on_resynced(core, symbol, reply);
  };
  try {
    send("unsubscribe", core->fields(symbol), config_.timeouts.request, {});
    send("subscribe", core->fields(symbol), config_.timeouts.request, answered);
  } catch (error const& e) {
    if (e.code() == errc::backpressure) resync(core, symbol, subscription_core::first_resync_pause);
  }
}

void client_impl::on_resynced(std::shared_ptr<subscription_core> const& core,
                              std::string const& symbol, outcome const& reply) {
  if (core->ended() || stopping_) return;
  std::optional<error> wrong = reply.wrong;
  retry advice = reply.advice;
  if (!wrong) {
    try {
      for (auto const& entry : read_subscribed(reply.ok)) {
        if (!entry.wrong) continue;
        wrong = entry.wrong;
        advice = entry.advice;
      }
    } catch (error const& e) {
      wrong = e;
    }
  }
  if (!wrong || wrong->code() == errc::connection_lost || wrong->code() == errc::closed) return;
  // Held after all: its snapshot went by before, or is still to come.
  bool const again = advice != retry::never || wrong->code() == errc::timed_out ||
                     wrong->code() == errc::already_subscribed;
  if (again) {
    resync(core, symbol,
           std::max(wrong->retry_after().value_or(std::chrono::milliseconds(0)),
                    subscription_core::first_resync_pause));
  } else {
    core->refuse(symbol, *wrong);
  }
}

}  // namespace runes::detail
