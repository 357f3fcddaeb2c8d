// Subscribing, unsubscribing, and getting one symbol anew.
#include "client/call.hpp"
#include "client/client_impl.hpp"

#include <runes/log.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace runes::detail {

// ---- a new reader

client_impl::shared_feed client_impl::feed_for(wish const& wanted) {
  for (auto const& each : feeds_) {
    if (each->has_topics_of(wanted)) return each;
  }
  auto const made = std::make_shared<feed>(loop_->executor(), wanted);
  feeds_.push_back(made);
  return made;
}

/// What it can share is known when the server has answered what was asked before.
awaitable<client_impl::shared_feed> client_impl::decided_feed_for(wish const& wanted) {
  while (true) {
    require_live("subscribe");
    auto const open = std::find_if(feeds_.begin(), feeds_.end(),
                                   [&](auto const& each) { return each->is_undecided(wanted); });
    if (open == feeds_.end()) break;
    auto const kept = *open;
    if (!co_await kept->answered().wait())
      throw boost::system::system_error(asio::error::operation_aborted, "subscribing");
  }
  for (auto const& each : feeds_) {
    if (each->has_topics_of(wanted)) each->require_shareable(wanted);
  }
  auto found = feed_for(wanted);
  co_return found;
}

/// What became of a reader's request.
struct client_impl::joining {
  feed::selection what;
  std::optional<error> refusal;
  bool settled = false;  ///< the feed knows what the server holds
};

awaitable<std::shared_ptr<subscription_core>> client_impl::subscribe(wish wanted) {
  auto const self = shared_from_this();
  auto const of = co_await decided_feed_for(wanted);
  auto const core = std::make_shared<subscription_core>(
      loop_->executor(), weak_from_this(), std::move(wanted), of, config_.limits.max_queued_events);
  of->add(core);
  for (auto const& symbol : of->lose_unknown()) resync(of, symbol);
  auto const join = std::make_shared<joining>();
  join->what = of->lacking(core->wanted());
  if (join->what.empty()) co_return core;
  of->asked(join->what);
  std::exception_ptr failure;
  // Read at once, for the first events may stand right behind the reply.
  pending_requests::action first = [weak = weak_from_this(), core, join](outcome const& reply) {
    if (auto const alive = weak.lock()) alive->on_subscribed(core, *join, reply);
  };
  try {
    co_await ask("subscribe", of->fields(join->what), config_.timeouts.request, std::move(first));
  } catch (error const&) {
    failure = std::current_exception();  // nothing was sent
    of->not_subscribed(join->what);
    join->settled = true;
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure && !join->refusal) co_return core;
  leave(core, {});  // it may be on its way
  if (!join->settled) of->not_subscribed(join->what);
  core->end(join->refusal);
  if (failure) std::rethrow_exception(failure);
  throw *join->refusal;
}

void client_impl::on_subscribed(shared_core const& core, joining& join, outcome const& reply) {
  auto const of = core->source();
  join.refusal = reply.wrong;
  if (reply.wrong) {
    if (reply.wrong->code() == errc::timed_out) return;  // nobody knows
    of->not_subscribed(join.what);
    join.settled = true;
    return;
  }
  try {
    auto const entries = read_subscribed(reply.ok);
    join.settled = true;
    for (auto const& symbol : of->subscribed(join.what, *core, entries, join.refusal))
      resync(of, symbol);
  } catch (error const& e) {
    join.refusal = e;
  }
}

// ---- a reader that goes

void client_impl::leave(shared_core const& core, pending_requests::action answered) {
  auto const of = core->source();
  auto const left = of->remove(*core);
  bool const alone = std::none_of(feeds_.begin(), feeds_.end(), [&](auto const& each) {
    return each != of && each->channel() == of->channel();
  });
  auto fields = of->fields_to_leave(left.leave, alone);
  if (of->readers().empty()) end_feed(of, {});
  bool const is_held = session_ && session_->is_open() && is_ready() && !left.leave.empty();
  if (!is_held || !say("unsubscribe", std::move(fields), answered)) {
    outcome const nothing;
    if (answered) answered(nothing);
    return;
  }
  if (!left.again.empty()) renew(of, left.again);
}

/// As long as there is room in the outbox: a thousand readers that go at once are no reason to
/// leave the server in doubt.
bool client_impl::say(std::string op, boost::json::object fields,
                      pending_requests::action const& answered) {
  try {
    send(op, fields, config_.timeouts.request, answered);
    return true;
  } catch (error const& e) {
    if (e.code() != errc::backpressure) return false;
  }
  if (!send_unanswered(op, std::move(fields))) {
    log::write(severity::info, {"client"}, "the outbox has no room for '" + op + "'");
    session_->abort();  // a new connection holds what is wanted and nothing else
  }
  return false;
}

/// On the same connection, from where they are.
void client_impl::renew(shared_feed const& which, std::vector<std::string> const& symbols) {
  feed::selection whole;
  whole.symbols = symbols;
  for (auto const& each : which->parts(whole, request_bytes_)) renew(which, each);
}

void client_impl::renew(shared_feed const& which, feed::selection const& what) {
  auto const& symbols = what.symbols;
  auto const answered = [weak = weak_from_this(), which, symbols](outcome const& reply) {
    if (auto const self = weak.lock()) self->on_renewed(which, symbols, reply);
  };
  try {
    send("subscribe", which->resubscription(what), config_.timeouts.request, answered);
  } catch (error const& e) {
    if (e.code() != errc::backpressure) return;
    for (auto const& symbol : symbols) resync(which, symbol, symbol_feed::first_resync_pause);
  }
}

void client_impl::drop(shared_core const& core) {
  if (core->ended()) return;
  leave(core, {});
  core->end({});
}

awaitable<> client_impl::end_subscription(std::shared_ptr<subscription_core> core) {
  auto const self = shared_from_this();
  loop_->assert_held();
  if (core->ended()) co_return;
  auto const waiting = std::make_shared<call>(loop_->executor());
  leave(core, [waiting](outcome const& reply) {
    waiting->reply = reply;
    waiting->done.ring();
  });
  core->end({});
  while (!waiting->reply) {
    if (!co_await waiting->done.wait() && !waiting->reply)
      throw boost::system::system_error(asio::error::operation_aborted, "unsubscribing");
  }
  if (waiting->reply->wrong) {
    log::write(severity::debug, {"client"},
               "not unsubscribed: " + waiting->reply->wrong->sentence());
  }
}

// ---- a symbol that has to start anew

void client_impl::later(shared_feed const& which, std::chrono::milliseconds wait,
                        std::function<void(shared_feed const&)> action) {
  // A new connection starts anew by itself.
  loop_->at(loop_->now() + wait, [weak = weak_from_this(), on = std::weak_ptr(session_),
                                  of = std::weak_ptr(which), action = std::move(action)] {
    auto const self = weak.lock();
    auto const alive = of.lock();
    auto const session = on.lock();
    if (self && alive && session && session == self->session_ && !alive->ended()) action(alive);
  });
}

void client_impl::resync(shared_feed const& which, std::string symbol,
                         std::chrono::milliseconds least) {
  if (!which->knows(symbol)) return;  // nobody reads it any more
  auto const pause = std::max(which->resync_pause(symbol, loop_->now()), least);
  if (pause.count() == 0) return resync_now(which, symbol);
  later(which, pause, [this, symbol = std::move(symbol)](auto const& f) { resync_now(f, symbol); });
}

/// Leaves and joins the one symbol; what still comes of the old one is passed over until the new
/// snapshot.
void client_impl::resync_now(shared_feed const& which, std::string const& symbol) {
  if (!which->active() || !which->awaits_snapshot(symbol)) return;
  feed::selection one;
  one.symbols.push_back(symbol);
  try {
    send("unsubscribe", which->fields(one), config_.timeouts.request, {});
  } catch (error const& e) {
    if (e.code() == errc::backpressure) resync(which, symbol, symbol_feed::first_resync_pause);
    return;
  }
  renew(which, one.symbols);
}

void client_impl::on_renewed(shared_feed const& which, std::vector<std::string> const& symbols,
                             outcome const& reply) {
  if (which->ended() || stopping_) return;
  std::optional<error> wrong = reply.wrong;
  retry advice = reply.advice;
  if (!wrong) {
    try {
      for (auto const& entry : read_subscribed(reply.ok)) {
        if (entry.wrong) {
          renew_later(which, entry.symbol, *entry.wrong, entry.advice);
        } else if (!which->renewed(entry)) {
          resync(which, entry.symbol);
        }
      }
      return;
    } catch (error const& e) {
      wrong = e;
      advice = retry::later;
    }
  }
  for (auto const& symbol : symbols) renew_later(which, symbol, *wrong, advice);
}

void client_impl::renew_later(shared_feed const& which, std::string const& symbol, error const& why,
                              retry advice) {
  if (why.code() == errc::connection_lost || why.code() == errc::closed) return;
  // Held after all: its snapshot went by before, or is still to come.
  bool const again = advice != retry::never || why.code() == errc::timed_out ||
                     why.code() == errc::already_subscribed;
  if (!again) {
    which->refuse(symbol, why);
    which->end_the_refused(why);
    if (which->readers().empty()) end_feed(which, why);
    return;
  }
  resync(which, symbol,
         std::max(why.retry_after().value_or(std::chrono::milliseconds(0)),
                  symbol_feed::first_resync_pause));
}

}  // namespace runes::detail
