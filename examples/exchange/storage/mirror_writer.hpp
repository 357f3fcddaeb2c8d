// A mirror that is written behind the journal, by a thread of its own.
#pragma once

#include "mirror.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace exchange::storage {

struct mirror_config {
  /// How many rows may wait. A mirror that can't keep up for so long is full, and whoever submits
  /// decides what waits. At least 1; a batch is always taken when nothing waits.
  std::size_t max_waiting_rows = 1'000'000;
};

/// Is told by the mirror's thread. Called while no lock is held.
class mirror_listener {
 public:
  virtual ~mirror_listener() = default;
  /// All batches up to and with this record are in the mirror. Rises from call to call.
  virtual void on_mirrored(sequence up_to) noexcept = 0;
  /// The mirror has stopped, for good; the journal goes on without it.
  virtual void on_mirror_failed(std::string const& why) noexcept = 0;
};

enum class mirror_verdict { accepted, full, stopped };

/// A batch that is made by whoever writes it.
struct later_batch {
  sequence up_to = 0;
  std::size_t rows = 0;  ///< how many it will have
  /// Called once, on the mirror's thread, in the order of the batches. What it throws stops the
  /// mirror.
  std::function<mirror_batch()> make;
};

/// submit() may be called by one thread at a time, make_durable() by any. The destructor writes
/// what waits.
class mirror_writer {
 public:
  /// Mirror and listener outlive it; nobody else uses the mirror meanwhile.
  mirror_writer(mirror& into, mirror_config const& config, mirror_listener& listener);
  ~mirror_writer();
  mirror_writer(mirror_writer const&) = delete;
  mirror_writer& operator=(mirror_writer const&) = delete;

  /// Batches come in their order, of durable records only. What waits together is one transaction.
  /// One that is not accepted is left as it was.
  mirror_verdict submit(later_batch&& batch);
  mirror_verdict submit(mirror_batch&& batch);
  /// Blocks until all that was submitted before is in the mirror and outlasts a power cut.
  /// @throws storage_error: the mirror has stopped, or another program reads it for too long.
  void make_durable();

 private:
  void run();
  bool take(std::vector<later_batch>& batches);
  void write(std::vector<later_batch> const& batches);
  void fail(std::string const& why);

  mirror* const into_;
  mirror_config const config_;
  mirror_listener* const listener_;

  std::mutex using_;  // guards the mirror itself; never taken while mutex_ is held

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::condition_variable written_;
  std::vector<later_batch> waiting_;
  std::size_t waiting_rows_ = 0;
  sequence submitted_ = 0;
  sequence applied_ = 0;
  std::string why_;  // it has failed
  bool stopping_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace exchange::storage
