// Requests and their replies.
#include "client/client_impl.hpp"

#include <boost/json/serialize.hpp>

#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

/// A coroutine's wait for its reply.
struct call {
  explicit call(asio::any_io_executor const& executor) : done(executor) {}
  bell done;
  std::optional<outcome> reply;
};

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
  if (stopping_)
    throw error(errc::closed, "'" + std::string(op) + "' was not sent: the client is closed");
  throw error(errc::not_connected,
              "'" + std::string(op) + "' was not sent: there is no connection");
}

void client_impl::require_live(std::string_view op) const {
  loop_->assert_held();
  require_connection(op);
  if (!is_ready()) {
    throw error(errc::not_connected,
                "'" + std::string(op) + "' was not sent: the connection is not ready yet");
  }
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
    throw error(errc::backpressure,
                "'" + op + "' was not sent: " + std::to_string(config_.limits.max_requests) +
                    " requests are unanswered");
  }
  fields["id"] = *id;
  fields["op"] = op;
  auto const sent = session_->try_send(json::serialize(fields));
  if (sent != push_result::accepted) {
    pending_.forget(*id);
    if (sent == push_result::dropped)
      throw error(errc::not_connected, "'" + op + "' was not sent: the connection has ended");
    throw error(errc::backpressure, "'" + op + "' was not sent: the outbox is full");
  }
  *deadline =
      loop_->at(loop_->now() + timeout, [weak = weak_from_this(), op, timeout, which = *id] {
        auto const self = weak.lock();
        if (!self) return;
        outcome late;
        late.wrong.emplace(errc::timed_out, "'" + op + "' was sent, and no reply came within " +
                                                std::to_string(timeout.count()) +
                                                " ms: it may have been carried out");
        self->pending_.finish(which, late);
      });
  return *id;
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
                                            std::chrono::milliseconds timeout) {
  require_live(op);
  outcome reply = co_await ask(std::move(op), std::move(fields), timeout);
  if (reply.wrong) throw *reply.wrong;
  json::value ok = std::move(reply.ok);
  co_return ok;
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
