// Placing, amending and cancelling; what is said on each connection; and reconciling.
#include "client/client_order_ids.hpp"
#include "client/trader_impl.hpp"
#include "protocol/quoted.hpp"
#include "protocol/trading_codec.hpp"

#include <runes/log.hpp>

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

order_ack ack_of(order const& state) {
  order_ack ack;
  ack.order_id = state.order_id;
  ack.client_order_id = state.client_order_id;
  ack.symbol = state.symbol;
  ack.ts = state.ts;
  ack.settled = true;
  return ack;
}

/// What a tracker is told of one placement, however that ends.
class watched_placement {
 public:
  watched_placement(std::shared_ptr<order_tracker> tracker, std::string id)
      : tracker_(std::move(tracker)), id_(std::move(id)) {}
  ~watched_placement() {
    if (is_open_) tracker_->unanswered(id_);
  }
  watched_placement(watched_placement const&) = delete;
  watched_placement& operator=(watched_placement const&) = delete;

  void sent(timestamp expires_at) {
    if (!tracker_) return;
    tracker_->sent(id_, expires_at);
    is_open_ = true;
  }
  void placed() {
    if (std::exchange(is_open_, false)) tracker_->placed(id_);
  }
  void not_placed() {
    if (std::exchange(is_open_, false)) tracker_->not_placed(id_);
  }

 private:
  std::shared_ptr<order_tracker> tracker_;
  std::string id_;
  bool is_open_ = false;  ///< sent, and nothing is known of it
};

error not_done(std::string const& op, order_ref const& which, std::string const& how_it_is) {
  return {errc::expired, quoted(op) + " of " + which.str() +
                             " was not carried out, and can't be any more: no reply came, and " +
                             how_it_is};
}

bool is_as(std::optional<decimal> const& wanted, std::optional<decimal> const& has) {
  return !wanted || (has && *wanted == *has);
}

}  // namespace

// ---- orders

awaitable<order_ack> trader_impl::place(new_order wanted) {
  auto const self = shared_from_this();
  if (wanted.client_id().empty()) wanted.client_id(next_client_order_id(config_.client_id_prefix));
  auto const watched = std::make_shared<watched_placement>(tracker_, wanted.client_id());
  announcement first = [watched](timestamp expires_at) { watched->sent(expires_at); };
  attempt tried =
      co_await send("order.place", fields_of(wanted), wanted.expires_in(), std::move(first));
  order_ack ack;
  if (!tried.wrong) {
    try {
      decode(tried.ok, ack);
      watched->placed();
    } catch (error const& e) {  // it was placed, and only the order's state says as what
      tried.wrong = e;
      tried.wrong->delivery(request_delivery::sent);
    }
    if (!tried.wrong) co_return ack;
  }
  if (!tried.is_unknown()) {
    watched->not_placed();
    throw *tried.wrong;
  }
  order_ref const which(wanted.client_id());
  judge found = [](order const&) { return finding::done; };
  settled const end = co_await settle(which, tried.expires_at, std::move(found));
  if (end.state) {
    watched->placed();
    co_return ack_of(*end.state);
  }
  watched->not_placed();
  if (tried.wrong->delivery() != request_delivery::sent) throw *tried.wrong;
  throw not_done("order.place", which, "the venue does not know it");
}

awaitable<order_ack> trader_impl::cancel(order_ref which) {
  auto const self = shared_from_this();
  attempt tried = co_await send("order.cancel", fields_of(which), std::nullopt, nullptr);
  judge cancelled = [](order const& now) {
    if (now.is_open()) return finding::nothing;
    return now.status == order_status::cancelled ? finding::done : finding::closed;
  };
  order_ack ack =
      co_await settled_change("order.cancel", std::move(tried), which, std::move(cancelled));
  co_return ack;
}

awaitable<order_ack> trader_impl::amend(amendment change) {
  auto const self = shared_from_this();
  attempt tried = co_await send("order.amend", fields_of(change), std::nullopt, nullptr);
  judge amended = [change](order const& now) {
    if (is_as(change.price(), now.price) && is_as(change.stop_price(), now.stop_price) &&
        is_as(change.quantity(), now.quantity))
      return finding::done;
    return now.is_open() ? finding::nothing : finding::closed;
  };
  order_ack ack =
      co_await settled_change("order.amend", std::move(tried), change.which(), std::move(amended));
  co_return ack;
}

awaitable<order_ack> trader_impl::settled_change(std::string op, attempt tried, order_ref which,
                                                 judge how) {
  order_ack ack;
  if (!tried.wrong) {
    try {
      decode(tried.ok, ack);
    } catch (error const& e) {
      tried.wrong = e;
      tried.wrong->delivery(request_delivery::sent);
    }
    if (!tried.wrong) co_return ack;
  }
  if (!tried.is_unknown()) throw *tried.wrong;
  settled const end = co_await settle(which, tried.expires_at, std::move(how));
  if (end.what == finding::done) co_return ack_of(*end.state);
  if (end.what == finding::closed) {
    throw error(errc::order_closed,
                which.str() + " is closed: " + std::string(name_of(end.state->status)));
  }
  if (!end.state) throw error(errc::unknown_order, "the venue does not know " + which.str());
  throw not_done(op, which, "the order is as it was");
}

// ---- what a connection is told

awaitable<disconnect_setting> trader_impl::cancel_on_disconnect(disconnect_setting wanted) {
  auto const self = shared_from_this();
  json::object fields;
  fields["enabled"] = wanted.enabled;
  fields["scope"] = name_of(wanted.scope);
  fields["graceMs"] = wanted.grace.count();
  auto const before = on_disconnect_;
  on_disconnect_ = wanted;  // on the next connection, too, should this one be lost now
  said_on_ = client_->connections_made();
  std::optional<error> failed;
  try {
    json::value const ok = co_await ask("cancelOnDisconnect", std::move(fields));
    disconnect_setting in_effect;
    decode(ok, in_effect);
    co_return in_effect;
  } catch (error const& e) {
    failed = e;
  }
  if (failed->delivery() != request_delivery::sent) on_disconnect_ = before;
  throw *failed;
}

void trader_impl::start() {
  listener_ = client_->heard().add("state", [weak = weak_from_this()](notice const& what) {
    if (auto const self = weak.lock()) self->on_connection(what.state());
  });
}

void trader_impl::stop() noexcept {
  client_->heard().remove(std::exchange(listener_, 0));
  on_disconnect_.reset();
}

void trader_impl::on_connection(connection_state now) {
  bool const ready = now == connection_state::live || now == connection_state::resuming;
  if (!ready || !on_disconnect_ || said_on_ == client_->connections_made()) return;
  said_on_ = client_->connections_made();
  asio::co_spawn(loop_->executor(), say_disconnect_setting(),
                 [self = shared_from_this()](std::exception_ptr failure) {
                   if (!failure) return;
                   try {
                     std::rethrow_exception(failure);
                   } catch (error const& e) {
                     log::write(severity::warning, {"trader"}, e.sentence());
                     notice what("error");
                     what.error(e);
                     self->client_->heard().tell(what);
                   } catch (std::exception const& e) {
                     log::write(severity::warning, {"trader"}, e.what());
                   }
                 });
}

awaitable<> trader_impl::say_disconnect_setting() {
  auto const self = shared_from_this();
  disconnect_setting const wanted = *on_disconnect_;
  co_await cancel_on_disconnect(wanted);
}

// ---- reconciling

awaitable<order_tracker::changes> trader_impl::reconcile() {
  auto const self = shared_from_this();
  if (!tracker_) throw std::logic_error("reconcile() before track()");
  if (reconciling_) throw std::logic_error("another coroutine reconciles already");
  reconciling_ = true;
  std::shared_ptr<void> const over(nullptr, [self](void*) { self->reconciling_ = false; });
  while (tracker_) {
    auto const open = tracker_->next_question();
    if (!open) break;
    co_await answer(*open);
  }
  order_tracker::changes all = std::exchange(untold_, {});
  co_return all;
}

awaitable<> trader_impl::answer(order_tracker::question to) {
  using about = order_tracker::question::about;
  auto const tracker = tracker_;
  if (to.what() == about::newest_fill || to.what() == about::fills) {
    json::value const ok = co_await ask("fills.history", fields_of(to.history()), config_.settle);
    co_return add(tracker->answer(to, decode_fills(ok)));
  }
  settled found;
  if (to.what() == about::placement) {
    judge any = [](order const&) { return finding::done; };
    found = co_await settle(to.which(), to.expires_at(), std::move(any));
  } else {
    std::optional<error> failed;
    try {
      json::value const ok = co_await ask("order.status", fields_of(to.which()), config_.settle);
      decode(ok, found.state.emplace());
    } catch (error const& e) {
      failed = e;
    }
    if (failed && failed->code() != errc::unknown_order) throw *failed;
  }
  if (found.state) {
    add(tracker->answer(to, *found.state));
  } else {
    add(tracker->answer_unknown(to));
  }
}

void trader_impl::add(order_tracker::changes more) {
  untold_.insert(untold_.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
}

}  // namespace runes::detail
