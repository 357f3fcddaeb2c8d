// What is in the bytes of a segment: the records that are right, and what comes after them.
#pragma once

#include "format.hpp"

#include <cstddef>
#include <functional>
#include <string_view>

namespace exchange::storage {

enum class segment_end {
  whole,    ///< after the last record comes the end of the file, or room: zeros only
  torn,     ///< after the good records comes what a power cut may leave of the last batch
  damaged,  ///< something durable is not right any more: later batches were written after it
};

struct segment_scan {
  segment_end end = segment_end::whole;
  std::size_t offset = 0;   ///< of the first byte that is no good record
  sequence next = 0;        ///< the record that would stand there
  sequence good_after = 0;  ///< if damaged: a good record of a later batch
};

/// Goes through the records of a segment with a right header, whose first record is `first`, and
/// hands over each.
segment_scan scan_segment(std::string_view file, sequence first,
                          std::function<void(record_view const&)> const& on_record);

}  // namespace exchange::storage
