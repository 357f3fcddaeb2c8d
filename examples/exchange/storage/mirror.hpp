// Accounts, orders, fills and positions in SQLite, as they are after a record of the journal. For
// whoever wants to look; the truth is in the journal, and the venue never reads it.
#pragma once

#include "format.hpp"
#include "rows.hpp"
#include "sqlite.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

namespace exchange::storage {

/// Rows as they are after record `up_to`: all that changed since the batch before. Where a key is
/// there twice, the later row counts.
struct mirror_batch {
  sequence up_to = 0;
  std::vector<account_row> accounts;
  std::vector<order_row> orders;
  std::vector<fill_row> fills;
  std::vector<position_row> positions;

  std::size_t rows() const noexcept {
    return accounts.size() + orders.size() + fills.size() + positions.size();
  }
  /// Takes a later batch's rows in.
  void join(mirror_batch&& later);
};

/// How much history a mirror keeps: of the newest so many orders those that are closed (open ones
/// stay), and the fills of the newest so many trades. Ids of both rise. About 400 megabytes with
/// these. At least 1.
struct mirror_keeps {
  std::int64_t orders = 1'000'000;
  std::int64_t trades = 1'000'000;
};

/// How a mirror that was applied up to a record stands to what recovery found.
enum class mirror_standing {
  current,  ///< it is at the last record, or replay brings it there: apply() skips what it has
  behind,   ///< it ends before the snapshot: rebuild() it from the recovered state
  ahead,    ///< it has records that the journal has not: it belongs to another directory
};
mirror_standing compare_mirror(sequence applied, sequence snapshot, sequence last);

/// Used by one thread at a time. All functions throw storage_error; a batch is then in it whole or
/// not at all.
class mirror {
 public:
  /// Opens or makes the file and, beside it, its write-ahead log. `patience` is how long another
  /// program may be in the way.
  explicit mirror(std::filesystem::path const& file, mirror_keeps const& keeps = {},
                  std::chrono::milliseconds patience = std::chrono::seconds(5));

  /// The last record that is in it; 0 at first.
  sequence applied() const noexcept { return applied_; }
  /// One transaction, which lets go of some old history, too. A batch that is in it already is
  /// skipped.
  void apply(mirror_batch const& batch);
  /// The same after all rows but the fills, which are history, were removed. For a batch that has
  /// everything.
  void rebuild(mirror_batch const& batch);
  /// Returns when all that was applied outlasts a power cut, and fails when another program has
  /// been reading for too long; it may be tried again then. A transaction alone outlasts the
  /// process only. Before a snapshot at N is saved a mirror must be applied up to N and durable:
  /// what is before N may not be replayed again.
  void make_durable();

  /// All rows of a table, by their key. For tests and tools.
  template <class Row>
  std::vector<Row> rows();
  /// Those of an account.
  template <class Row>
  std::vector<Row> rows_of(std::string_view account);

 private:
  void prepare_schema();
  void write(mirror_batch const& batch, bool rebuild);
  void trim(mirror_batch const& batch);
  bool trim_orders(std::int64_t up_to);
  bool trim_fills(std::int64_t up_to);

  mirror_keeps keeps_;
  sqlite_database database_;
  sequence applied_ = 0;
  std::int64_t trimmed_orders_ = 0;  // ids up to which nothing old is left
  std::int64_t trimmed_trades_ = 0;
};

}  // namespace exchange::storage
