// Requests and their replies.
#include "client/call.hpp"
#include "client/client_impl.hpp"
#include "client/not_sent.hpp"

#include <boost/json/serialize.hpp>

#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

json::object fields_of(credentials const& brought) {
  json::object o;
  if (!brought.token.empty()) o["token"] = brought.token;
  if (brought.api_key.empty()) return o;
  o["apiKey"] = brought.api_key;
  o["timestamp"] = brought.timestamp;
  o["nonce"] = brought.nonce;
  o["signature"] = brought.signature;
  return o;
}

}  // namespace

void client_impl::require_connection(std::string_view op) const {
  if (session_ && session_->is_open()) return;
  if (stopping_) throw not_sent(errc::closed, op, "the client is closed");
  throw not_sent(errc::not_connected, op, "there is no connection");
}

void client_impl::require_live(std::string_view op) const {
  loop_->assert_held();
  require_connection(op);
  if (!is_ready()) throw not_sent(errc::not_connected, op, "the connection is not ready yet");
}

std::uint64_t client_impl::send(std::string op, json::object fields,
                                std::chrono::milliseconds timeout, pending_requests::action done) {
  require_connection(op);
  auto const deadline = std::make_shared<timer_queue::id>();
  auto const id =
      pending_.add(op, [on = loop_, deadline, done = std::move(done)](outcome const& reply) {
        on->cancel(*deadline);
        if (done) done(reply);
      });
  if (!id) {
    throw not_sent(errc::backpressure, op,
                   std::to_string(config_.limits.max_requests) + " requests are unanswered");
  }
  fields["id"] = *id;
  fields["op"] = op;
  auto const sent = session_->try_send(json::serialize(fields));
  if (sent != push_result::accepted) {
    pending_.forget(*id);
    if (sent == push_result::dropped)
      throw not_sent(errc::not_connected, op, "the connection has ended");
    throw not_sent(errc::backpressure, op, "the outbox is full");
  }
  pending_.leaves_with(*id, session_->writer().queue().pushed());
  *deadline =
      loop_->at(loop_->now() + timeout, [weak = weak_from_this(), op, timeout, which = *id] {
        auto const self = weak.lock();
        if (!self) return;
        outcome late;
        late.wrong.emplace(errc::timed_out, "'" + op + "' was sent, and no reply came within " +
                                                std::to_string(timeout.count()) +
                                                " ms: it may have been carried out");
        late.wrong->delivery(request_delivery::sent);
        self->pending_.finish(which, late);
      });
  return *id;
}

bool client_impl::send_unanswered(std::string const& op, json::object fields) {
  fields["id"] = pending_.next_id();
  fields["op"] = op;
  return session_->try_send(json::serialize(fields)) == push_result::accepted;
}

awaitable<outcome> client_impl::ask(std::string op, json::object fields,
                                    std::chrono::milliseconds timeout,
                                    pending_requests::action first) {
  auto const self = shared_from_this();
  auto const waiting = std::make_shared<call>(loop_->executor());
  auto const id = send(std::move(op), std::move(fields), timeout,
                       [waiting, first = std::move(first)](outcome const& reply) {
                         if (first) first(reply);
                         waiting->reply = reply;
                         waiting->done.ring();
                       });
  while (!waiting->reply) {
    bool const rang = co_await waiting->done.wait();
    if (rang || waiting->reply) continue;
    pending_.forget(id);
    throw boost::system::system_error(asio::error::operation_aborted, "waiting for a reply");
  }
  outcome reply = std::move(*waiting->reply);
  co_return reply;
}

awaitable<json::value> client_impl::request(std::string op, json::object fields,
                                            request_options how) {
  loop_->assert_held();
  auto const timeout = how.timeout().value_or(config_.timeouts.request);
  outcome reply;
  if (how.queue_for().count() > 0) {
    waiting_request what;
    what.op = std::move(op);
    what.fields = std::move(fields);
    what.timeout = timeout;
    what.queued_for = how.queue_for();
    reply = co_await ask_when_ready(std::move(what));
  } else {
    require_live(op);
    reply = co_await ask(std::move(op), std::move(fields), timeout);
  }
  if (reply.wrong) throw *reply.wrong;
  json::value ok = std::move(reply.ok);
  co_return ok;
}

// ---- requests that may wait for a connection

awaitable<outcome> client_impl::ask_when_ready(waiting_request what) {
  auto const self = shared_from_this();
  if (stopping_) throw not_sent(errc::closed, what.op, "the client is closed");
  if (!running_) throw not_sent(errc::not_connected, what.op, "the client is not connecting");
  auto const waiting = std::make_shared<call>(loop_->executor());
  auto const sent_as = std::make_shared<std::optional<std::uint64_t>>();
  what.done = [waiting](outcome const& reply) {
    waiting->reply = reply;
    waiting->done.ring();
  };
  what.on_sent = [sent_as](std::uint64_t id) { *sent_as = id; };
  std::string const op = what.op;
  auto const expires = loop_->now() + what.queued_for;
  auto const ticket = waiting_.push(std::move(what), expires);
  if (!ticket) {
    throw not_sent(errc::backpressure, op,
                   "requests of " + std::to_string(waiting_.bytes()) + " bytes wait already");
  }
  send_waiting();
  expire_waiting();
  while (!waiting->reply) {
    bool const rang = co_await waiting->done.wait();
    if (rang || waiting->reply) continue;
    if (!waiting_.withdraw(*ticket) && *sent_as) pending_.forget(**sent_as);
    throw boost::system::system_error(asio::error::operation_aborted, "waiting for a reply");
  }
  outcome reply = std::move(*waiting->reply);
  co_return reply;
}

/// In order, as long as there is room.
void client_impl::send_waiting() {
  while (is_ready() && session_ && session_->is_open() && !waiting_.empty()) {
    auto const& next = waiting_.front();
    std::uint64_t id = 0;
    try {
      id = send(next.op, next.fields, next.timeout, next.done);
    } catch (error const&) {
      return;  // room comes with a reply, or there will be another connection
    }
    waiting_.pop().on_sent(id);
  }
}

/// Those whose time is over fail; the next ones' is waited for.
void client_impl::expire_waiting() {
  loop_->cancel(expiry_);
  for (auto const& each : waiting_.expire(loop_->now())) {
    outcome late;
    late.wrong =
        not_sent(is_ready() ? errc::backpressure : errc::not_connected, each.op,
                 (is_ready() ? "there was no room for " : "no connection was live within ") +
                     std::to_string(each.queued_for.count()) + " ms");
    each.done(late);
  }
  auto const next = waiting_.next_expiry();
  if (!next) return;
  expiry_ = loop_->at(*next, [weak = weak_from_this()] {
    if (auto const self = weak.lock()) self->expire_waiting();
  });
}

void client_impl::fail_waiting(errc code, std::string const& why) {
  loop_->cancel(expiry_);
  while (!waiting_.empty()) {
    auto const each = waiting_.pop();
    outcome failed;
    failed.wrong = not_sent(code, each.op, why);
    each.done(failed);
  }
}

void client_impl::fail_unanswered() {
  if (!session_) return;
  auto const written = session_->writer().queue().written();
  if (stopping_) {
    pending_.fail_all(errc::closed, "the client was closed", written);
  } else {
    pending_.fail_all(errc::connection_lost, "the connection ended", written);
  }
}

awaitable<outcome> client_impl::send_credentials(credentials brought) {
  return ask("auth", fields_of(brought), config_.timeouts.request);
}

awaitable<json::value> client_impl::authenticate(std::function<credentials()> fresh, bool once) {
  require_live("auth");
  auto const self = shared_from_this();
  credentials brought = fresh();
  outcome reply = co_await send_credentials(std::move(brought));
  if (reply.wrong) throw *reply.wrong;
  if (!once) credentials_ = std::move(fresh);
  json::value ok = std::move(reply.ok);
  co_return ok;
}

}  // namespace runes::detail
