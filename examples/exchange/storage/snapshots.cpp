#include "snapshots.hpp"

#include "error.hpp"

#include <algorithm>
#include <optional>

namespace exchange::storage {
namespace {

constexpr std::string_view half_made = ".tmp";
constexpr std::string_view set_aside = ".damaged";

// The numbers in the names of that kind, rising.
std::vector<sequence> numbers(std::vector<std::string> const& names,
                              std::optional<sequence> (*number_of)(std::string_view)) {
  std::vector<sequence> found;
  for (auto const& name : names) {
    if (auto const number = number_of(name)) found.push_back(*number);
  }
  return found;
}

void write_whole(directory& where, std::string const& name, std::string_view header,
                 std::string_view bytes) {
  auto const file = where.create(name);
  file->write(header);
  file->write(bytes);
  file->sync();
}

// A segment ends where the next begins. The last one is being written and stays.
void remove_unneeded(directory& where) {
  auto const names = where.list();
  auto const snapshots = numbers(names, snapshot_of);
  if (snapshots.size() < kept_snapshots) return;
  auto const oldest_kept = snapshots[snapshots.size() - kept_snapshots];
  for (auto const at : snapshots) {
    if (at < oldest_kept) where.remove(snapshot_name(at));
  }
  auto const segments = numbers(names, segment_of);
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    if (segments[i + 1] <= oldest_kept + 1) where.remove(segment_name(segments[i]));
  }
}

}  // namespace

void save_snapshot(directory& where, sequence at, std::string_view bytes) {
  auto const name = snapshot_name(at);
  auto const temporary = name + std::string(half_made);
  write_whole(where, temporary, header_of_snapshot(at, bytes), bytes);
  where.rename(temporary, name);
  where.sync();  // before anything is removed that is needed without it
  remove_unneeded(where);
}

snapshot newest_snapshot(directory& where, std::vector<std::string>& reports) {
  auto const names = where.list();
  for (auto const& name : names) {
    if (name.ends_with(half_made)) where.remove(name);  // of a power cut while it was written
  }
  auto const found = numbers(names, snapshot_of);
  for (auto at = found.rbegin(); at != found.rend(); ++at) {
    auto const name = snapshot_name(*at);
    snapshot result{*at, where.read(name)};
    auto const state = check_snapshot(result.file, *at);
    if (state == header_state::good) return result;
    auto const path = where.prefix() + name;
    if (state == header_state::other_version) {
      throw storage_error(path + " is of a version that this program doesn't know");
    }
    auto aside = name;
    aside += set_aside;
    where.rename(name, aside);  // it must not count as one of two that are kept
    where.sync();
    auto report = path;
    report.append(" is damaged; it is now ").append(aside);
    reports.push_back(report + ", and what was before it is taken");
  }
  return {};
}

bool is_damaged_snapshot(std::string_view name) {
  return name.ends_with(set_aside) &&
         snapshot_of(name.substr(0, name.size() - set_aside.size())).has_value();
}

}  // namespace exchange::storage
