// How records, segments and snapshots look as bytes. All numbers are little-endian. docs/storage.md
// has the same as tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace exchange::storage {

/// Records are numbered from 1 on, without a gap.
using sequence = std::uint64_t;

/// The IEEE CRC-32, as zlib makes it.
std::uint32_t checksum(std::string_view bytes);

// --- Records: checksum of all that follows (4), size (4), place in its batch (4), sequence (8),
// bytes. ---

constexpr std::size_t record_header = 20;
/// More than that no record has, so that a damaged size is told from a true one.
constexpr std::size_t max_record = std::size_t{16} * 1024 * 1024;

/// One that was read and is right. Its bytes are those it was read from.
struct record_view {
  sequence number = 0;
  std::uint32_t place = 0;
  std::string_view bytes;

  /// The number of the first record that was written together with it.
  sequence batch() const noexcept { return number - place; }
};

/// Puts a record at the end of `batch`, still without place and checksum.
void put_record(std::string& batch, sequence number, std::string_view bytes);
/// Gives all records of a batch their places and checksums.
void seal(std::string& batch);
/// The record that `bytes` begin with, if it is whole and right.
std::optional<record_view> read_record(std::string_view bytes);
/// Whether a record from `least` to `most` might begin here; tells most places without a look at a
/// checksum.
bool may_be_record(std::string_view bytes, sequence least, sequence most);

// --- Segments: a header, then records. ---

constexpr std::size_t segment_header = 24;
std::string segment_name(sequence first);
std::string header_of_segment(sequence first);
/// What the name says; nothing if it is no segment's.
std::optional<sequence> segment_of(std::string_view name);

// --- Snapshots: a header, then bytes. ---

constexpr std::size_t snapshot_header = 32;
std::string snapshot_name(sequence at);
std::string header_of_snapshot(sequence at, std::string_view bytes);
std::optional<sequence> snapshot_of(std::string_view name);

/// Whether a file is as its header says. `other_version` is none of damage: another program's.
enum class header_state { good, damaged, other_version };
header_state check_segment_header(std::string_view file, sequence first);
/// Looks at the checksum of the whole file.
header_state check_snapshot(std::string_view file, sequence at);

}  // namespace exchange::storage
