// What a venue that lasts has: recovery, then a journal and snapshots, over one directory.
#pragma once

#include "directory.hpp"
#include "journal.hpp"
#include "recovery.hpp"

#include <string_view>

namespace exchange::storage {

/// A venue without one is ephemeral. The constructor recovers; from then on records are appended.
/// append() (or put() and commit()) and save_snapshot() are each called by one thread at a time,
/// which may be two.
class store {
 public:
  /// Directory and listener outlive the store. @throws storage_error: see recover().
  store(directory& where, recovery_target& target, journal_config const& config,
        journal_listener& listener);

  recovery_result const& recovered() const noexcept { return recovered_; }
  append_result append(std::string_view record) { return journal_.append(record); }
  append_result put(std::string_view record) { return journal_.put(record); }
  void commit() { journal_.commit(); }
  sequence durable() const { return journal_.durable(); }

  /// `bytes` are the state after record `at`, which must be durable already: otherwise a power cut
  /// could leave a state behind that nobody was ever told of. Blocks as long as the disk takes.
  /// @throws storage_error: the venue may go on, with the snapshots from before.
  void save_snapshot(sequence at, std::string_view bytes);

 private:
  directory* where_;
  recovery_result recovered_;
  journal journal_;
};

}  // namespace exchange::storage
