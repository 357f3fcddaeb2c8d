// An append-only journal of opaque records, made durable by group commit on a thread of its own.
#pragma once

#include "directory.hpp"
#include "format.hpp"
#include "segment_writer.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace exchange::storage {

struct journal_config {
  /// Size from which on the next batch begins another segment file. Small ones are removed sooner,
  /// large ones are fewer. Bytes; at least 1.
  std::uint64_t segment_bytes = std::uint64_t{64} * 1024 * 1024;
  /// How much may wait for the disk, and by that the size of a batch: at 100 bytes a record more
  /// than a second's work. Bytes; a single record is always taken when nothing waits.
  std::size_t max_waiting = std::size_t{16} * 1024 * 1024;
  /// How much room for records a segment is given at a time. A batch that goes beyond it takes
  /// longer, by the writing of as many zeros. Bytes.
  std::uint64_t room_bytes = std::uint64_t{1024} * 1024;
};

/// Is told by the journal's thread, which waits as long as it takes: post what is to be done to
/// where it belongs. Called while the journal holds no lock.
class journal_listener {
 public:
  virtual ~journal_listener() = default;
  /// All records up to and with this one outlast a power cut. Rises from call to call.
  virtual void on_durable(sequence up_to) noexcept = 0;
  /// The journal has stopped, for good, and on_durable() is not called again. What was not durable
  /// by then may or may not be found by the next recovery.
  virtual void on_failed(std::string const& why) noexcept = 0;
};

enum class append_verdict {
  accepted,
  full,       ///< `max_waiting` is reached: try again after the next on_durable()
  too_large,  ///< more than `max_record` bytes
  stopped,    ///< on_failed() was called or is about to be
};

struct append_result {
  append_verdict verdict = append_verdict::stopped;
  sequence number = 0;  ///< of the record, if it was accepted
  /// It is in one batch with the record before it: the same on_durable() tells of both.
  bool joins = false;
};

/// append(), put() and commit() are called by one thread at a time. The destructor writes what
/// waits, so on_durable() or on_failed() may be called until it returns, and what was accepted is
/// durable then unless the journal has failed.
class journal {
 public:
  /// The next record is number `next`. Directory and listener outlive the journal.
  journal(directory& where, sequence next, journal_config const& config,
          journal_listener& listener);
  ~journal();
  journal(journal const&) = delete;
  journal& operator=(journal const&) = delete;

  /// Takes a copy of `record`; never waits for the disk. An accepted record is not durable yet.
  append_result append(std::string_view record);
  /// The same, but if the journal's thread sleeps it does until commit() or append() is called: so
  /// that records of one moment are one batch, and wake it once.
  append_result put(std::string_view record);
  void commit();
  /// The last durable record; the one before `next` at first. From any thread.
  sequence durable() const;

 private:
  void run();
  bool take(std::string& batch, sequence& last);
  void write(std::string& batch, sequence last);
  void fail(char const* why);

  journal_config const config_;
  journal_listener* const listener_;
  segment_writer writer_;  // of the journal's thread

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::string waiting_;  // records that no batch has taken
  sequence last_;        // that was accepted
  sequence durable_;
  bool idle_ = false;  // the thread waits for work
  bool stopping_ = false;
  bool failed_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace exchange::storage
