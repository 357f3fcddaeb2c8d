// All that the storage asks of a file system, so that tests can fail each of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace exchange::storage {

/// A file that is written from its beginning to its end. Closed by its destructor, unsynced bytes
/// or not.
class output_file {
 public:
  virtual ~output_file() = default;
  /// Puts all of `bytes` behind what was written. @throws storage_error; some of them may be there
  /// then.
  virtual void write(std::string_view bytes) = 0;
  /// Room for writes to come: that many zeros behind what was written. While there is enough a sync
  /// has no new size of the file to keep, which costs more than the bytes. @throws storage_error;
  /// some of the zeros may be there then.
  virtual void make_room(std::uint64_t bytes) = 0;
  /// Returns when all that was written outlasts a power cut. @throws storage_error, after which
  /// nothing is known of the bytes since the last sync; asking again proves nothing.
  virtual void sync() = 0;
};

/// One directory and the files in it, by their names. Used by several threads at a time, of which
/// no two are after the same file. All functions throw storage_error.
class directory {
 public:
  virtual ~directory() = default;
  /// For sentences: what stands before a file's name, "data/" or nothing.
  virtual std::string prefix() const = 0;
  /// The names of the files that are there, sorted.
  virtual std::vector<std::string> list() = 0;
  /// The whole content.
  virtual std::string read(std::string const& name) = 0;
  /// A new, empty file; one of that name that was there is emptied.
  virtual std::unique_ptr<output_file> create(std::string const& name) = 0;
  /// Cuts the file to its first `size` bytes, and syncs it.
  virtual void cut(std::string const& name, std::uint64_t size) = 0;
  virtual void rename(std::string const& from, std::string const& to) = 0;
  virtual void remove(std::string const& name) = 0;
  /// Returns when what was created, renamed and removed outlasts a power cut.
  virtual void sync() = 0;
};

}  // namespace exchange::storage
