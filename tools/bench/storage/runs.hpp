// The runs of runes-bench-storage.
#pragma once

#include "bench/storage/options.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace runes::bench {

/// Durable appends a second while `waiters` records are always on their way: a waiter appends its
/// next one when the last is durable.
double durable_appends_a_second(std::filesystem::path const& where, std::size_t waiters,
                                std::uint64_t appends, std::size_t record_bytes);

/// A directory with so many records. With `snapshots`, two of them, of ten megabytes each: after a
/// half, and after nine tenths.
void write_records(std::filesystem::path const& where, storage_options const& o, bool snapshots);

/// Seconds of a recovery. @throws std::runtime_error if records are missing.
double recovery_seconds(std::filesystem::path const& where, std::uint64_t records);

}  // namespace runes::bench
