// Snapshot files: opaque bytes that are the state after a record.
#pragma once

#include "directory.hpp"
#include "format.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace exchange::storage {

/// How many are kept: the newest, and one to fall back to.
constexpr std::size_t kept_snapshots = 2;

struct snapshot {
  sequence at = 0;   ///< the last record that is in it; 0: there is none
  std::string file;  ///< content of the whole file

  std::string_view bytes() const {
    return file.empty() ? std::string_view() : std::string_view(file).substr(snapshot_header);
  }
};

/// Writes a snapshot, and removes older ones beyond the two newest and the segments that no kept
/// one needs. From any thread, one at a time; beside a journal that is written. Returns when it
/// outlasts a power cut. @throws storage_error: the snapshots and segments from before still do.
void save_snapshot(directory& where, sequence at, std::string_view bytes);

/// The newest good one. Damaged ones on the way are renamed to `….damaged` and reported, half-made
/// ones removed. @throws storage_error for one of another version.
snapshot newest_snapshot(directory& where, std::vector<std::string>& reports);

/// Whether newest_snapshot() set that file aside.
bool is_damaged_snapshot(std::string_view name);

}  // namespace exchange::storage
