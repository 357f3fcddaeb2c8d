// Requests in their turn, and finding out what became of them.
#include "client/trader_impl.hpp"

#include "client/not_sent.hpp"
#include "protocol/trading_codec.hpp"

#include <algorithm>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

std::chrono::milliseconds until(time_point when, time_point now) {
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(when - now),
                  std::chrono::milliseconds(1));
}

}  // namespace

/// The server's own answer is one, unless it says that it does not know itself.
bool trader_impl::attempt::is_unknown() const noexcept {
  if (!wrong) return false;
  return wrong->delivery() == request_delivery::sent || wrong->code() == errc::internal;
}

trader_impl::trader_impl(std::shared_ptr<client_impl> over, trader_config config)
    : client_(std::move(over)),
      loop_(client_->on()),
      config_(std::move(config)),
      pacer_(config_.max_waiting),
      moved_(loop_->executor()) {
  config_.validate();
}

// ---- its turn

awaitable<> trader_impl::take_turn(std::string op, time_point latest) {
  loop_->assert_held();
  if (auto const now = client_->connections_made(); now != paced_connection_) {
    paced_connection_ = now;
    pacer_.begin(config_.requests_per_minute > 0 ? config_.requests_per_minute
                                                 : client_->granted_requests_per_minute());
  }
  auto const ticket = pacer_.join(latest);
  if (!ticket) {
    throw not_sent(errc::rate_limited, op,
                   std::to_string(config_.max_waiting) + " requests wait for their turn");
  }
  // Whatever ends this, the next in the line looks again.
  auto const self = shared_from_this();
  std::shared_ptr<void> const place(nullptr, [self, which = *ticket](void*) {
    self->pacer_.leave(which);
    self->moved_.ring();
  });
  while (true) {
    auto const now = loop_->now();
    auto const turn = pacer_.ask(*ticket, now);
    if (turn.what == request_pacer::verdict::go) co_return;
    if (turn.what == request_pacer::verdict::too_late)
      throw not_sent(errc::rate_limited, op, "its turn under the rate would come too late");
    auto const due = loop_->at(turn.until, [weak = weak_from_this()] {
      if (auto const alive = weak.lock()) alive->moved_.ring();
    });
    bool const rang = co_await moved_.wait();
    loop_->cancel(due);
    if (!rang) throw boost::system::system_error(asio::error::operation_aborted, "waiting");
  }
}

/// Whether what the server has refused for the moment may be tried again in time.
bool trader_impl::may_wait(error const& refusal, time_point latest) {
  if (refusal.code() != errc::rate_limited || refusal.delivery() != request_delivery::none)
    return false;
  auto const again = loop_->now() + refusal.retry_after().value_or(settlement::first_pause);
  pacer_.pause(again);
  return again <= latest;
}

awaitable<json::value> trader_impl::ask(std::string op, json::object fields,
                                        std::chrono::milliseconds queue_for) {
  auto const self = shared_from_this();
  auto const latest = loop_->now() + std::max(config_.max_wait, queue_for);
  request_options how(config_.timeout);
  while (true) {
    co_await take_turn(op, latest);
    how.queue_for(queue_for.count() > 0 ? until(latest, loop_->now()) : queue_for);
    std::optional<error> refusal;
    json::value ok;
    try {
      ok = co_await client_->request(op, fields, how);
    } catch (error const& e) {
      refusal = e;
    }
    if (!refusal) co_return ok;
    if (!may_wait(*refusal, latest)) throw *refusal;
  }
}

/// The earliest that it can be there.
awaitable<timestamp> trader_impl::venue_time() {
  if (auto const known = client_->venue_time().now(loop_->now())) co_return *known;
  std::optional<error> failed;
  try {
    json::object none;
    json::value const ok = co_await ask("time", std::move(none));
    auto const said = decode_time(ok);
    client_->venue_time().learn(said, loop_->now());
    co_return said;
  } catch (error const& e) {
    failed = e;
  }
  failed->delivery(request_delivery::not_sent);  // of what the time was asked for
  throw *failed;
}

/// Sends it once. What was refused for the moment has not been carried out, and is sent anew.
awaitable<trader_impl::attempt> trader_impl::send(
    std::string op, json::object fields, std::optional<std::chrono::milliseconds> expires_in,
    announcement first) {
  auto const latest = loop_->now() + config_.max_wait;
  attempt tried;
  while (true) {
    tried.wrong.reset();
    try {
      timestamp const now = co_await venue_time();
      co_await take_turn(op, latest);
      // By the clock of when it is sent; the turn may have taken its time.
      tried.expires_at = client_->venue_time().now(loop_->now()).value_or(now) +
                         expires_in.value_or(config_.timeout);
      fields["expiresAt"] = tried.expires_at.time_since_epoch().count();
      if (first) first(tried.expires_at);
      tried.ok = co_await client_->request(op, fields, request_options(config_.timeout));
    } catch (error const& e) {
      tried.wrong = e;
    }
    if (!tried.wrong || !may_wait(*tried.wrong, latest)) co_return tried;
  }
}

// ---- its outcome

awaitable<trader_impl::settled> trader_impl::settle(order_ref which, timestamp expires_at,
                                                    judge how) {
  settlement open(expires_at + config_.settle_margin, loop_->now() + config_.settle);
  settled found;
  while (true) {
    switch (open.next(loop_->now())) {
      case settlement::step::done:
      case settlement::step::refuted:
        co_return found;
      case settlement::step::given_up: {
        error unknown(errc::timed_out,
                      which.str() +
                          ": no reply came, and what has become of it could not be found "
                          "out within " +
                          std::to_string(config_.settle.count()) + " ms");
        unknown.delivery(request_delivery::sent);
        throw unknown;
      }
      case settlement::step::wait:
        if (!co_await sleep_until(loop_, open.wait_until()))
          throw boost::system::system_error(asio::error::operation_aborted, "settling");
        break;
      case settlement::step::ask_time:
      case settlement::step::ask_order:
        co_await ask_one(open, found, which, how);
        break;
    }
  }
}

awaitable<> trader_impl::ask_one(settlement& open, settled& found, order_ref const& which,
                                 judge const& how) {
  bool const for_time = open.next(loop_->now()) == settlement::step::ask_time;
  std::string op = for_time ? "time" : "order.status";
  json::object fields;
  if (!for_time) fields = fields_of(which);
  std::optional<error> failed;
  try {
    json::value const ok =
        co_await ask(std::move(op), std::move(fields), until(open.give_up(), loop_->now()));
    if (for_time) co_return open.on_time(decode_time(ok));
    decode(ok, found.state.emplace());
  } catch (error const& e) {
    failed = e;
  }
  auto const now = loop_->now();
  found.what = finding::nothing;
  if (failed) found.state.reset();
  if (failed && !for_time && failed->code() == errc::unknown_order) co_return open.on_nothing(now);
  if (failed && failed->code() == errc::closed) co_return open.on_closed();
  if (failed) co_return open.on_failure(now, failed->retry_after());
  found.what = how(*found.state);
  if (found.what == finding::nothing) co_return open.on_nothing(now);
  open.on_done();
}

}  // namespace runes::detail
