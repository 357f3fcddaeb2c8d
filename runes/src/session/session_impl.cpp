#include "session/session_impl.hpp"

#include "broker/waiting_line.hpp"
#include "protocol/mask.hpp"
#include "session/raw_memberships.hpp"

#include <runes/error.hpp>
#include <runes/log.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <utility>

namespace runes::detail {
namespace {

/// Messages that came together are handled together, up to so many; then it is the others' turn.
constexpr unsigned most_in_a_turn = 64;

/// Of two times that may be never.
std::optional<time_point> earlier(std::optional<time_point> a, std::optional<time_point> b) {
  if (a && b) return std::min(*a, *b);
  return a ? a : b;
}

std::string what_of(std::exception_ptr failure) {
  try {
    std::rethrow_exception(std::move(failure));
  } catch (std::exception const& e) {
    return e.what();
  } catch (...) {
    return "an exception of an unknown type";
  }
}

}  // namespace

std::uint64_t next_session_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

session_impl::session_impl(std::shared_ptr<runes::detail::loop> on, loop_counters* counters,
                           std::unique_ptr<transport> wire, std::shared_ptr<handler> user,
                           session_limits limits, std::uint64_t id)
    : session(id),
      loop_(std::move(on)),
      counters_(counters),
      wire_(std::move(wire)),
      writer_(&wire_->writer()),
      user_(std::move(user)),
      alive_(limits.ping, limits.pong, loop_->now()),
      idle_(limits.idle, loop_->now()),
      close_timeout_(limits.close) {
  wire_->on_heard([this] { alive_.heard(loop_->now()); });
  writer_->on_room([this] { tell_room(); });
}

session_impl::~session_impl() = default;

void session_impl::use_raw_topics(std::unique_ptr<raw_memberships> joins) {
  raw_ = std::move(joins);
}

// ---- its life

awaitable<close_reason> session_impl::run(asio::cancellation_signal* own) {
  auto const self = shared_from_this();
  loop_->assert_held();
  counters_->connections_opened.add();
  cancel_ = own;
  watch();
  std::exception_ptr failure;
  handling_ = true;
  try {
    co_await user_->on_open(*this);
  } catch (...) {
    failure = std::current_exception();
  }
  handling_ = false;
  if (failure) {
    log::write(severity::error, {"session", id()}, "on_open failed: " + what_of(failure));
    counters_->errors.add();
    close({close_code::internal_error, "internal error"});
  }
  // Our own way to the end is not cut short by a cancellation: it ends reading, and the handler is
  // owed its on_close().
  co_await asio::this_coro::throw_if_cancelled(false);
  // A client's coroutines are to see each event before the next one changes what they look at.
  unsigned const most = role() == runes::role::client ? 1 : most_in_a_turn;
  for (unsigned in_this_turn = 0;;) {
    std::optional<message> said = wire_->try_read();
    if (!said) {
      said = co_await wire_->read();
      in_this_turn = 0;
    }
    if (!said) break;
    if (++in_this_turn > most) {
      co_await asio::post(loop_->executor(), asio::use_awaitable);
      in_this_turn = 1;
    }
    alive_.heard(loop_->now());
    counters_->messages_received.add();
    counters_->bytes_received.add(said->data.size());
    // What comes after our close frame is read, for the peer's close frame behind it, and passed
    // over.
    if (state_ == state::open) co_await handle(*said);
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await finish();
  co_return reason_ ? *reason_ : wire_->ended();
}

awaitable<> session_impl::handle(message const& said) {
  std::exception_ptr failure;
  handling_ = true;
  co_await asio::this_coro::throw_if_cancelled(true);
  try {
    if (dialect_) {
      co_await dialect_->on_message(said);
    } else {
      co_await user_->on_message(*this, said);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  co_await asio::this_coro::throw_if_cancelled(false);
  handling_ = false;
  note_use();
  if (closes_after_reply_) start_close(*std::exchange(closes_after_reply_, std::nullopt));
  if (!failure) co_return;
  log::write(severity::error, {"session", id()}, "on_message failed: " + what_of(failure));
  counters_->errors.add();
  close({close_code::internal_error, "internal error"});
}

void session_impl::let_go() noexcept {
  state_ = state::ended;
  cancel_ = nullptr;
  loop_->cancel(watch_);
  if (dialect_) dialect_->on_end();
  if (raw_) raw_->leave_all();
  if (room_) room_->close();
  wire_->abort();
}

void session_impl::drain(std::chrono::milliseconds by) {
  if (state_ != state::open) return;
  if (dialect_) return dialect_->on_drain(by);
  close({close_code::draining, "the server is going away"});  // it has no word for it
}

awaitable<> session_impl::finish() {
  let_go();
  counters_->connections_closed.add();
  std::exception_ptr failure;
  close_reason const why = reason_ ? *reason_ : wire_->ended();
  try {
    co_await user_->on_close(*this, why);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure)
    log::write(severity::error, {"session", id()}, "on_close failed: " + what_of(failure));
  if (log::enabled(severity::debug)) {
    log::write(severity::debug, {"session", id()},
               "ended: " + std::to_string(static_cast<unsigned>(why.code)) +
                   (why.text.empty() ? "" : " " + why.text));
  }
}

void session_impl::close(close_reason reason) {
  if (state_ != state::open) return;
  // What the peer asked for may have been done already: it is told before the server goes away.
  bool const after_reply =
      reason.code == close_code::draining && dialect_ && dialect_->owes_reply();
  if (!after_reply) return start_close(std::move(reason));
  closes_after_reply_ = std::move(reason);
  loop_->cancel(watch_);
  watch_ = loop_->at(loop_->now() + close_timeout_, [this] {
    start_close(*std::exchange(closes_after_reply_, std::nullopt));
    loop_->flush();
    abort();
  });
}

void session_impl::start_close(close_reason reason) {
  if (state_ != state::open) return;
  closes_after_reply_.reset();
  state_ = state::closing;
  reason_ = std::move(reason);
  if (reason_->code == close_code::slow_consumer) writer_->drop_unsent();
  wire_->start_close(*reason_);
  if (raw_) raw_->let_go();
  if (room_) room_->close();
  loop_->cancel(watch_);
  watch_ = loop_->at(loop_->now() + close_timeout_, [this] { abort(); });
}

void session_impl::abort() noexcept {
  if (state_ == state::ended) return;
  if (state_ == state::open) state_ = state::closing;
  wire_->abort();
  if (raw_) raw_->let_go();
  // Nobody reads while a handler runs, so what it waits for must end of itself, or never will.
  if (handling_ && cancel_) std::exchange(cancel_, nullptr)->emit(asio::cancellation_type::all);
}

// ---- keep-alive and idleness

/// Looks whether the peer is there and whether it makes use of that, and sets the time of the next
/// look.
void session_impl::watch() {
  if (closes_after_reply_) return;
  loop_->cancel(watch_);
  time_point const now = loop_->now();
  auto const peer = alive_.check(now);
  if (peer.what == keep_alive::action::give_up) return close({close_code::no_pong, "no pong came"});
  auto const use = idle_.check(now, in_use());
  if (use.idle) return close({close_code::idle, "nothing was asked, and nothing is subscribed to"});
  if (peer.what == keep_alive::action::ping) writer_->push_reserved(encode(opcode::ping, {}));
  auto const next = earlier(peer.next, use.next);
  if (next) watch_ = loop_->at(*next, [this] { on_watch(); });
}

bool session_impl::in_use() const noexcept {
  bool const holds = dialect_ ? dialect_->in_use() : raw_ && !raw_->empty();
  return holds || handling_;
}

/// By a message either way.
void session_impl::note_use() {
  if (idle_.watches()) idle_.used(loop_->now());
}

void session_impl::reload(session_limits limits) {
  alive_.set_times(limits.ping, limits.pong);
  idle_.set_limit(limits.idle, loop_->now());
  close_timeout_ = limits.close;
  if (state_ != state::open) return;
  if (dialect_) dialect_->on_reload();
  on_watch();
}

void session_impl::on_watch() {
  if (state_ != state::open) return;
  // A ping waits behind what is queued: a peer that reads slowly shows by reading that it is there.
  // And while a handler runs nobody reads, so pongs lie unread, unless it is the peer's not reading
  // that the handler waits for.
  std::uint32_t const unblocked = writer_->unblocked();
  bool const reads = std::exchange(unblocked_seen_, unblocked) != unblocked;
  if (reads || (handling_ && !writer_->blocked())) alive_.heard(loop_->now());
  watch();
}

// ---- sending

shared_frame session_impl::encode(opcode op, std::string_view payload) const {
  if (wire_->role() == runes::role::client) return frame::make_masked(op, payload, new_mask());
  bool const message = op == opcode::text || op == opcode::binary;
  if (message && writer_->deflates().hold(payload.size())) return compress(op, payload, *counters_);
  return frame::make(op, payload);
}

push_result session_impl::push(opcode op, std::string_view payload) {
  loop_->assert_held();
  if (state_ != state::open || writer_->broken()) return push_result::dropped;
  note_use();
  return writer_->push(encode(op, payload)) ? push_result::accepted : push_result::backpressure;
}

push_result session_impl::try_send(std::string_view text) { return push(opcode::text, text); }
push_result session_impl::try_send_binary(std::string_view bytes) {
  return push(opcode::binary, bytes);
}

awaitable<bool> session_impl::wait_for_room() {
  auto const self = shared_from_this();
  if (!room_) room_ = std::make_unique<waiting_line>();
  // Not by the bytes that are queued: a message larger than the room there is would be tried again
  // without end.
  auto const ready = [this] {
    return state_ != state::open || writer_->broken() || !writer_->refused();
  };
  co_return co_await room_->wait(ready) && state_ == state::open;
}

/// The close frame that answers the peer's, or its mistake, is queued: nothing may follow it.
void session_impl::end_sending() {
  state_ = state::closing;  // without a reason of ours: the transport knows
  if (raw_) raw_->let_go();
  if (room_) room_->close();
  loop_->cancel(watch_);
  watch_ = loop_->at(loop_->now() + close_timeout_, [this] { abort(); });
}

void session_impl::tell_room() {
  if (writer_->sealed()) {
    if (state_ == state::open) end_sending();
  } else {
    if (dialect_) dialect_->on_room();
    if (raw_) raw_->on_room();
    if (room_) room_->release();
  }
  if (writer_->broken()) abort();
}

// ---- raw topics

void session_impl::join(topic_ref const& raw) {
  if (!raw_) throw std::logic_error("only a raw session of a server can join a topic");
  if (state_ == state::open) raw_->join(*this, raw);
}

void session_impl::leave(topic_ref const& raw) {
  if (!raw_) throw std::logic_error("only a raw session of a server can leave a topic");
  raw_->leave(raw);
}

}  // namespace runes::detail
