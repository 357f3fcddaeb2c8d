#include "segment_writer.hpp"

namespace exchange::storage {

segment_writer::segment_writer(directory& where, sequence next, std::uint64_t segment_bytes)
    : where_(&where), next_(next), segment_bytes_(segment_bytes) {}

void segment_writer::write(std::string& batch, sequence last) {
  if (!file_ || size_ >= segment_bytes_) begin_segment();
  seal(batch);
  file_->write(batch);
  file_->sync();
  size_ += batch.size();
  next_ = last + 1;
}

// The header and the file's name are durable before the first record is written, so a segment whose
// header is damaged and that has more than a header was damaged later.
void segment_writer::begin_segment() {
  auto const header = header_of_segment(next_);
  file_ = where_->create(segment_name(next_));
  file_->write(header);
  file_->sync();
  where_->sync();
  size_ = header.size();
}

}  // namespace exchange::storage
