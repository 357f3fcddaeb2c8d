// Everything of a venue that lasts: a data directory with its journal, snapshots and mirror.
#pragma once

#include "service/mirror_changes.hpp"
#include "service/recovery.hpp"
#include "service/service.hpp"
#include "storage/disk_directory.hpp"
#include "storage/mirror_writer.hpp"
#include "storage/store.hpp"

#include <runes/asio.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace exchange::host {

struct store_config {
  std::filesystem::path directory;
  /// Records after which a snapshot is taken: as many as a start may take to replay.
  storage::sequence snapshot_every = 100'000;
  /// How long changes are gathered for the mirror: of what changes several times meanwhile one row
  /// is written.
  std::chrono::milliseconds mirror_every{100};
  /// How much history the mirror keeps.
  storage::mirror_keeps mirror_keeps;
};

/// What the store reports, on the venue's executor.
struct store_reports {
  std::function<void(storage::sequence)> durable;  ///< the last of several at a time
  std::function<void(std::string)> failed;         ///< the journal; for good
};

/// Of the venue's thread, but for what the storage's own threads call.
class durable_store final : public service::record_log,
                            private storage::journal_listener,
                            private storage::mirror_listener {
 public:
  /// Recovers into `venue` and `reports`, which are new and outlive it, and logs what there is to
  /// say about it. The executor's context may have stopped when this ends, not sooner.
  /// @throws std::runtime_error with a sentence: see docs/storage.md, "Messages".
  durable_store(store_config const& config, venue::trading_venue& venue, service::reporter& reports,
                runes::asio::any_io_executor on, store_reports told);
  ~durable_store() override;

  storage::append_result append(std::string_view record) override;
  /// The last record that recovery found.
  storage::sequence recovered() const noexcept { return store_->recovered().last; }

  /// The mirror can't keep up: nothing more may be taken until it can.
  bool overloaded() const noexcept { return mirror_full_; }

  /// Called when all up to `told` is durable and was told: gives the mirror what it may have, takes
  /// a snapshot of the venue if it is time for one, and writes the one before if that is durable.
  void go_on(storage::sequence told);

  /// At the end, when the executor has stopped: blocks until `last` is durable, or the journal has
  /// failed; false then.
  bool wait_for(storage::sequence last);
  /// Then: saves the state after `last`, mirror and all; false if that failed, which was logged.
  bool save_at_end(storage::sequence last);
  /// The mirror has stopped for good. Any thread.
  bool mirror_failed() const noexcept { return mirror_failed_; }

 private:
  void on_durable(storage::sequence up_to) noexcept override;
  void on_failed(std::string const& why) noexcept override;
  void on_mirrored(storage::sequence up_to) noexcept override;
  void on_mirror_failed(std::string const& why) noexcept override;
  void report_durable();
  void commit_soon();

  /// The changes up to a record, to be mirrored when that is durable.
  struct gathered {
    storage::sequence up_to = 0;
    std::shared_ptr<service::changed_values> values;
  };
  void gather();
  void gather_soon();
  void mirror();
  storage::mirror_verdict submit(gathered const& next);
  void begin_snapshot();
  void save_snapshot();
  bool save(storage::sequence at, std::string const& bytes) noexcept;

  struct snapshot {
    storage::sequence at = 0;
    std::string bytes;
    bool being_saved = false;
  };

  store_config config_;
  venue::trading_venue& venue_;
  service::reporter& news_;
  runes::asio::any_io_executor executor_;
  store_reports reports_;

  storage::disk_directory directory_;
  storage::mirror mirror_;
  std::atomic<bool> mirror_failed_{false};
  service::mirror_changes& changes_;
  service::mirror_rows rows_;         // of the mirror's thread
  std::optional<gathered> gathered_;  // waits to be durable, or for room
  bool mirror_full_ = false;
  storage::sequence mirrored_ = 0;  // what the mirror was given last
  storage::sequence last_ = 0;      // the last record
  storage::sequence told_ = 0;      // the last one that is durable and was told
  boost::asio::steady_timer gathering_;
  bool gathers_ = false;               // the timer runs
  bool committing_ = false;            // at the end of this turn
  std::optional<snapshot> snapshot_;   // one that is under way
  storage::sequence snapshot_at_ = 0;  // the last one that was taken

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  storage::sequence durable_ = 0;
  bool reporting_ = false;  // a report is on its way to the executor
  bool failed_ = false;

  boost::asio::thread_pool saving_{1};
  std::optional<storage::mirror_writer> writer_;  // these two last: their threads use all of it
  std::optional<storage::store> store_;
};

}  // namespace exchange::host
