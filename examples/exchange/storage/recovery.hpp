// The way back: the newest good snapshot, then every record after it.
#pragma once

#include "directory.hpp"
#include "format.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace exchange::storage {

/// Is given the state piece by piece. What it throws ends the recovery.
class recovery_target {
 public:
  virtual ~recovery_target() = default;
  /// At most once, and first.
  virtual void on_snapshot(sequence at, std::string_view bytes) = 0;
  /// Each of them, in order, without a gap. They are verified, and durable when recover() returns.
  virtual void on_record(sequence number, std::string_view bytes) = 0;
};

struct recovery_result {
  sequence snapshot = 0;             ///< the record after which it was taken; 0: there was none
  sequence last = 0;                 ///< the last record there is; 0: none
  std::vector<std::string> reports;  ///< what was cut off or fallen back from, a sentence each
};

/// Hands over what there is, and puts the directory in order so that a journal can go on with
/// record `last + 1`. May be cut off at any point and done again.
/// @throws storage_error when durable records are damaged or missing, with file and offset; the
/// segments are as they were then.
recovery_result recover(directory& where, recovery_target& target);

}  // namespace exchange::storage
