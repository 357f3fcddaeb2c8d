// A venue that comes back: from its snapshot and its journal, and its mirror with it.
#pragma once

#include "mirror_changes.hpp"
#include "reporter.hpp"
#include "storage/mirror.hpp"
#include "storage/recovery.hpp"
#include "venue/venue.hpp"

#include <string>
#include <string_view>

namespace exchange::service {

/// What a snapshot is of: the venue, and what its markets' reports remember.
std::string saved_state(venue::trading_venue const& venue, reporter const& reports);

/// Takes what the storage recovers into a new venue, and into what reports on it. Gathers on the
/// way what the mirror lacks, and tells nobody anything.
class recovered_venue final : public storage::recovery_target {
 public:
  /// Both are new and outlive it; the reports are of this venue, for the mirror, too. `mirrored` is
  /// the last record that is in the mirror.
  recovered_venue(venue::trading_venue& venue, reporter& reports, storage::sequence mirrored);

  /// @throws std::runtime_error that says which snapshot or record is not this venue's.
  void on_snapshot(storage::sequence at, std::string_view bytes) override;
  void on_record(storage::sequence number, std::string_view bytes) override;

  /// What has changed by the records after those that the mirror has, as rows; up_to is not set.
  /// Once.
  storage::mirror_batch missing();

 private:
  venue::trading_venue& venue_;
  reporter& reports_;
  mirror_changes changes_;
  storage::sequence mirrored_;
};

/// All accounts, orders and positions that the venue has, for mirror::rebuild().
storage::mirror_batch whole_mirror(venue::trading_venue const& venue, storage::sequence up_to);

/// Brings the mirror to where recovery has come. Returns what is to be said about it, or nothing.
/// @throws storage::storage_error; also where it is another directory's.
std::string bring_up(storage::mirror& to, recovered_venue& recovered,
                     storage::recovery_result const& found, venue::trading_venue const& venue);

}  // namespace exchange::service
