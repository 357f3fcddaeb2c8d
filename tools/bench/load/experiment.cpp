#include "bench/load/experiment.hpp"

#include "bench/clock.hpp"
#include "bench/load/machine.hpp"

#include <string>

namespace runes::bench {
namespace {

using seconds = std::chrono::duration<double>;

// After the stop text the server gets this long to read it.
constexpr seconds stopping{0.2};

class experiment {
 public:
  explicit experiment(load_options const& options) : options_(options), swarm_(options) {}

  load_result run() {
    before_ = sample();
    open();
    begin_load();
    swarm_.run_for(options_.warmup);
    if (options_.duration.count() > 0 && swarm_.open() > 0) measure();
    end_load();
    result_.lost = swarm_.lost();
    result_.counts.gaps = swarm_.counts().gaps;
    result_.handshake = swarm_.handshake();
    result_.latency = swarm_.latency();
    swarm_.close_all();
    if (options_.pid != 0) result_.server = {before_, opened_, idle_, from_, to_};
    return result_;
  }

 private:
  process_usage sample() const {
    if (options_.pid == 0) return {};
    auto const usage = usage_of(options_.pid);
    if (!usage) throw run_error("there is no process " + std::to_string(options_.pid));
    return *usage;
  }

  void open() {
    auto const began = monotonic_now();
    swarm_.open_all();
    result_.opening = monotonic_now() - began;
    opened_ = sample();
    swarm_.run_for(options_.settle);
    idle_ = sample();
  }

  void begin_load() {
    swarm_.send_on_first(*options_.start);
    if (options_.mode == load_mode::echo) swarm_.start_echo();
  }

  void measure() {
    auto const counted = swarm_.counts();
    auto const own = own_cpu_time();
    from_ = sample();
    auto const began = monotonic_now();
    swarm_.measure(true);
    swarm_.run_for(options_.duration, options_.enough);
    swarm_.measure(false);
    result_.measured = monotonic_now() - began;
    to_ = sample();
    result_.own_cpu = own_cpu_time() - own;
    auto const& now = swarm_.counts();
    result_.counts = {now.messages - counted.messages, now.payload_bytes - counted.payload_bytes,
                      now.compressed - counted.compressed, now.reads - counted.reads, 0};
  }

  void end_load() {
    swarm_.stop_echo();
    if (options_.stop->empty()) return;
    swarm_.send_on_first(*options_.stop);
    swarm_.run_for(stopping);
  }

  load_options const& options_;
  swarm swarm_;
  load_result result_;
  process_usage before_, opened_, idle_, from_, to_;
};

}  // namespace

load_result run_experiment(load_options const& options) {
  allow_descriptors(options.connections + 64);
  if (options.cpu) run_on_cpu(*options.cpu);
  return experiment(options).run();
}

}  // namespace runes::bench
