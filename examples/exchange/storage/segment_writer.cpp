#include "segment_writer.hpp"

namespace exchange::storage {

segment_writer::segment_writer(directory& where, sequence next, std::uint64_t segment_bytes,
                               std::uint64_t room_bytes)
    : where_(&where), next_(next), segment_bytes_(segment_bytes), room_bytes_(room_bytes) {}

void segment_writer::write(std::string& batch, sequence last) {
  if (!file_ || size_ >= segment_bytes_) begin_segment();
  seal(batch);
  file_->write(batch);
  size_ += batch.size();
  if (size_ > room_) make_room();
  file_->sync();
  next_ = last + 1;
}

// With the batch that goes beyond the room there was, so that no sync of its own is needed.
void segment_writer::make_room() {
  file_->make_room(room_bytes_);
  room_ = size_ + room_bytes_;
}

// The header and the file's name are durable before the first record is written, so a segment whose
// header is damaged and that has more than a header was damaged later.
void segment_writer::begin_segment() {
  auto const header = header_of_segment(next_);
  file_ = where_->create(segment_name(next_));
  file_->write(header);
  size_ = header.size();
  make_room();
  file_->sync();
  where_->sync();
}

}  // namespace exchange::storage
