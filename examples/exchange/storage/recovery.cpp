#include "recovery.hpp"

#include "error.hpp"
#include "segment_scan.hpp"
#include "snapshots.hpp"

#include <algorithm>
#include <cstddef>

namespace exchange::storage {
namespace {

// Whether anything but room comes after the header.
bool has_records(std::string_view segment) {
  return segment.find_first_not_of('\0', segment_header) != std::string_view::npos;
}

std::vector<sequence> segments_in(directory& where) {
  std::vector<sequence> firsts;
  for (auto const& name : where.list()) {
    if (auto const first = segment_of(name)) firsts.push_back(*first);
  }
  return firsts;
}

class replay {
 public:
  replay(directory& where, recovery_target& target, recovery_result& result)
      : where_(&where), target_(&target), result_(&result), next_(result.snapshot + 1) {}

  void run() {
    auto const firsts = segments_in(*where_);
    if (firsts.empty()) nothing_left();
    for (std::size_t i = 0; i < firsts.size(); ++i) {
      bool const last = i + 1 == firsts.size();
      if (!last && firsts[i + 1] <= result_->snapshot + 1)
        continue;  // all of it is in the snapshot
      read(firsts[i], last);
    }
    result_->last = next_ - 1;
  }

 private:
  // A journal always has its last segment, so that is odd; with damaged snapshots it is a loss.
  void nothing_left() {
    auto const names = where_->list();
    auto const damaged = std::find_if(names.begin(), names.end(), is_damaged_snapshot);
    if (result_->snapshot == 0 && damaged != names.end()) {
      throw storage_error(where_->prefix() + *damaged +
                          " is damaged, and there is nothing else to recover from");
    }
    if (result_->snapshot != 0) {
      result_->reports.push_back(where_->prefix() + snapshot_name(result_->snapshot) +
                                 " is all there is; there are no segments");
    }
  }

  void read(sequence first, bool last) {
    auto const name = segment_name(first);
    auto const path = where_->prefix() + name;
    if (first > next_) {
      throw storage_error("records " + std::to_string(next_) + " to " + std::to_string(first - 1) +
                          " are missing before " + path);
    }
    auto const file = where_->read(name);
    if (last && !has_records(file) && remove_half_made(name, file, first)) return;
    check_header(path, file, first);
    auto const scan = scan_segment(file, first, [this](record_view const& one) { hand_over(one); });
    if (scan.end == segment_end::whole && !last) return;
    if (scan.end == segment_end::damaged || (scan.end == segment_end::torn && !last)) {
      throw_damaged(path, scan);
    }
    settle(name, path, file, scan);
    if (scan.next <= result_->snapshot) {
      result_->reports.push_back(path + " ends with record " + std::to_string(scan.next - 1) +
                                 ", before the snapshot at " + std::to_string(result_->snapshot));
    }
  }

  // A power cut while a segment began: no record was in it.
  bool remove_half_made(std::string const& name, std::string const& file, sequence first) {
    if (check_segment_header(file, first) != header_state::damaged) return false;
    where_->remove(name);
    where_->sync();
    result_->reports.push_back(where_->prefix() + name +
                               " was begun and has no record; it is removed");
    return true;
  }

  static void check_header(std::string const& path, std::string const& file, sequence first) {
    switch (check_segment_header(file, first)) {
      case header_state::good:
        return;
      case header_state::damaged:
        throw storage_error(path + " is damaged at offset 0: the header is not right");
      case header_state::other_version:
        throw storage_error(path + " is of a version that this program doesn't know");
    }
  }

  void hand_over(record_view const& one) {
    if (one.number < next_) return;  // in the snapshot
    target_->on_record(one.number, one.bytes);
    ++next_;
  }

  [[noreturn]] static void throw_damaged(std::string const& path, segment_scan const& scan) {
    throw storage_error(path + " is damaged at offset " + std::to_string(scan.offset) +
                        ": record " + std::to_string(scan.next) + " is not right, and " +
                        (scan.good_after != 0
                             ? "record " + std::to_string(scan.good_after) + " was written later"
                             : "another segment was begun later"));
  }

  // After a killed process the records may be in the system's memory only: cutting syncs them, too.
  void settle(std::string const& name, std::string const& path, std::string const& file,
              segment_scan const& scan) {
    where_->cut(name, scan.offset);
    if (scan.end == segment_end::whole) return;
    auto const end = file.find_last_not_of('\0') + 1;  // what comes after it is room
    result_->reports.push_back(path + " is torn at offset " + std::to_string(scan.offset) + ": " +
                               std::to_string(end - scan.offset) + " bytes after record " +
                               std::to_string(scan.next - 1) + " are cut off");
  }

  directory* where_;
  recovery_target* target_;
  recovery_result* result_;
  sequence next_;  // the record to be handed over next
};

}  // namespace

recovery_result recover(directory& where, recovery_target& target) {
  recovery_result result;
  auto const newest = newest_snapshot(where, result.reports);
  result.snapshot = newest.at;
  if (newest.at != 0) target.on_snapshot(newest.at, newest.bytes());
  replay(where, target, result).run();
  return result;
}

}  // namespace exchange::storage
