#include "server/server_impl.hpp"

#include "protocol/json_writer.hpp"
#include "protocol/market_codec.hpp"
#include "session/raw_memberships.hpp"

#include <runes/error.hpp>
#include <runes/log.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <thread>

namespace runes {

using detail::worker;

namespace {

/// Connections told at one time why they were refused; beyond that they are cut off without a word.
constexpr std::size_t most_turned_away = 256;
/// `system` tells of itself this often.
constexpr std::chrono::seconds system_period{1};
/// What is still running so long after its cancellation is given up.
constexpr std::chrono::milliseconds last_grace{1'000};
constexpr std::string_view system_symbol = "server";

server_config checked(server_config config) {
  config.validate();
  if (config.threads == 0) config.threads = std::max(1u, std::thread::hardware_concurrency());
  return config;
}

detail::history_rules histories_of(server_config const& config) {
  auto const& given = config.history;
  detail::history_rules rules;
  rules.everyone = {given.max_bytes, given.max_age};
  rules.accounts = {given.account_max_bytes, given.account_max_age};
  rules.total_bytes = given.total_bytes;
  return rules;
}

}  // namespace

server::impl::impl(server_config given) : config(checked(std::move(given))), admission_(config) {
  detail::shard_list shards;
  for (unsigned i = 0; i < config.threads; ++i) {
    workers.push_back(
        std::make_unique<worker>(i, config.limits.max_inbox_updates, [this] { ended_.release(); }));
    shards.push_back(workers.back()->own_shard());
  }
  broker = std::make_unique<detail::memory_broker>(std::move(shards), 0, histories_of(config));
  for (auto& c : channels::standard()) broker->add_channel(std::move(c));
  services_.broker = broker.get();
  services_.config = &config;
  services_.metrics = [this] { return metrics_json(); };
  services_.health = [this] { return health_json(); };
  services_.instruments = [this](std::vector<std::string> const* symbols) {
    return instruments_json(symbols);
  };
}

server::impl::~impl() {
  // What is left of coroutines goes first, while all that they refer to is there.
  broker->close();
  for (auto const& w : workers) w->drop_coroutines();
}

worker& server::impl::next_worker() { return *workers[round_robin_++ % workers.size()]; }

/// The one with the fewest connections, so that they are spread evenly however they come and go.
worker& server::impl::quietest() {
  auto const least =
      std::min_element(workers.begin(), workers.end(),
                       [](auto const& a, auto const& b) { return a->running() < b->running(); });
  return **least;
}

// ---- listening

void server::impl::listen() {
  if (open) return;
  open = std::make_unique<detail::listener>(workers.front()->own_loop(), config.host, config.port);
}

void server::impl::take(asio::ip::tcp::socket socket, worker& on) {
  boost::system::error_code ec;
  auto const peer = socket.remote_endpoint(ec).address();
  if (ec) return;  // gone already
  auto const verdict = admission_.admit(peer, std::chrono::steady_clock::now());
  auto const moved = std::make_shared<asio::ip::tcp::socket>(std::move(socket));
  if (verdict.admitted()) {
    on.start(
        "a connection", [this, moved, peer, &on] { return serve(std::move(*moved), peer, on); },
        worker::patience::none);
    return;
  }
  ++refused_;
  log::write(severity::info, {"server", 0},
             "refused " + peer.to_string() + " with " + std::to_string(verdict.status) + ": " +
                 std::string(verdict.reason));
  if (turned_away_ >= most_turned_away) return;
  auto reply = detail::plain_reply(verdict.status, verdict.reason);
  if (verdict.retry_after.count() > 0) reply.retry_after = verdict.retry_after;
  on.start(
      "a refusal", [this, moved, &on, reply] { return turn_away(std::move(*moved), on, reply); },
      worker::patience::none);
}

detail::accept_options server::impl::accept_options() const {
  return {config.timeouts.handshake, config.limits.max_header_bytes,
          config.limits.max_outbox_bytes};
}

awaitable<> server::impl::turn_away(asio::ip::tcp::socket socket, worker& on,
                                    detail::http_reply reply) {
  struct one_more {
    explicit one_more(std::atomic<std::size_t>& of) noexcept : count(of) { ++count; }
    ~one_more() { --count; }
    std::atomic<std::size_t>& count;
  };
  one_more const here(turned_away_);
  co_await detail::refuse(std::move(socket), on.own_loop(), std::move(reply), accept_options());
}

// ---- one connection

/// What the door asks, for one connection: remembers which handler it is for.
class server::impl::visit final : public detail::reception {
 public:
  explicit visit(impl const& house) : house_(house) {}

  detail::http_reply on_request(std::string_view method, std::string_view path) override {
    return house_.answer(method, path);
  }

  std::variant<detail::http_reply, detail::upgrade_terms> on_upgrade(
      std::string_view path, std::vector<std::string> const& subprotocols) override {
    chosen = house_.mounts.find(path);
    if (!chosen) return detail::plain_reply(404, "nothing is served on this path");
    if (house_.stopping_) return detail::plain_reply(503, "the server is going away");
    return detail::agree(*chosen, subprotocols, house_.config);
  }

  detail::mount const* chosen = nullptr;

 private:
  impl const& house_;
};

/// An admitted connection's place, given back when it ends: here, or where it was handed over to.
class server::impl::place {
 public:
  place(impl& house, asio::ip::address const& peer) noexcept : house_(house), peer_(peer) {}
  ~place() {
    if (!handed_over_) house_.admission_.release(peer_);
  }
  place(place const&) = delete;
  place& operator=(place const&) = delete;

  std::function<void()> hand_over() {
    handed_over_ = true;
    return [&house = house_, peer = peer_] { house.admission_.release(peer); };
  }

 private:
  impl& house_;
  asio::ip::address peer_;
  bool handed_over_ = false;
};

awaitable<> server::impl::serve(asio::ip::tcp::socket socket, asio::ip::address peer, worker& on) {
  place held(*this, peer);
  visit desk(*this);
  auto& shard = on.own_shard();
  auto wire = co_await detail::accept(std::move(socket), on.own_loop(), &shard->counters(), desk,
                                      accept_options());
  if (!wire) co_return;
  detail::session_limits const limits{config.timeouts.ping, config.timeouts.pong,
                                      config.timeouts.close};
  auto const session = std::make_shared<detail::session_impl>(
      on.own_loop(), &shard->counters(), std::move(wire), desk.chosen->make(), limits);
  if (desk.chosen->options.is_raw()) {
    session->use_raw_topics(std::make_unique<detail::raw_memberships>(shard));
  } else {
    session->use(std::make_unique<detail::runes_dialect>(*session, services_, shard));
  }
  if (log::enabled(severity::debug))
    log::write(severity::debug, {"session", session->id()}, "open: " + session->peer());
  on.run_session(session, held.hand_over());
  if (stopping_) session->close({close_code::draining, "the server is going away"});
}

detail::http_reply server::impl::answer(std::string_view method, std::string_view path) const {
  if (method != "GET" && method != "HEAD")
    return detail::plain_reply(405, "only GET is served here");
  detail::http_reply reply;
  if (path == "/health") {
    auto const components = health();
    reply.type = "application/json";
    reply.body = detail::health_object(components);
    if (detail::worst_of(components) == component_health::state::unhealthy) reply.status = 503;
    return reply;
  }
  if (path == "/metrics") {
    reply.type = detail::prometheus_type;
    reply.body = metrics_text();
    return reply;
  }
  if (mounts.find(path)) return detail::plain_reply(426, "this path speaks WebSocket");
  return detail::plain_reply(404, "nothing is served on this path");
}

// ---- what it says of itself

detail::totals server::impl::count() const {
  detail::totals sum;
  auto const now = std::chrono::steady_clock::now();
  std::array<std::uint64_t, detail::latency_window::buckets> latencies{};
  for (auto const& w : workers) {
    detail::add(sum, w->own_shard()->counters());
    w->own_shard()->counters().latency.collect(latencies, now);
  }
  sum.connections_refused = refused_;
  sum.history_bytes = broker->histories().used();
  sum.latency_p50_us = detail::latency_window::quantile(latencies, 50);
  sum.latency_p99_us = detail::latency_window::quantile(latencies, 99);
  sum.uptime = std::chrono::duration_cast<std::chrono::seconds>(now - made_);
  return sum;
}

detail::component_list server::impl::health() const {
  using state = component_health::state;
  detail::component_list components;
  auto const admitted = admission_.connections();
  bool const full = admitted >= config.max_connections;
  components.emplace_back(
      "connections",
      component_health{full ? state::degraded : state::healthy,
                       std::to_string(admitted) + " of " + std::to_string(config.max_connections)});
  bool const has_room = std::all_of(workers.begin(), workers.end(),
                                    [](auto const& w) { return w->own_shard()->has_room(); });
  components.emplace_back(
      "broker", component_health{has_room ? state::healthy : state::degraded,
                                 has_room ? "inboxes have room" : "publishers wait for a loop"});
  if (stopping_)
    components.emplace_back("server", component_health{state::unhealthy, "going away"});
  std::lock_guard const lock(mutex);
  for (auto const& [name, ask] : health_questions) components.emplace_back(name, ask());
  return components;
}

std::string server::impl::metrics_text() const {
  std::lock_guard const lock(mutex);
  return detail::prometheus_text(count(), metrics);
}

std::string server::impl::instruments_json(std::vector<std::string> const* symbols) const {
  std::lock_guard const lock(mutex);
  std::string out = "[";
  auto const append = [&out](instrument const& i) {
    if (out.size() > 1) out += ',';
    detail::encode(out, i);
  };
  if (!symbols) {
    for (auto const& [symbol, i] : instruments) append(i);
  } else {
    for (auto const& symbol : *symbols) {
      auto const found = instruments.find(symbol);
      if (found == instruments.end())
        throw error(errc::unknown_symbol, "no instrument '" + symbol + "'");
      append(found->second);
    }
  }
  return out + "]";
}

awaitable<> server::impl::publish_system() {
  auto const topic = broker->topic("system", system_symbol, {}, {});
  auto& loop = *workers.front()->own_loop();
  while (co_await loop.wait_until(loop.now() + system_period)) {
    auto const sum = count();
    std::string data = R"({"connections":)" + std::to_string(sum.connections_active);
    data += R"(,"metrics":)" + detail::metrics_object(sum) + R"(,"errors":)" +
            std::to_string(sum.errors);
    data += R"(,"health":)" + health_json() + "}";
    co_await broker->publish(topic, latest_payload(std::move(data)));
  }
}

// ---- running and stopping

void server::impl::run() {
  listen();
  if (mounts.empty()) mounts.add("/ws", [] { return std::make_shared<handler>(); });
  workers.front()->start("the system channel", [this] { return publish_system(); });
  asio::post(workers.front()->executor(), [this] {
    if (stopping_) return;
    auto const chosen = std::make_shared<worker*>(nullptr);
    open->start(
        [this, chosen] {
          *chosen = &quietest();
          return (*chosen)->executor();
        },
        [this](asio::ip::tcp::socket socket) {
          auto const on = socket.get_executor();
          for (auto const& w : workers) {
            if (w->executor() == on) return take(std::move(socket), *w);
          }
        });
  });
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < workers.size(); ++i) {
    threads.emplace_back([w = workers[i].get()] { w->run(); });
  }
  workers.front()->run();
  for (auto const& w : workers) w->stop();
  for (auto& t : threads) t.join();
}

void server::impl::stop() {
  if (stopping_.exchange(true)) {
    hurried_ = true;
    ended_.release();
    return;
  }
  // The one coroutine that no worker counts: it waits for all the others.
  asio::co_spawn(workers.front()->executor(), wind_down(), [this](std::exception_ptr) {
    for (auto const& w : workers) w->stop();
  });
}

bool server::impl::quiet() const {
  return std::all_of(workers.begin(), workers.end(),
                     [](auto const& w) { return w->running() == 0; });
}

awaitable<> server::impl::wait_until_ended(std::chrono::milliseconds most,
                                           std::function<bool()> all_ended) {
  auto& loop = *workers.front()->own_loop();
  bool late = false;
  auto const limit = loop.at(loop.now() + most, [this, &late] {
    late = true;
    ended_.release();
  });
  std::function<bool()> const over = [&late, &all_ended] { return late || all_ended(); };
  while (!over()) co_await ended_.wait(over);
  loop.cancel(limit);
}

void server::impl::on_each_loop(std::function<void(worker&)> const& action) {
  for (auto const& w : workers) asio::post(w->executor(), [w = w.get(), action] { action(*w); });
}

/// In steps, each for its time at most: no new connections, and those that are there are told;
/// sessions are closed with 4200; what is left is cut off, and all coroutines cancelled, publishers
/// among them. A second stop() passes over the waiting.
awaitable<> server::impl::wind_down() {
  std::function<bool()> const all_gone = [this] {
    return hurried_ || admission_.connections() == 0;
  };
  if (open) open->close();
  auto const notice = config.timeouts.drain_notice;
  on_each_loop([notice](worker& w) {
    w.cancel_impatient();
    if (notice.count() > 0) w.drain_sessions(notice);
  });
  if (notice.count() > 0) co_await wait_until_ended(notice, all_gone);
  on_each_loop(
      [](worker& w) { w.close_sessions({close_code::draining, "the server is going away"}); });
  co_await wait_until_ended(config.timeouts.drain, all_gone);
  broker->close();
  on_each_loop([](worker& w) {
    w.abort_sessions();
    w.cancel_all();
  });
  co_await wait_until_ended(last_grace, [this] { return quiet(); });
  log::write(severity::info, {"server", 0},
             quiet() ? "stopped" : "stopped; some coroutines did not end and were dropped");
}

}  // namespace runes
