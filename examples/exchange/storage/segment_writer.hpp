// Batches of records into segment files, durably, one after the other. No thread in it.
#pragma once

#include "directory.hpp"
#include "format.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace exchange::storage {

class segment_writer {
 public:
  /// The next record written will be `next`; it begins a segment. `segment_bytes` is the size from
  /// which on the next batch begins another; `room_bytes` how much room is made at a time.
  segment_writer(directory& where, sequence next, std::uint64_t segment_bytes,
                 std::uint64_t room_bytes);

  /// Writes records that were put one after the other, of which `last` is the last, by one write,
  /// and returns when they outlast a power cut. @throws storage_error: it is not known how much of
  /// them is there, and this object must not be used again.
  void write(std::string& batch, sequence last);

 private:
  void begin_segment();
  void make_room();

  directory* where_;
  sequence next_;
  std::uint64_t segment_bytes_;
  std::uint64_t room_bytes_;
  std::unique_ptr<output_file> file_;  // none before the first batch
  std::uint64_t size_ = 0;             // of what was written
  std::uint64_t room_ = 0;             // the size of the file
};

}  // namespace exchange::storage
