#include "format.hpp"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace exchange::storage {
namespace {

constexpr std::string_view segment_magic = "RXJOURNL";
constexpr std::string_view snapshot_magic = "RXSNAPSH";
constexpr std::uint32_t format_version = 1;
constexpr std::string_view segment_prefix = "journal-";
constexpr std::string_view snapshot_prefix = "snapshot-";
constexpr std::size_t digits = 20;  // of the largest number, so that names sort as numbers do

template <class Number>
void set(char* at, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    at[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF);
  }
}

template <class Number>
Number get(char const* at) {
  std::uint64_t value = 0;
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(at[i]);
  }
  return static_cast<Number>(value);
}

template <class Number>
void put(std::string& out, Number value) {
  out.resize(out.size() + sizeof value);
  set(out.data() + out.size() - sizeof value, value);
}

std::string name_of(std::string_view prefix, sequence number) {
  auto const text = std::to_string(number);
  std::string name(prefix);
  name.append(digits - text.size(), '0');
  name += text;
  return name;
}

std::optional<sequence> number_in(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  sequence number = 0;
  auto const* const end = name.data() + name.size();
  auto const [at, error] = std::from_chars(name.data(), end, number);
  bool const right = name.size() == digits && error == std::errc() && at == end;
  return right ? std::optional(number) : std::nullopt;
}

// Magic, version and number, which both kinds of files begin with.
std::string opening(std::string_view magic, sequence number) {
  std::string bytes(magic);
  put(bytes, format_version);
  put(bytes, number);
  return bytes;
}

std::uint32_t checksum(std::string_view first, std::string_view second) {
  auto const part = [](uLong before, std::string_view bytes) {
    if (bytes.empty()) return before;  // zlib takes no data for a wish to begin anew
    return crc32_z(before, reinterpret_cast<Bytef const*>(bytes.data()), bytes.size());
  };
  return static_cast<std::uint32_t>(part(part(0, first), second));
}

// Of a file whose checksum is right: what it is of.
header_state check_opening(std::string_view file, sequence number) {
  if (get<std::uint32_t>(file.data() + 8) != format_version) return header_state::other_version;
  bool const same = get<sequence>(file.data() + 12) == number;
  return same ? header_state::good : header_state::damaged;
}

}  // namespace

std::uint32_t checksum(std::string_view bytes) { return checksum(bytes, {}); }

void put_record(std::string& batch, sequence number, std::string_view bytes) {
  auto const begin = batch.size();
  batch.resize(begin + record_header + bytes.size());  // all the memory, or none
  auto* const record = batch.data() + begin;
  set(record + 4, static_cast<std::uint32_t>(bytes.size()));
  set(record + 12, number);
  std::copy(bytes.begin(), bytes.end(), record + record_header);
}

void seal(std::string& batch) {
  std::uint32_t place = 0;
  for (std::size_t at = 0; at < batch.size(); ++place) {
    auto* const record = batch.data() + at;
    auto const size = record_header + get<std::uint32_t>(record + 4);
    set(record + 8, place);
    set(record, checksum(std::string_view(record + 4, size - 4)));
    at += size;
  }
}

std::optional<record_view> read_record(std::string_view bytes) {
  if (bytes.size() < record_header) return std::nullopt;
  auto const size = get<std::uint32_t>(bytes.data() + 4);
  if (size > max_record || size > bytes.size() - record_header) return std::nullopt;
  record_view record;
  record.place = get<std::uint32_t>(bytes.data() + 8);
  record.number = get<sequence>(bytes.data() + 12);
  if (record.place >= record.number) return std::nullopt;
  auto const whole = bytes.substr(0, record_header + size);
  if (checksum(whole.substr(4)) != get<std::uint32_t>(whole.data())) return std::nullopt;
  record.bytes = whole.substr(record_header);
  return record;
}

bool may_be_record(std::string_view bytes, sequence least, sequence most) {
  if (bytes.size() < record_header) return false;
  auto const number = get<sequence>(bytes.data() + 12);
  return least <= number && number <= most;
}

std::string segment_name(sequence first) { return name_of(segment_prefix, first); }
std::string snapshot_name(sequence at) { return name_of(snapshot_prefix, at); }
std::optional<sequence> segment_of(std::string_view name) {
  return number_in(name, segment_prefix);
}
std::optional<sequence> snapshot_of(std::string_view name) {
  return number_in(name, snapshot_prefix);
}

std::string header_of_segment(sequence first) {
  auto bytes = opening(segment_magic, first);
  put(bytes, checksum(bytes));
  return bytes;
}

header_state check_segment_header(std::string_view file, sequence first) {
  constexpr auto covered = segment_header - 4;
  if (file.size() < segment_header || !file.starts_with(segment_magic)) {
    return header_state::damaged;
  }
  if (checksum(file.substr(0, covered)) != get<std::uint32_t>(file.data() + covered)) {
    return header_state::damaged;
  }
  return check_opening(file, first);
}

std::string header_of_snapshot(sequence at, std::string_view bytes) {
  auto header = opening(snapshot_magic, at);
  put(header, static_cast<std::uint64_t>(bytes.size()));
  put(header, checksum(header, bytes));
  return header;
}

header_state check_snapshot(std::string_view file, sequence at) {
  constexpr auto covered = snapshot_header - 4;
  if (file.size() < snapshot_header || !file.starts_with(snapshot_magic)) {
    return header_state::damaged;
  }
  auto const right = checksum(file.substr(0, covered), file.substr(snapshot_header));
  if (right != get<std::uint32_t>(file.data() + covered)) return header_state::damaged;
  return check_opening(file, at);
}

}  // namespace exchange::storage
