#include "disk_directory.hpp"

#include "error.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>

namespace exchange::storage {
namespace {

constexpr char const* lock_name = "lock";

[[noreturn]] void fail(std::string const& what, int error) {
  throw storage_error(what + ": " + std::generic_category().message(error));
}

class disk_file final : public output_file {
 public:
  disk_file(descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  void write(std::string_view bytes) override {
    put(bytes, end_);
    end_ += bytes.size();
  }
  void make_room(std::uint64_t bytes) override {
    static constexpr std::array<char, 65'536> zeros{};
    for (std::uint64_t done = 0; done < bytes;) {
      auto const next = std::min<std::uint64_t>(bytes - done, zeros.size());
      put({zeros.data(), static_cast<std::size_t>(next)}, end_ + done);
      done += next;
    }
  }
  void sync() override {
    if (again([&] { return ::fdatasync(file_.get()); }) != 0) fail("cannot sync " + path_, errno);
  }

 private:
  void put(std::string_view bytes, std::uint64_t at) {
    while (!bytes.empty()) {
      auto const n = again([&] {
        return ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
      });
      if (n < 0) fail("cannot write " + path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(n));
      at += static_cast<std::uint64_t>(n);
    }
  }

  descriptor file_;
  std::string path_;
  std::uint64_t end_ = 0;  // of what was written; room comes after it
};

// The entry of a new directory lasts only when its parent is synced.
void make(std::filesystem::path const& where) {
  if (::mkdir(where.c_str(), 0700) != 0) {
    if (errno == EEXIST) return;
    fail("cannot make the directory " + where.string(), errno);
  }
  auto const parent = where.has_parent_path() ? where.parent_path() : std::filesystem::path(".");
  descriptor const above(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (above.get() < 0 || ::fsync(above.get()) != 0) {
    fail("cannot sync the directory " + parent.string(), errno);
  }
}

descriptor open_directory(std::filesystem::path const& where) {
  make(where);
  descriptor opened(::open(where.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0) fail("cannot open the directory " + where.string(), errno);
  return opened;
}

// "data/" is the directory "data".
std::filesystem::path without_slash(std::filesystem::path const& where) {
  return where.has_filename() || !where.has_relative_path() ? where : where.parent_path();
}

}  // namespace

disk_directory::disk_directory(std::filesystem::path where)
    : where_(without_slash(where)),
      itself_(open_directory(where_)),
      lock_(open(lock_name, O_RDWR | O_CREAT)) {
  if (again([&] { return ::flock(lock_.get(), LOCK_EX | LOCK_NB); }) == 0) return;
  if (errno != EWOULDBLOCK) fail("cannot lock " + prefix() + lock_name, errno);
  throw storage_error("the directory " + where_.string() +
                      " is in use by another process; only one at a time may have it");
}

std::string disk_directory::prefix() const { return (where_ / "").string(); }

descriptor disk_directory::open(std::string const& name, int flags) const {
  descriptor opened(
      again([&] { return ::openat(itself_.get(), name.c_str(), flags | O_CLOEXEC, 0600); }));
  if (opened.get() < 0) fail("cannot open " + prefix() + name, errno);
  return opened;
}

std::vector<std::string> disk_directory::list() {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator at(where_, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  if (error) fail("cannot list the directory " + where_.string(), error.value());
  std::sort(names.begin(), names.end());
  return names;
}

std::string disk_directory::read(std::string const& name) {
  auto const file = open(name, O_RDONLY);
  struct stat about{};
  if (::fstat(file.get(), &about) != 0) fail("cannot read " + prefix() + name, errno);
  std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    auto const n =
        again([&] { return ::read(file.get(), bytes.data() + have, bytes.size() - have); });
    if (n < 0) fail("cannot read " + prefix() + name, errno);
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  bytes.resize(have);
  return bytes;
}

std::unique_ptr<output_file> disk_directory::create(std::string const& name) {
  return std::make_unique<disk_file>(open(name, O_WRONLY | O_CREAT | O_TRUNC), prefix() + name);
}

void disk_directory::cut(std::string const& name, std::uint64_t size) {
  auto const file = open(name, O_WRONLY);
  if (again([&] { return ::ftruncate(file.get(), static_cast<off_t>(size)); }) != 0 ||
      again([&] { return ::fsync(file.get()); }) != 0) {
    fail("cannot cut " + prefix() + name, errno);
  }
}

void disk_directory::rename(std::string const& from, std::string const& to) {
  if (::renameat(itself_.get(), from.c_str(), itself_.get(), to.c_str()) != 0) {
    fail("cannot rename " + prefix() + from + " to " + to, errno);
  }
}

void disk_directory::remove(std::string const& name) {
  if (::unlinkat(itself_.get(), name.c_str(), 0) != 0)
    fail("cannot remove " + prefix() + name, errno);
}

void disk_directory::sync() {
  if (again([&] { return ::fsync(itself_.get()); }) != 0) {
    fail("cannot sync the directory " + where_.string(), errno);
  }
}

}  // namespace exchange::storage
