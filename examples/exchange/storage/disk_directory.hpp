// A directory of the operating system.
#pragma once

#include "descriptor.hpp"
#include "directory.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace exchange::storage {

/// The directory is made if it isn't there, readable by its owner only, and locked as long as this
/// object lives: one process at a time. The lock is the kernel's, and ends with the process,
/// however that ends.
class disk_directory final : public directory {
 public:
  /// @throws storage_error: it can't be made or opened, or another process has it.
  explicit disk_directory(std::filesystem::path where);

  std::string prefix() const override;
  std::vector<std::string> list() override;
  std::string read(std::string const& name) override;
  std::unique_ptr<output_file> create(std::string const& name) override;
  void cut(std::string const& name, std::uint64_t size) override;
  void rename(std::string const& from, std::string const& to) override;
  void remove(std::string const& name) override;
  void sync() override;

  std::filesystem::path const& path() const noexcept { return where_; }

 private:
  descriptor open(std::string const& name, int flags) const;

  std::filesystem::path where_;
  descriptor itself_;  // of the directory: names are resolved in it, wherever it may be moved
  descriptor lock_;
};

}  // namespace exchange::storage
