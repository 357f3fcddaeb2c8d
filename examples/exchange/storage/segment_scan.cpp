#include "segment_scan.hpp"

namespace exchange::storage {
namespace {

// A batch is written after all before it are durable. So a good record of a batch that began after
// `missing` says that `missing` was durable once; one of the same batch says nothing, since a disk
// writes the blocks of a batch in any order. Records may begin anywhere after damage.
sequence good_batch_after(std::string_view file, std::size_t from, sequence missing) {
  auto const most = missing + (file.size() - from) / record_header;
  for (auto at = from; at + record_header <= file.size(); ++at) {
    if (!may_be_record(file.substr(at), missing + 1, most)) continue;
    auto const record = read_record(file.substr(at));
    if (record && record->batch() > missing) return record->number;
  }
  return 0;
}

// Room that was made, and into which nothing was written.
bool is_room(std::string_view rest) {
  return rest.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace

segment_scan scan_segment(std::string_view file, sequence first,
                          std::function<void(record_view const&)> const& on_record) {
  segment_scan scan{segment_end::whole, segment_header, first, 0};
  while (scan.offset < file.size()) {
    auto const record = read_record(file.substr(scan.offset));
    if (!record && is_room(file.substr(scan.offset))) return scan;
    if (!record || record->number != scan.next) {
      scan.good_after = good_batch_after(file, scan.offset, scan.next);
      scan.end = scan.good_after != 0 ? segment_end::damaged : segment_end::torn;
      return scan;
    }
    on_record(*record);
    scan.offset += record_header + record->bytes.size();
    ++scan.next;
  }
  return scan;
}

}  // namespace exchange::storage
