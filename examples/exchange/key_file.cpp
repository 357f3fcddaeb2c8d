#include "key_file.hpp"

#include "descriptor.hpp"

#include <runes/error.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_file_bytes = 4 * 1024 * 1024;

[[noreturn]] void fail(fs::path const& file, std::string const& sentence) {
  throw runes::error(runes::errc::bad_config, file.string() + ": " + sentence);
}
[[noreturn]] void fail(fs::path const& file, std::string const& what, int error) {
  fail(file, what + ": " + std::generic_category().message(error));
}

/// Without waiting for whoever writes into it, if it should be a pipe.
descriptor open_to_read(fs::path const& file) {
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  descriptor opened(again([&] { return ::open(file.c_str(), flags); }));
  if (opened.get() >= 0) return opened;
  if (errno == ELOOP) fail(file, "is a symbolic link; it must be a regular file");
  fail(file, "can't be opened", errno);
}

/// Asked of the open file, so that it can't be changed for another one in between.
void check_kind_and_mode(fs::path const& file, descriptor const& opened) {
  struct stat about{};
  if (::fstat(opened.get(), &about) != 0) fail(file, "can't be read", errno);
  if (!S_ISREG(about.st_mode)) fail(file, "must be a regular file");
  unsigned const mode = about.st_mode & 07777U;
  if ((mode & 077U) == 0) return;
  std::array<char, 8> octal{};
  std::snprintf(octal.data(), octal.size(), "%04o", mode);
  fail(file, "holds secrets, and others than its owner may use it (mode " +
                 std::string(octal.data()) + "); chmod 600 it");
}

std::string read_all(fs::path const& file, descriptor const& opened) {
  std::string text;
  std::array<char, 65536> part{};
  for (;;) {
    auto const n = again([&] { return ::read(opened.get(), part.data(), part.size()); });
    if (n < 0) fail(file, "can't be read", errno);
    if (n == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(n));
    if (text.size() > max_file_bytes) fail(file, "is larger than 4 MiB");
  }
}

descriptor open_folder_of(fs::path const& file) {
  auto const folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0) fail(folder, "can't be opened", errno);
  return opened;
}

bool is_there(fs::path const& file) {
  struct stat about{};
  return ::lstat(file.c_str(), &about) == 0;
}

void write_all(fs::path const& file, std::string_view text) {
  // One that a crash has left: nobody else writes while we hold the lock.
  ::unlink(file.c_str());
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  descriptor const opened(again([&] { return ::open(file.c_str(), flags, 0600); }));
  if (opened.get() < 0) fail(file, "can't be made", errno);
  // Whatever the umask leaves of 0600.
  if (::fchmod(opened.get(), 0600) != 0) fail(file, "can't be made", errno);
  while (!text.empty()) {
    auto const n = again([&] { return ::write(opened.get(), text.data(), text.size()); });
    if (n < 0) fail(file, "can't be written", errno);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  if (again([&] { return ::fsync(opened.get()); }) != 0) fail(file, "can't be synced", errno);
}

void put_in_place(fs::path const& file, std::string_view text, descriptor const& folder) {
  auto const fresh = fs::path(file) += ".new";
  try {
    write_all(fresh, text);
    if (::rename(fresh.c_str(), file.c_str()) != 0) fail(file, "can't be replaced", errno);
  } catch (...) {
    ::unlink(fresh.c_str());
    throw;
  }
  if (again([&] { return ::fsync(folder.get()); }) != 0) fail(file, "can't be synced", errno);
}

}  // namespace

runes::api_keys load_keys(fs::path const& file) {
  auto const opened = open_to_read(file);
  check_kind_and_mode(file, opened);
  return keys_from_json(read_all(file, opened), file.string());
}

void change_keys(fs::path const& file, std::function<void(runes::api_keys&)> const& change) {
  auto const folder = open_folder_of(file);
  if (again([&] { return ::flock(folder.get(), LOCK_EX); }) != 0)
    fail(file, "can't be locked", errno);
  auto keys = is_there(file) ? load_keys(file) : runes::api_keys();
  change(keys);
  put_in_place(file, keys_as_json(keys), folder);
}

}  // namespace exchange
