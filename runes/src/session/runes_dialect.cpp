#include "session/runes_dialect.hpp"

#include "protocol/json_writer.hpp"

#include <runes/log.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/serializer.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

/// A peer that cannot prove who it is gets this many tries.
constexpr unsigned most_failed_auths = 3;
constexpr std::chrono::milliseconds shortest_heartbeat{100};
constexpr std::chrono::milliseconds longest_heartbeat{3'600'000};
/// What a connection may ask before it has authenticated, where that is required.
constexpr std::array<std::string_view, 4> ops_for_anyone{"hello", "auth", "ping", "time"};

std::string field(std::string_view name, std::uint64_t value) {
  std::string out(1, '"');
  out += name;
  out += "\":";
  append_integer(out, value);
  return out;
}

std::string braced(std::string_view fields) {
  std::string out(1, '{');
  out += fields;
  out += '}';
  return out;
}

subscription_limits limits_of(server_config const& config) {
  return {config.limits.max_subscriptions, config.limits.min_interval};
}

parsed_request read(message const& said) {
  if (said.text) return parse_request(said.data);
  parsed_request binary;
  binary.wrong = error(errc::bad_request, "messages of this protocol are text");
  return binary;
}

/// Good until the next call on this thread: it is written into memory that is kept, unless it is
/// much.
std::string_view text_of(json::value const& value) {
  constexpr std::size_t most_kept = 64 * 1024;
  thread_local std::string text;
  if (text.capacity() > most_kept) std::string().swap(text);
  text.clear();
  std::array<char, 1'024> part;
  json::serializer writer;
  writer.reset(&value);
  while (!writer.done()) text += writer.read(part.data(), part.size());
  return text;
}

std::string ts_field(loop const& on) {
  auto const us = on.time().wall().time_since_epoch().count();
  return field("ts", static_cast<std::uint64_t>(us));
}

}  // namespace

std::size_t message_limit(handler_options const& of, server_config const& config) noexcept {
  return of.max_message_bytes() > 0 ? of.max_message_bytes() : config.limits.max_message_bytes;
}

runes_dialect::runes_dialect(session_impl& who, protocol_services const& services,
                             std::shared_ptr<shard> on)
    : session_(who),
      services_(services),
      subscriptions_(who, *services.broker, std::move(on), limits_of(*services.config)),
      requests_(services.config->rate_limit.max_requests_per_minute) {
  auto const& security = services.config->security;
  if (!security.require_authentication) return;
  auto& timers = session_.loop();
  auth_deadline_ = timers.at(timers.now() + security.auth_timeout, [this] {
    bool const required = services_.config->security.require_authentication;
    if (required && !session_.identity())
      session_.close({close_code::auth_timeout, "no 'auth' came in time"});
  });
}

runes_dialect::~runes_dialect() { on_end(); }

void runes_dialect::on_end() noexcept {
  session_.loop().cancel(auth_deadline_);
  session_.loop().cancel(next_beat_);
  subscriptions_.clear();
}

void runes_dialect::on_reload() {
  requests_.set_rate(services_.config->rate_limit.max_requests_per_minute, session_.loop().now());
  subscriptions_.set_limits(limits_of(*services_.config));
}

void runes_dialect::reply(std::string const& text) {
  session_.counters().replies_sent.add();
  session_.writer().push_reserved(session_.encode(opcode::text, text));
}

void runes_dialect::refuse(std::string_view id, error const& why) {
  session_.counters().errors.add();
  reply(error_reply(id, why));
}

// ---- one message

// In one coroutine: many requests at a time may wait for their answers, each with all of its
// frames.
awaitable<> runes_dialect::on_message(message const& said) {
  parsed_request asked = read(said);
  std::optional<error> why;
  std::optional<std::string> failure;
  owes_reply_ = true;
  try {
    admit(asked);
    if (auto own = answer_ourselves(asked)) {
      co_await std::move(*own);
    } else if (!answer_simple(asked)) {
      request const whole(asked.op, std::move(asked.body));
      json::value const ok = co_await session_.user().on_request(session_, whole);
      reply(ok_reply(asked.id, text_of(ok)));
    }
  } catch (error const& e) {
    why = e;
  } catch (std::exception const& e) {
    failure = e.what();
  } catch (...) {
    failure = "an exception of an unknown type";
  }
  if (failure) why = internal_error(asked.op, *failure);
  if (why) refuse(asked.id, *why);
  owes_reply_ = false;
  spoken_ = true;
}

error runes_dialect::internal_error(std::string const& op, std::string const& failure) const {
  log::write(severity::error, {"session", session_.id()}, "'" + op + "' failed: " + failure);
  return {errc::internal, "the server failed to carry this out"};
}

void runes_dialect::admit(parsed_request const& asked) {
  if (auto const wait = requests_.take(session_.loop().now())) {
    session_.counters().rate_limited.add();
    throw error(errc::rate_limited, "too many requests").retry_after(*wait);
  }
  if (asked.wrong) throw *asked.wrong;
  bool const open_to_all =
      std::find(ops_for_anyone.begin(), ops_for_anyone.end(), asked.op) != ops_for_anyone.end();
  if (services_.config->security.require_authentication && !session_.identity() && !open_to_all) {
    throw error(errc::auth_required, "'" + asked.op + "' needs 'auth' first");
  }
}

/// The ops of the protocol that may take a while; nothing where it is none of them.
std::optional<awaitable<>> runes_dialect::answer_ourselves(parsed_request const& asked) {
  if (asked.op == "subscribe") return subscribe(asked);
  if (asked.op == "unsubscribe") return unsubscribe(asked);
  if (asked.op == "auth") return authenticate(asked);
  return std::nullopt;
}

/// The ops that are answered on the spot.
bool runes_dialect::answer_simple(parsed_request const& asked) {
  std::string ok;
  if (asked.op == "hello") {
    ok = hello(asked.body);
  } else if (asked.op == "ping") {
    auto const* payload = asked.body.if_contains("payload");
    ok = ts_field(session_.loop());
    ok += R"(,"payload":)";
    ok += payload ? json::serialize(*payload) : "null";
    ok = braced(ok);
  } else if (asked.op == "time") {
    ok = braced(ts_field(session_.loop()));
  } else if (asked.op == "subscriptions") {
    ok = subscriptions_.list();
  } else if (asked.op == "metrics") {
    ok = services_.metrics();
  } else if (asked.op == "health") {
    ok = services_.health();
  } else if (asked.op == "instruments") {
    auto const symbols = read_symbols(asked.body, errc::bad_request);
    ok = services_.instruments(symbols ? &*symbols : nullptr);
  } else {
    return false;
  }
  reply(ok_reply(asked.id, ok));
  return true;
}

// ---- hello and heartbeats

std::string runes_dialect::hello(json::object const& body) {
  if (spoken_) throw error(errc::bad_request, "'hello' must be the first message");
  if (auto const* ms = body.if_contains("heartbeatMs")) {
    if (!ms->is_int64() || ms->get_int64() < 0) {
      throw error(errc::bad_request,
                  "'heartbeatMs' must be a whole number of milliseconds, 0 for none");
    }
    std::chrono::milliseconds const asked{
        std::min(ms->get_int64(), std::int64_t{longest_heartbeat.count()})};
    heartbeat_ = asked.count() == 0 ? asked : std::max(asked, shortest_heartbeat);
  }
  auto const& config = *services_.config;
  std::string ok = R"({"session":)";
  append_string(ok, std::to_string(session_.id()));
  ok += R"(,"server":"runes","version":)";
  append_string(ok, version());
  ok += ',' + ts_field(session_.loop());
  ok += ',' + field("heartbeatMs", static_cast<std::uint64_t>(heartbeat_.count()));
  ok +=
      R"(,"limits":{)" + field("maxMessageBytes", message_limit(session_.user().options(), config));
  ok += ',' + field("maxSubscriptions", config.limits.max_subscriptions);
  ok += ',' + field("maxRequestsPerMinute", config.rate_limit.max_requests_per_minute);
  ok +=
      ',' + field("minIntervalMs", static_cast<std::uint64_t>(config.limits.min_interval.count()));
  auto const window = config.history.max_bytes > 0 ? config.history.max_age.count() : 0;
  ok += "}," + field("resumeWindow", static_cast<std::uint64_t>(window)) + "}";
  if (heartbeat_.count() > 0) {
    next_beat_ = session_.loop().at(session_.loop().now() + heartbeat_, [this] { beat(); });
  }
  return ok;
}

void runes_dialect::beat() {
  if (!session_.is_open()) return;
  std::string text =
      R"({"event":"heartbeat",)" + field("n", ++beats_) + ',' + ts_field(session_.loop());
  text += R"(,"heads":{)" + subscriptions_.heads() + "}}";
  session_.writer().push_reserved(session_.encode(opcode::text, text));
  next_beat_ = session_.loop().at(session_.loop().now() + heartbeat_, [this] { beat(); });
}

void runes_dialect::on_drain(std::chrono::milliseconds by) {
  draining_ = true;
  std::string const text =
      R"({"event":"drain",)" + field("byMs", static_cast<std::uint64_t>(by.count())) + '}';
  session_.writer().push_reserved(session_.encode(opcode::text, text));
}

// ---- what the user's handler has a say in

awaitable<> runes_dialect::authenticate(parsed_request const& asked) {
  credentials const brought = read_credentials(asked.body);
  std::optional<identity> who;
  std::optional<error> why;
  try {
    who = co_await session_.user().authenticate(session_, brought);
  } catch (error const& e) {
    why = e;
  }
  if (who) {
    std::string const ok = take_identity(std::move(*who));
    reply(ok_reply(asked.id, ok));
    co_return;
  }
  refuse(asked.id, *why);
  if (++failed_auths_ >= most_failed_auths)
    session_.close({close_code::bad_auth, "too many failed attempts"});
}

/// What the reply says of it. An account's events may be on their way, and orders of it be asked
/// for: another one does not slip in under them.
std::string runes_dialect::take_identity(identity who) {
  if (session_.identity() && session_.identity()->account != who.account) {
    throw error(errc::forbidden,
                "this connection is another account's already: open one for each account");
  }
  session_.loop().cancel(auth_deadline_);
  std::string ok = R"({"account":)";
  append_string(ok, who.account);
  ok += R"(,"permissions":[)";
  for (auto const& permission : who.permissions) {
    if (ok.back() != '[') ok += ',';
    append_string(ok, permission);
  }
  ok += "],\"expiresAt\":";
  if (who.expires_at) {
    append_integer(ok, std::int64_t{who.expires_at->time_since_epoch().count()});
  } else {
    ok += "null";
  }
  session_.set_identity(std::move(who));
  return ok + '}';
}

awaitable<> runes_dialect::subscribe(parsed_request const& asked) {
  if (draining_) throw error(errc::draining, "the server is going away: subscribe elsewhere");
  subscription_fields const fields = read_subscription(asked.body);
  subscriptions_.check(fields);
  co_await session_.user().on_subscribe(session_, fields.wanted);
  if (session_.is_open()) subscriptions_.subscribe(fields, asked.id);
}

awaitable<> runes_dialect::unsubscribe(parsed_request const& asked) {
  subscription_fields const fields = read_subscription(asked.body);
  std::size_t const count = subscriptions_.unsubscribe(fields);
  co_await session_.user().on_unsubscribe(session_, fields.wanted);
  reply(ok_reply(asked.id, braced(field("unsubscribed", count))));
}

}  // namespace runes::detail
