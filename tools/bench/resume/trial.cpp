#include "bench/resume/trial.hpp"

#include "bench/clock.hpp"
#include "bench/load/json_object.hpp"
#include "bench/local/median.hpp"
#include "bench/local/server_thread.hpp"
#include "bench/resume/allocations.hpp"
#include "bench/resume/client.hpp"

#include <runes/runes.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace runes::bench {
namespace {

constexpr std::string_view symbol = "BTC-USD";
constexpr std::size_t envelope_bytes = 145;  // of an event, about
constexpr std::chrono::milliseconds look_again{1};

server_config config_for(resume_options const& o) {
  server_config config;
  config.host = "127.0.0.1";
  config.port = 0;
  config.limits.max_outbox_bytes = o.outbox_bytes;
  config.history.max_bytes = o.history_bytes;
  config.history.total_bytes = std::max(config.history.total_bytes, o.history_bytes);
  return config;
}

class trial {
 public:
  explicit trial(resume_options const& o)
      : o_(o),
        house_(config_for(o)),
        topic_(house_.broker().topic("trades", symbol)),
        server_(house_) {
    boost::asio::post(house_.executor(), [] { count_allocations(true); });
  }

  resume_result run() {
    for (std::size_t i = 0; i < o_.rounds; ++i) {
      once(result_.heard, true);
      once(result_.unheard, false);
    }
    return std::move(result_);
  }

 private:
  void once(resume_kind& kind, bool heard) {
    resume_client other;
    if (heard) other.subscribe(server_.port(), symbol, false);
    resume_client client;
    client.subscribe(server_.port(), symbol, false);
    publish(1);
    client.receive_until(topic_.seq());
    client.leave();
    wait_for_subscribers(heard ? 1 : 0);
    auto const before = client.events();
    publish(o_.events, heard ? &other : nullptr);
    server_.settle();
    come_back(kind, client);
    result_.events += client.events() - before;
    client.leave();
    wait_for_subscribers(heard ? 1 : 0);
    come_back_for_nothing(kind, client);
    client.leave();
    other.leave();
    wait_for_subscribers(0);
  }

  void come_back(resume_kind& kind, resume_client& client) {
    auto const bytes = client.bytes();
    auto const allocated = allocations();
    auto const cpu = server_.cpu_time();
    auto const begin = monotonic_now();
    client.subscribe(server_.port(), symbol, true);
    client.receive_until(topic_.seq());
    auto const end = monotonic_now();
    server_.settle();
    using milliseconds = std::chrono::duration<double, std::milli>;
    kind.milliseconds.push_back(milliseconds(end - begin).count());
    kind.server_milliseconds.push_back(milliseconds(server_.cpu_time() - cpu).count());
    kind.allocations.push_back(static_cast<double>(allocations() - allocated));
    result_.bytes += client.bytes() - bytes;
    result_.wrong += client.wrong();
    result_.not_recovered += client.recovered() ? 0 : 1;
  }

  // What a connection and a subscription take by themselves.
  void come_back_for_nothing(resume_kind& kind, resume_client& client) {
    server_.settle();
    auto const allocated = allocations();
    client.subscribe(server_.port(), symbol, true);
    server_.settle();
    kind.idle_allocations.push_back(static_cast<double>(allocations() - allocated));
  }

  // Whoever listens meanwhile reads along, so that nothing is held back for it.
  void publish(std::uint64_t events, resume_client* listener = nullptr) {
    auto const size = std::max(o_.event_bytes, envelope_bytes + 2) - envelope_bytes;
    payload_ptr const entry = log_payload('"' + std::string(size, 'x') + '"');
    for (std::uint64_t i = 1; i <= events; ++i) {
      while (house_.broker().try_publish(topic_, entry) != push_result::accepted) {
        std::this_thread::yield();
      }
      if (listener && (i % 100 == 0 || i == events)) listener->receive_until(topic_.seq());
    }
  }

  void wait_for_subscribers(std::size_t count) {
    while (topic_.subscribers() != count) std::this_thread::sleep_for(look_again);
  }

  resume_options const& o_;
  server house_;
  topic_ref topic_;
  server_thread server_;
  resume_result result_;
};

json_object kind_json(resume_options const& o, resume_kind const& of) {
  auto const [least, most] = std::minmax_element(of.milliseconds.begin(), of.milliseconds.end());
  json_object milliseconds;
  milliseconds.add("median", median(of.milliseconds)).add("min", *least).add("max", *most);
  json_object json;
  json.add("milliseconds", milliseconds)
      .add("server_cpu_milliseconds", median(of.server_milliseconds))
      .add("allocations", median(of.allocations))
      .add("allocations_without_missed_events", median(of.idle_allocations))
      .add("allocations_per_event",
           (median(of.allocations) - median(of.idle_allocations)) / static_cast<double>(o.events));
  return json;
}

}  // namespace

resume_result run_resume(resume_options const& o) { return trial(o).run(); }

std::string as_json(resume_options const& o, resume_result const& r) {
  auto const events = static_cast<double>(std::max<std::uint64_t>(r.events, 1));
  json_object json;
  json.add("events", o.events)
      .add("event_bytes", static_cast<double>(r.bytes) / events)
      .add("rounds", std::uint64_t{o.rounds})
      .add("heard_by_others", kind_json(o, r.heard))
      .add("heard_by_nobody", kind_json(o, r.unheard))
      .add("wrong", r.wrong)
      .add("not_recovered", r.not_recovered);
  return json.text();
}

}  // namespace runes::bench
