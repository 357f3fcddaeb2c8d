// From connecting to the end: attempts, reconnection, closing.
#include "client/client_impl.hpp"

#include <runes/log.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

reconnect_rules rules_of(client_config const& config) {
  return {config.reconnect.base, config.reconnect.cap, config.reconnect.stable,
          config.reconnect.max_attempts};
}

std::uint64_t seed_of(client_config const& config) {
  if (config.reconnect.seed) return *config.reconnect.seed;
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

/// So many heartbeats may be missing before the connection counts as lost.
constexpr int most_missed_beats = 3;

/// The time between two heartbeats as the server has granted it; 0: it sends none.
std::chrono::milliseconds read_heartbeat(json::value const& hello) {
  auto const* object = hello.if_object();
  auto const* ms = object ? object->if_contains("heartbeatMs") : nullptr;
  if (!ms || !ms->is_int64() || ms->get_int64() < 0) return {};
  return std::chrono::milliseconds(std::min<std::int64_t>(ms->get_int64(), 3'600'000));
}

/// Why a connection that ended counts as an error.
error error_of(close_reason const& why) {
  if (!why.said()) return {errc::connection_lost, "the connection broke"};
  errc code = errc::connection_lost;
  if (why.code == close_code::bad_auth) code = errc::bad_credentials;
  if (why.code == close_code::forbidden) code = errc::forbidden;
  std::string sentence =
      "the server closed the connection with " + std::to_string(static_cast<unsigned>(why.code));
  if (auto const name = name_of(why.code); !name.empty()) sentence.append(1, ' ').append(name);
  if (!why.text.empty()) sentence += ": " + why.text;
  return {code, std::move(sentence)};
}

}  // namespace

/// What the session's handler is in the client: the way back to it.
class client_impl::link final : public handler {
 public:
  /// The client outlives it: its coroutine runs the session.
  explicit link(client_impl& client) noexcept : client_(client) {}

  awaitable<> on_open(session&) override {
    auto const self = client_.shared_from_this();
    asio::co_spawn(client_.loop_->executor(), client_.go_live(client_.session_),
                   [self](std::exception_ptr failure) {
                     if (!failure) return;
                     try {
                       std::rethrow_exception(failure);
                     } catch (std::exception const& e) {
                       self->last_failure_.emplace(
                           errc::connection_lost,
                           std::string("the connection was not made ready: ") + e.what());
                     }
                     if (self->session_) self->session_->abort();
                   });
    co_return;
  }
  awaitable<> on_message(session&, message const& said) override {
    client_.on_message(said);
    co_return;
  }

 private:
  client_impl& client_;
};

client_impl::client_impl(std::shared_ptr<loop> on, client_config config, connector dial)
    : loop_(std::move(on)),
      config_(std::move(config)),
      dial_(std::move(dial)),
      policy_(rules_of(config_)),
      random_(seed_of(config_)),
      pending_(config_.limits.max_requests),
      listeners_(loop_->executor()),
      changed_(loop_->executor()) {
  config_.validate();
}

client_impl::~client_impl() = default;

std::shared_ptr<client_impl> client_impl::make(asio::any_io_executor executor,
                                               client_config config) {
  auto on = loop::make(std::move(executor));
  std::vector<url> to{url::parse(config.url)};
  for (auto const& fallback : config.fallback_urls) to.push_back(url::parse(fallback));
  connect_options options;
  options.subprotocols.emplace_back("runes.v1.json");
  options.compression = config.compression;
  options.max_message_bytes = config.limits.max_message_bytes;
  options.max_outbox_bytes = config.limits.max_outbox_bytes;
  options.timeout = config.timeouts.connect;
  auto made = std::make_shared<client_impl>(on, std::move(config), connector());
  made->own_loop_ = true;
  made->dial_ = [on, counters = &made->counters_, to = std::move(to), options](std::size_t which) {
    return detail::connect(on, counters, to[which], options);
  };
  return made;
}

// ---- from outside

awaitable<> client_impl::connect() {
  auto const self = shared_from_this();
  loop_->assert_held();
  if (stopping_) throw error(errc::closed, "the client is closed");
  if (!running_) start();
  while (running_ && state_ != connection_state::live) {
    if (!co_await changed_.wait())
      throw boost::system::system_error(asio::error::operation_aborted, "connecting");
  }
  if (state_ == connection_state::live) co_return;
  if (stopping_) throw error(errc::closed, "the client was closed while it connected");
  throw last_failure_.value_or(error(errc::not_connected, "the connection failed"));
}

void client_impl::start() {
  running_ = true;
  ever_live_ = false;
  first_failures_ = 0;
  endpoint_ = 0;
  policy_ = reconnect_policy(rules_of(config_));
  auto const self = shared_from_this();
  asio::co_spawn(
      loop_->executor(), run(),
      asio::bind_cancellation_slot(stop_.slot(), [self](std::exception_ptr) { self->finish(); }));
}

awaitable<> client_impl::close() {
  auto const self = shared_from_this();
  loop_->assert_held();
  stopping_ = true;
  if (!running_) finish();
  if (session_) {
    session_->close({close_code::normal, ""});
  } else if (running_) {
    stop_.emit(loop_->executor());
  }
  while (running_) {
    if (!co_await changed_.wait())
      throw boost::system::system_error(asio::error::operation_aborted, "closing");
  }
}

void client_impl::shut_down() noexcept {
  stopping_ = true;
  try {
    listeners_.clear();
    auto const session = session_;
    if (session) {
      session->abort();
    } else if (running_) {
      stop_.emit(loop_->executor());
    }
    finish();
  } catch (std::exception const& e) {
    log::write(severity::error, {"client"}, std::string("shutting down failed: ") + e.what());
  }
}

// ---- its coroutine

awaitable<> client_impl::run() {
  auto const self = shared_from_this();
  while (!stopping_) {
    set_state(connection_state::connecting);
    decision const again = co_await attempt();
    if (!again || stopping_) break;
    set_state(connection_state::stale, last_failure_);
    if (again->count() > 0) co_await sleep_until(loop_, loop_->now() + *again);
  }
}

awaitable<client_impl::decision> client_impl::attempt() {
  std::unique_ptr<transport> wire;
  std::exception_ptr failure;
  try {
    wire = co_await dial_(endpoint_);
  } catch (...) {
    failure = std::current_exception();
  }
  if (stopping_) co_return decision();
  if (failure) co_return after_failure(failure);
  was_live_ = moving_ = left_ = fell_silent_ = false;
  last_message_ = loop_->now();
  session_limits limits;
  limits.ping = config_.timeouts.ping;
  limits.pong = config_.timeouts.pong;
  limits.close = config_.timeouts.close;
  auto user = std::make_shared<link>(*this);
  session_ =
      std::make_shared<session_impl>(loop_, &counters_, std::move(wire), std::move(user), limits);
  auto const session = session_;
  close_reason const why = co_await session->run();
  // A session ends with cancellation switched off, and that would hold for what we wait for next.
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  session_.reset();
  co_return after_close(why);
}

client_impl::decision client_impl::after_failure(std::exception_ptr failure) {
  std::optional<unsigned> http_status;
  try {
    std::rethrow_exception(std::move(failure));
  } catch (upgrade_refused const& e) {
    http_status = e.http_status();
    last_failure_ = e;
  } catch (error const& e) {
    last_failure_ = e;
  } catch (std::exception const& e) {
    last_failure_.emplace(errc::not_connected, e.what());
  }
  log::write(severity::info, {"client"}, "no connection: " + last_failure_->sentence());
  decision const again = policy_.failed(http_status, last_failure_->retry_after(), random_());
  bool const more_to_try = endpoint_ < config_.fallback_urls.size();
  if (!ever_live_ && !more_to_try && ++first_failures_ >= config_.reconnect.first_attempts)
    return {};
  return with_fallback(again);
}

/// After a failure the next URL is tried at once; only when all have failed it is waited. One that
/// refuses us for good, or asks to be left alone, says nothing of the others.
client_impl::decision client_impl::with_fallback(decision again) noexcept {
  auto const urls = config_.fallback_urls.size() + 1;
  endpoint_ = (endpoint_ + 1) % urls;
  return endpoint_ != 0 ? decision(std::chrono::milliseconds(0)) : again;
}

client_impl::decision client_impl::after_close(close_reason const& why) {
  auto const now = loop_->now();
  // A connection that failed before it was live has said why already, if it was us who ended it.
  if (was_live_ || !last_failure_) last_failure_ = error_of(why);
  if (fell_silent_) last_failure_.emplace(errc::connection_lost, "no heartbeat came any more");
  pending_.fail_all(
      stopping_ ? errc::closed : errc::connection_lost,
      "was sent, and the connection ended before its reply came: it may have been carried out");
  if (was_live_) {
    for (auto const& core : std::vector(wanted_)) core->on_disconnected();
  }
  if (stopping_) return {};
  if (left_) {
    endpoint_ = (endpoint_ + 1) % (config_.fallback_urls.size() + 1);
    return policy_.moved(now);
  }
  decision const again = policy_.closed(why.code, now, random_());
  if (!ever_live_ && ++first_failures_ >= config_.reconnect.first_attempts) return {};
  return again;
}

/// It runs no more: closed, given up, or connect() has failed.
void client_impl::finish() {
  running_ = false;
  session_.reset();
  bool const for_good = stopping_ || ever_live_;
  auto const why = stopping_ ? std::nullopt : last_failure_;
  pending_.fail_all(errc::closed, "was not answered before the client was closed");
  for (auto const& core : std::exchange(wanted_, {})) core->end(why);
  if (own_loop_) loop_->rest();
  set_state(for_good ? connection_state::closed : connection_state::idle, why);
  changed_.ring();
}

void client_impl::set_state(connection_state now, std::optional<error> why) {
  if (state_ == now) return;
  state_ = now;
  log::write(severity::debug, {"client"}, "state: " + std::string(name_of(now)));
  changed_.ring();
  notice what("state");
  what.state(now).error(std::move(why));
  listeners_.tell(what);
}

// ---- a new connection

awaitable<> client_impl::go_live(std::shared_ptr<session_impl> on) {
  auto const self = shared_from_this();
  last_failure_.reset();
  json::object hello;
  hello["client"] = config_.name;
  hello["heartbeatMs"] = config_.timeouts.heartbeat.count();
  outcome const greeted = co_await ask("hello", std::move(hello), config_.timeouts.request);
  if (session_ != on || !on->is_open()) co_return;
  if (greeted.wrong && greeted.wrong->code() == errc::timed_out) {
    last_failure_ = greeted.wrong;
    on->abort();
    co_return;
  }
  // Without hello a connection is as good; only its answer shows that somebody is there.
  if (credentials_) {
    credentials brought =
        credentials_();  // what it throws breaks the connection off, and is tried again
    outcome const known = co_await send_credentials(std::move(brought));
    if (session_ != on || !on->is_open()) co_return;
    if (known.wrong) report(*known.wrong);
  }
  was_live_ = ever_live_ = true;
  policy_.live(loop_->now());
  if (!greeted.wrong) watch_heartbeats(read_heartbeat(greeted.ok));
  if (wanted_.empty()) {
    set_state(connection_state::live);
    co_return;
  }
  set_state(connection_state::resuming);
  std::shared_ptr<void> const all(nullptr, [weak = weak_from_this(), session = on.get()](void*) {
    if (auto const alive = weak.lock()) alive->on_all_resubscribed(session);
  });
  for (auto const& core : std::vector(wanted_)) resubscribe(core, all);
}

void client_impl::on_all_resubscribed(session_impl const* on) {
  if (session_.get() == on && on->is_open() && state_ == connection_state::resuming)
    set_state(connection_state::live);
}

void client_impl::resubscribe(std::shared_ptr<subscription_core> const& core,
                              std::shared_ptr<void> all) {
  if (core->ended() || !session_) return;
  auto const answered = [weak = weak_from_this(), core, all](outcome const& reply) {
    if (auto const self = weak.lock()) self->on_resubscribed(core, reply);
  };
  try {
    send("subscribe", core->resubscription(), config_.timeouts.request, answered);
  } catch (error const& e) {
    if (e.code() != errc::backpressure) return;  // there will be another connection
    later(core, subscription_core::first_resync_pause, [this](auto const& c) { resubscribe(c); });
  }
}

void client_impl::on_resubscribed(std::shared_ptr<subscription_core> const& core,
                                  outcome const& reply) {
  if (core->ended() || stopping_) return;
  if (!reply.wrong) {
    try {
      auto const entries = read_subscribed(reply.ok);
      core->on_resumed();
      auto const without_place = core->resume(entries);
      auto const refused = core->subscribed(entries);
      for (auto const& symbol : without_place) resync(core, symbol);
      if (!refused) return;
      forget(core);
      core->end(refused);
    } catch (error const& e) {
      report(e);
    }
    return;
  }
  switch (reply.wrong->code()) {
    case errc::connection_lost:
    case errc::closed:
      return;
    case errc::timed_out:  // nobody is there
      if (session_) session_->abort();
      return;
    default:
      break;
  }
  if (reply.advice == retry::never) {
    forget(core);
    core->end(reply.wrong);
    return;
  }
  auto const wait = std::max(reply.wrong->retry_after().value_or(std::chrono::milliseconds(0)),
                             subscription_core::first_resync_pause);
  later(core, wait, [this](auto const& c) { resubscribe(c); });
}

// ---- a server that is up but silent

/// A server that sends heartbeats at all, and anything else it sends, shows that it is there; one
/// that answers pings only does not.
void client_impl::watch_heartbeats(std::chrono::milliseconds period) {
  if (period.count() > 0) look_for_heartbeat(period);
}

void client_impl::look_for_heartbeat(std::chrono::milliseconds period) {
  if (!session_ || !session_->is_open()) return;
  time_point const limit = last_message_ + most_missed_beats * period;
  if (loop_->now() >= limit) {
    fell_silent_ = true;
    return session_->abort();
  }
  loop_->at(limit, [weak = weak_from_this(), on = std::weak_ptr(session_), period] {
    auto const self = weak.lock();
    auto const session = on.lock();
    if (self && session && self->session_ == session) self->look_for_heartbeat(period);
  });
}

void client_impl::on_drain(std::chrono::milliseconds by) {
  if (!session_ || moving_) return;
  moving_ = true;
  policy_.drain(by);
  // Spread over the first half of the time, so that all are gone before it is over.
  auto const most = static_cast<std::uint64_t>(by.count() / 2);
  auto const wait = std::chrono::milliseconds(static_cast<std::int64_t>(random_() % (most + 1)));
  loop_->at(loop_->now() + wait, [weak = weak_from_this(), on = std::weak_ptr(session_)] {
    auto const self = weak.lock();
    auto const session = on.lock();
    if (!self || !session || self->session_ != session || !session->is_open()) return;
    self->left_ = true;
    session->close({close_code::going_away, "the server drains"});
  });
}

}  // namespace runes::detail
