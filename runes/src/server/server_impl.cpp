#include "server/server_impl.hpp"

#include "server/config_reload.hpp"
#include "server/flush_choice.hpp"

#include <runes/error.hpp>
#include <runes/log.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <thread>

namespace runes {

using detail::worker;

namespace {

/// What is still running so long after its cancellation is given up.
constexpr std::chrono::milliseconds last_grace{1'000};

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

void tell(std::vector<config_change> const& changes) {
  for (auto const& each : changes) {
    log::write(each.applied ? severity::info : severity::warning, {"server", 0},
               detail::line_of(each));
  }
  if (changes.empty())
    log::write(severity::info, {"server", 0}, "the configuration has not changed");
}

}  // namespace

server::impl::impl(server_config given)
    : settings_(std::make_shared<server_config const>(checked(std::move(given)))),
      admission_(*settings_) {
  server_config const& config = *settings_;
  auto flush = detail::choose_flush(config.flush, config.threads,
                                    [] { return detail::make_uring_sender(); });
  flushing_ = flush.in_words();
  detail::shard_list shards;
  for (unsigned i = 0; i < config.threads; ++i) {
    workers.push_back(
        std::make_unique<worker>(i, config.limits.max_inbox_updates, [this] { ended_.release(); }));
    workers.back()->own_loop()->flush_by(std::move(flush.senders[i]));
    shards.push_back(workers.back()->own_shard());
  }
  broker = std::make_unique<detail::memory_broker>(std::move(shards), 0, histories_of(config));
  for (auto& c : channels::standard()) broker->add_channel(std::move(c));
  detail::protocol_services services;
  services.broker = broker.get();
  services.metrics = [this] { return metrics_json(); };
  services.health = [this] { return health_json(); };
  services.instruments = [this](std::vector<std::string> const* symbols) {
    return instruments_json(symbols);
  };
  for (auto const& w : workers) w->offer(services, settings_);
}

server::impl::~impl() {
  close_doors();
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

/// The loop of this context, or the quietest.
worker& server::impl::nearest(asio::execution_context const* to) {
  auto const same =
      std::find_if(workers.begin(), workers.end(), [to](auto const& w) { return w->is(to); });
  return same == workers.end() ? quietest() : **same;
}

// ---- listening

void server::impl::listen() {
  if (open) return;
  auto const config = settings();
  open =
      std::make_unique<detail::listener>(workers.front()->own_loop(), config->host, config->port);
}

void server::impl::listen(local_endpoint const& here) {
  std::lock_guard const lock(mutex);
  if (stopping_) throw error(errc::cannot_listen, "the server is going away");
  auto const taker = [this](detail::local_call who) { take(std::move(who)); };
  if (!here.door()->open(this, taker))
    throw error(errc::cannot_listen, "another server listens on this local endpoint");
  doors.push_back(here);
}

void server::impl::close_doors() {
  std::lock_guard const lock(mutex);
  for (auto const& each : doors) each.door()->close(this);
}

// ---- the configuration

std::shared_ptr<server_config const> server::impl::settings() const {
  std::lock_guard const lock(mutex);
  return settings_;
}

std::vector<config_change> server::impl::reload(server_config next) {
  next = checked(std::move(next));
  std::lock_guard const one_at_a_time(reloading_);
  severity const level = settings()->log.level;
  auto plan = detail::plan_reload(*settings(), next);
  auto const config = std::make_shared<server_config const>(std::move(plan.effective));
  admission_.reload(*config);
  {
    std::lock_guard const lock(mutex);
    settings_ = config;
  }
  on_each_loop([config](worker& w) { w.reload(config); });
  // Told at the more talkative of the two levels, so that this change is not what hides itself.
  if (config->log.level < level) log::set_level(config->log.level);
  tell(plan.changes);
  if (config->log.level > level) log::set_level(config->log.level);
  return std::move(plan.changes);
}

// ---- running and stopping

void server::impl::run() {
  bool const only_here = [this] {
    std::lock_guard const lock(mutex);
    return !doors.empty();
  }();
  if (!only_here) listen();
  log::write(severity::info, {"server", 0},
             "running on " + std::to_string(workers.size()) +
                 (workers.size() == 1 ? " thread" : " threads") + ", flushing " + flushing_);
  if (mounts.empty()) mounts.add("/ws", [] { return std::make_shared<handler>(); });
  workers.front()->start("the system channel", [this] { return publish_system(); });
  asio::post(workers.front()->executor(), [this] {
    if (stopping_ || !open) return;
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
  close_doors();
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
  auto const limits = settings()->timeouts;
  auto const notice = limits.drain_notice;
  on_each_loop([notice](worker& w) {
    w.cancel_impatient();
    if (notice.count() > 0) w.drain_sessions(notice);
  });
  if (notice.count() > 0) co_await wait_until_ended(notice, all_gone);
  on_each_loop(
      [](worker& w) { w.close_sessions({close_code::draining, "the server is going away"}); });
  co_await wait_until_ended(limits.drain, all_gone);
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
