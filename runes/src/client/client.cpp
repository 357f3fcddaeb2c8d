// The public face of the client.
#include <runes/client.hpp>

#include "client/client_impl.hpp"
#include "protocol/market_codec.hpp"

#include <exception>
#include <utility>

namespace runes {
namespace json = boost::json;
namespace {

void require(bool holds, std::string_view member, std::string_view rule) {
  if (!holds) throw error(errc::bad_config, std::string(member) + " must be " + std::string(rule));
}

std::uint64_t count_of(json::object const& from, std::string_view key) {
  auto const* v = from.if_contains(key);
  if (v && v->is_uint64()) return v->get_uint64();
  if (v && v->is_int64() && v->get_int64() >= 0) return static_cast<std::uint64_t>(v->get_int64());
  return 0;
}

json::object object_of(json::value from, std::string_view what) {
  if (!from.is_object())
    throw error(errc::bad_event, "the server's " + std::string(what) + " is no object");
  return std::move(from.get_object());
}

std::string text_of(json::object const& from, std::string_view key) {
  auto const* v = from.if_contains(key);
  return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

// Coroutines that keep what they work on, however soon the client goes.

using shared_impl = std::shared_ptr<detail::client_impl>;

awaitable<> connect_on(shared_impl impl) { co_await impl->connect(); }
awaitable<> close_on(shared_impl impl) { co_await impl->close(); }

awaitable<json::value> ask(shared_impl impl, std::string op, json::object fields,
                           request_options how) {
  json::value ok = co_await impl->request(std::move(op), std::move(fields), how);
  co_return ok;
}

awaitable<json::value> authenticate_on(shared_impl impl, std::function<credentials()> fresh,
                                       bool once) {
  json::value ok = co_await impl->authenticate(std::move(fresh), once);
  co_return ok;
}

awaitable<detail::subscription_handle> subscribe_on(shared_impl impl, detail::wish what) {
  auto core = co_await impl->subscribe(std::move(what));
  detail::subscription_handle handle(std::move(core));
  co_return handle;
}

awaitable<websocket_metrics> ask_metrics(shared_impl impl) {
  json::object none;
  json::value ok = co_await impl->request("metrics", std::move(none));
  websocket_metrics metrics;
  metrics.raw = object_of(std::move(ok), "metrics");
  metrics.message_count = count_of(metrics.raw, "messageCount");
  metrics.error_count = count_of(metrics.raw, "errorCount");
  metrics.active_connections = count_of(metrics.raw, "activeConnections");
  auto const* latency = metrics.raw.if_contains("latency");
  if (latency && latency->is_number()) metrics.latency_ms = latency->to_number<double>();
  co_return metrics;
}

awaitable<system_health> ask_health(shared_impl impl) {
  json::object none;
  json::value ok = co_await impl->request("health", std::move(none));
  system_health health;
  health.raw = object_of(std::move(ok), "health");
  health.status = text_of(health.raw, "status");
  auto const* components = health.raw.if_contains("components");
  if (!components || !components->is_object()) co_return health;
  for (auto const& member : components->get_object()) {
    system_health::component one;
    one.name = member.key();
    if (auto const* object = member.value().if_object()) {
      one.status = text_of(*object, "status");
      if (auto const* details = object->if_contains("details")) one.details = *details;
    }
    health.components.push_back(std::move(one));
  }
  co_return health;
}

awaitable<std::vector<instrument>> ask_instruments(shared_impl impl) {
  json::object none;
  json::value const ok = co_await impl->request("instruments", std::move(none));
  json::value const* list = &ok;
  if (auto const* object = ok.if_object()) list = object->if_contains("instruments");
  if (!list || !list->is_array())
    throw error(errc::bad_event, "the server's instruments are no list");
  std::vector<instrument> all;
  for (auto const& each : list->get_array()) {
    instrument one;
    detail::decode(each, one);
    all.push_back(std::move(one));
  }
  co_return all;
}

}  // namespace

void client_config::validate() const {
  using std::chrono::milliseconds;
  milliseconds const none{0};
  require(!url.empty(), "url", "given");
  require(fallback_urls.size() <= 16, "fallback_urls", "at most 16");
  require(timeouts.heartbeat >= none, "timeouts.heartbeat", "at least zero");
  require(timeouts.connect > none, "timeouts.connect", "above zero");
  require(timeouts.request > none, "timeouts.request", "above zero");
  require(timeouts.ping >= none, "timeouts.ping", "at least zero");
  require(timeouts.pong > none, "timeouts.pong", "above zero");
  require(timeouts.close > none, "timeouts.close", "above zero");
  require(reconnect.base > none, "reconnect.base", "above zero");
  require(reconnect.cap >= reconnect.base, "reconnect.cap", "at least reconnect.base");
  require(reconnect.cap <= std::chrono::hours(24), "reconnect.cap", "at most a day");
  require(reconnect.stable >= none, "reconnect.stable", "at least zero");
  require(reconnect.first_attempts >= 1, "reconnect.first_attempts", "at least 1");
  require(limits.max_message_bytes >= 1, "limits.max_message_bytes", "at least 1");
  require(limits.max_outbox_bytes >= 1, "limits.max_outbox_bytes", "at least 1");
  require(limits.max_requests >= 1, "limits.max_requests", "at least 1");
  require(limits.max_waiting_bytes >= 1, "limits.max_waiting_bytes", "at least 1");
  require(limits.max_queued_events >= 1, "limits.max_queued_events", "at least 1");
}

std::string_view name_of(connection_state state) noexcept {
  switch (state) {
    case connection_state::idle:
      return "idle";
    case connection_state::connecting:
      return "connecting";
    case connection_state::resuming:
      return "resuming";
    case connection_state::live:
      return "live";
    case connection_state::stale:
      return "stale";
    case connection_state::closed:
      break;
  }
  return "closed";
}

client::client(asio::any_io_executor executor) : client(std::move(executor), client_config()) {}
client::client(asio::any_io_executor executor, client_config config)
    : impl_(detail::client_impl::make(std::move(executor), std::move(config))) {}
client::client(asio::any_io_executor executor, local_endpoint to)
    : client(std::move(executor), to, client_config()) {}
client::client(asio::any_io_executor executor, local_endpoint to, client_config config)
    : impl_(detail::client_impl::make(std::move(executor), to, std::move(config))) {}
client::client(std::shared_ptr<detail::client_impl> impl) noexcept : impl_(std::move(impl)) {}
client::client(client&&) noexcept = default;
client& client::operator=(client&& other) noexcept {
  if (this != &other) {
    if (impl_) impl_->shut_down();
    impl_ = std::move(other.impl_);
  }
  return *this;
}
client::~client() {
  if (impl_) impl_->shut_down();
}

awaitable<> client::connect() { return connect_on(impl_); }
awaitable<> client::close() { return close_on(impl_); }
connection_state client::state() const noexcept { return impl_->state(); }

awaitable<json::value> client::request(std::string op, params fields, request_options how) {
  return ask(impl_, std::move(op), fields.fields(), how);
}

awaitable<websocket_metrics> client::get_metrics() { return ask_metrics(impl_); }
awaitable<system_health> client::get_health() { return ask_health(impl_); }
awaitable<std::vector<instrument>> client::get_instruments() { return ask_instruments(impl_); }

awaitable<json::value> client::authenticate(credentials brought) {
  bool const once =
      brought.token.empty();  // the server would call a second use of a signature a replay
  return authenticate_on(impl_, [brought = std::move(brought)] { return brought; }, once);
}
awaitable<json::value> client::authenticate(std::function<credentials()> fresh) {
  return authenticate_on(impl_, std::move(fresh), false);
}

client::listener_id client::add_callback(std::string_view name,
                                         std::function<void(notice const&)> listener) {
  return impl_->heard().add(name, std::move(listener));
}
client::listener_id client::add_coroutine(std::string_view name,
                                          std::function<awaitable<>(notice const&)> listener) {
  return impl_->heard().add_coroutine(name, std::move(listener));
}
void client::off(listener_id which) { impl_->heard().remove(which); }

awaitable<detail::subscription_handle> client::start(detail::wish const& wanted) {
  return subscribe_on(impl_, wanted);
}

}  // namespace runes
