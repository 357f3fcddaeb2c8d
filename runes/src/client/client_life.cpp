// From connecting to the end: attempts, reconnection, closing.
#include "client/client_impl.hpp"

#include "transport/local_door.hpp"

#include <runes/log.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace runes::detail {
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

/// Why a connection that ended counts as an error. `left`: by us, since the server goes away.
error error_of(close_reason const& why, bool left) {
  if (left) return {errc::connection_lost, "the server goes away, and was left"};
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

connect_options options_of(client_config const& config) {
  connect_options options;
  options.subprotocols.emplace_back("runes.v1.json");
  options.compression = config.compression;
  options.max_message_bytes = config.limits.max_message_bytes;
  options.max_outbox_bytes = config.limits.max_outbox_bytes;
  options.timeout = config.timeouts.connect;
  return options;
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
      waiting_(config_.limits.max_waiting_bytes),
      listeners_(loop_->executor()),
      endpoints_(config_.fallback_urls.size() + 1),
      changed_(loop_->executor()) {
  config_.validate();
}

client_impl::~client_impl() = default;

std::shared_ptr<client_impl> client_impl::make(asio::any_io_executor executor,
                                               client_config config) {
  auto on = loop::make(std::move(executor));
  std::vector<url> to{url::parse(config.url)};
  for (auto const& fallback : config.fallback_urls) to.push_back(url::parse(fallback));
  auto const options = options_of(config);
  auto made = on_own_loop(on, std::move(config));
  made->dial_ = [on, counters = &made->counters_, to = std::move(to), options](std::size_t which) {
    return detail::connect(on, counters, to[which], options);
  };
  return made;
}

std::shared_ptr<client_impl> client_impl::make(asio::any_io_executor executor,
                                               local_endpoint const& to, client_config config) {
  if (!config.fallback_urls.empty())
    throw error(errc::bad_config, "fallback_urls must be empty where the server is a local one");
  auto on = loop::make(std::move(executor));
  auto target = url::parse(config.url).target;
  auto const options = options_of(config);
  auto made = on_own_loop(on, std::move(config));
  made->dial_ = [on, counters = &made->counters_, door = to.door(), target = std::move(target),
                 options](std::size_t) {
    return detail::connect(on, counters, door, target, options);
  };
  return made;
}

std::shared_ptr<client_impl> client_impl::on_own_loop(std::shared_ptr<loop> on,
                                                      client_config config) {
  auto made = std::make_shared<client_impl>(std::move(on), std::move(config), connector());
  made->own_loop_ = true;
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
  endpoints_ = endpoint_ring(config_.fallback_urls.size() + 1);
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
    wire = co_await dial_(endpoints_.current());
  } catch (...) {
    failure = std::current_exception();
  }
  if (stopping_) co_return decision();
  if (failure) co_return after_failure(failure);
  was_live_ = moving_ = left_ = fell_silent_ = false;
  watch_.reset();
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
  fail_unanswered();
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
  auto const next = endpoints_.failed(http_status, last_failure_->retry_after(), loop_->now());
  if (next == endpoint_ring::step::next) return std::chrono::milliseconds(0);
  if (!ever_live_ && ++first_failures_ >= config_.reconnect.first_attempts) return {};
  if (next == endpoint_ring::step::none) return {};
  decision const again = policy_.failed(random_());
  return again ? decision(endpoints_.begin(*again, loop_->now())) : again;
}

client_impl::decision client_impl::after_close(close_reason const& why) {
  auto const now = loop_->now();
  // A connection that failed before it was live has said why already, if it was us who ended it.
  if (was_live_ || !last_failure_) last_failure_ = error_of(why, left_);
  if (fell_silent_) last_failure_.emplace(errc::connection_lost, "no heartbeat came any more");
  if (was_live_) {
    for (auto const& each : std::vector(feeds_)) each->on_disconnected();
  }
  if (stopping_) return {};
  // Whoever goes away is left for another, if there is one.
  if (left_ || why.code == close_code::draining) endpoints_.leave();
  if (left_) return policy_.moved(now, random_());
  decision const again = policy_.closed(why.code, now, random_());
  // One that closes before it has greeted us is as good as none.
  bool const never_live = again && !was_live_;
  if (never_live &&
      endpoints_.failed({}, last_failure_->retry_after(), now) == endpoint_ring::step::next)
    return std::chrono::milliseconds(0);
  if (!ever_live_ && ++first_failures_ >= config_.reconnect.first_attempts) return {};
  return never_live ? decision(endpoints_.begin(*again, now)) : again;
}

/// It runs no more: closed, given up, or connect() has failed.
void client_impl::finish() {
  running_ = false;
  fail_unanswered();
  session_.reset();
  bool const for_good = stopping_ || ever_live_;
  auto const why = stopping_ ? std::nullopt : last_failure_;
  fail_waiting(stopping_ ? errc::closed : errc::not_connected,
               why ? why->sentence() : std::string("the client was closed"));
  for (auto const& each : std::exchange(feeds_, {})) each->end(why);
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

}  // namespace runes::detail
