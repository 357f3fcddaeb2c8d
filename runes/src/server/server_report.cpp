// What a server says of itself: counts, health, metrics, instruments.
#include "protocol/market_codec.hpp"
#include "server/server_impl.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <set>
#include <utility>

namespace runes {
namespace {

/// `system` tells of itself this often.
constexpr std::chrono::seconds system_period{1};
constexpr std::string_view system_symbol = "server";

/// A user's function that fails says so of its component, and of no other.
component_health ask_for_health(std::function<component_health()> const& ask) {
  try {
    return ask();
  } catch (std::exception const& e) {
    return {component_health::state::unhealthy, std::string("can't be asked: ") + e.what()};
  } catch (...) {
    return {component_health::state::unhealthy, "can't be asked"};
  }
}

}  // namespace

detail::totals server::impl::count() const {
  detail::totals sum;
  auto const now = std::chrono::steady_clock::now();
  std::array<std::uint64_t, detail::latency_window::buckets> latencies{};
  for (auto const& w : workers) {
    detail::add(sum, w->own_shard()->counters());
    w->own_shard()->counters().latency.collect(latencies, now);
    sum.loops_by_uring += w->own_loop()->flushes().together() ? 1 : 0;
    sum.write_batches += w->own_loop()->flushes().batches();
  }
  sum.loops = workers.size();
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
  auto const most = settings()->max_connections;
  bool const full = admitted >= most;
  components.emplace_back(
      "connections", component_health{full ? state::degraded : state::healthy,
                                      std::to_string(admitted) + " of " + std::to_string(most)});
  bool const has_room = std::all_of(workers.begin(), workers.end(),
                                    [](auto const& w) { return w->own_shard()->has_room(); });
  components.emplace_back(
      "broker", component_health{has_room ? state::healthy : state::degraded,
                                 has_room ? "inboxes have room" : "publishers wait for a loop"});
  if (stopping_)
    components.emplace_back("server", component_health{state::unhealthy, "going away"});
  for (auto const& [name, ask] : copy_of(health_questions))
    components.emplace_back(name, ask_for_health(ask));
  return components;
}

std::string server::impl::metrics_text() const {
  return detail::prometheus_text(count(), copy_of(metrics));
}

/// A user's function may ask the server in turn, so none is called under the mutex.
template <class T>
std::vector<T> server::impl::copy_of(std::vector<T> const& what) const {
  std::lock_guard const lock(mutex);
  return what;
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
    std::set<std::string_view> said;
    for (auto const& symbol : *symbols) {
      if (!said.insert(symbol).second)
        continue;  // each once: the answer is bounded by what there is
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
  std::uint64_t errors_before = 0;
  while (co_await loop.wait_until(loop.now() + system_period)) {
    auto const sum = count();
    std::string data = R"({"connections":)" + std::to_string(sum.connections_active);
    data += R"(,"metrics":)" + detail::metrics_object(sum) + R"(,"errors":)" +
            std::to_string(sum.errors) + R"(,"errorsLastSecond":)" +
            std::to_string(sum.errors - std::exchange(errors_before, sum.errors));
    data += R"(,"health":)" + health_json() + "}";
    co_await broker->publish(topic, latest_payload(std::move(data)));
  }
}

}  // namespace runes
