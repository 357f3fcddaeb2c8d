#include "bench/local/server_thread.hpp"

#include "bench/load/machine.hpp"
#include "bench/load/swarm.hpp"

#include <boost/asio/post.hpp>

#include <pthread.h>

#include <cstdio>
#include <ctime>
#include <exception>
#include <future>

namespace runes::bench {
namespace {

// Figures are better with a CPU each, but there are some without.
void try_to_run_on(int cpu) {
  if (std::thread::hardware_concurrency() < 2) return;
  try {
    run_on_cpu(cpu);
  } catch (run_error const&) {
  }
}

std::chrono::nanoseconds time_of(clockid_t clock) {
  std::timespec used{};
  clock_gettime(clock, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace

server_thread::server_thread(runes::server& what) : server_(what) {
  server_.listen();
  thread_ = std::thread([this] {
    try_to_run_on(0);
    try {
      server_.run();
    } catch (std::exception const& e) {
      std::fprintf(stderr, "the server failed: %s\n", e.what());
    }
  });
  try_to_run_on(1);
}

server_thread::~server_thread() {
  server_.stop();
  thread_.join();
}

std::chrono::nanoseconds server_thread::cpu_time() const {
  clockid_t clock{};
  auto& thread = const_cast<std::thread&>(thread_);
  return pthread_getcpuclockid(thread.native_handle(), &clock) == 0 ? time_of(clock)
                                                                    : std::chrono::nanoseconds(0);
}

void server_thread::settle() {
  std::promise<void> reached;
  boost::asio::post(server_.executor(), [&reached] { reached.set_value(); });
  reached.get_future().wait();
}

std::chrono::nanoseconds own_thread_time() { return time_of(CLOCK_THREAD_CPUTIME_ID); }

}  // namespace runes::bench
