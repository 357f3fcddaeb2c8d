#include "bench/storage/runs.hpp"

#include "bench/clock.hpp"

#include <storage/disk_directory.hpp>
#include <storage/store.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

namespace runes::bench {

namespace storage = exchange::storage;

namespace {

class waiting final : public storage::journal_listener {
 public:
  void on_durable(storage::sequence up_to) noexcept override {
    {
      std::lock_guard const lock(mutex_);
      durable_ = up_to;
    }
    changed_.notify_one();
  }
  void on_failed(std::string const& why) noexcept override {
    {
      std::lock_guard const lock(mutex_);
      why_ = why;
    }
    changed_.notify_one();
  }
  /// The last durable one, when that is at least `least`.
  storage::sequence wait_for(storage::sequence least) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return durable_ >= least || !why_.empty(); });
    if (!why_.empty()) throw std::runtime_error(why_);
    return durable_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  storage::sequence durable_ = 0;
  std::string why_;
};

// Adds up, so that every byte is looked at as a venue would.
class counting_target final : public storage::recovery_target {
 public:
  void on_snapshot(storage::sequence, std::string_view bytes) override { count(bytes); }
  void on_record(storage::sequence, std::string_view bytes) override { count(bytes); }
  std::uint64_t sum() const { return sum_; }

 private:
  void count(std::string_view bytes) {
    for (char const byte : bytes) sum_ += static_cast<unsigned char>(byte);
  }
  std::uint64_t sum_ = 0;
};

constexpr std::size_t snapshot_bytes = 10'000'000;
constexpr std::uint64_t in_flight = 10'000;  // while the records of a recovery are written

}  // namespace

double durable_appends_a_second(std::filesystem::path const& where, std::size_t waiters,
                                std::uint64_t appends, std::size_t record_bytes) {
  storage::disk_directory disk(where);
  waiting listener;
  counting_target nothing;
  storage::store out(disk, nothing, {}, listener);
  std::string const record(record_bytes, 'r');
  out.append(record);  // begins the segment
  storage::sequence last = 1, durable = listener.wait_for(1);
  auto const end = appends + 1;
  auto const began = monotonic_ns();
  while (durable < end) {
    while (last < end && last < durable + waiters) last = out.append(record).number;
    durable = listener.wait_for(durable + 1);
  }
  return static_cast<double>(appends) * 1e9 / static_cast<double>(monotonic_ns() - began);
}

void write_records(std::filesystem::path const& where, storage_options const& o, bool snapshots) {
  storage::disk_directory disk(where);
  waiting listener;
  counting_target nothing;
  storage::store out(disk, nothing, {}, listener);
  std::string const record(o.record_bytes, 'r'), state(snapshot_bytes, 's');
  for (storage::sequence n = 1; n <= o.records; ++n) {
    if (n > in_flight) listener.wait_for(n - in_flight);
    out.append(record);
    if (!snapshots || (n != o.records / 2 && n != o.records * 9 / 10)) continue;
    listener.wait_for(n);
    out.save_snapshot(n, state);
  }
  listener.wait_for(o.records);
}

double recovery_seconds(std::filesystem::path const& where, std::uint64_t records) {
  auto const began = monotonic_ns();
  storage::disk_directory disk(where);
  counting_target target;
  auto const result = storage::recover(disk, target);
  auto const took = static_cast<double>(monotonic_ns() - began) / 1e9;
  if (result.last != records || !result.reports.empty() || target.sum() == 0) {
    throw std::runtime_error("records were lost");
  }
  return took;
}

}  // namespace runes::bench
