// A directory in memory that loses what was not synced when the power is cut, and fails or cuts at
// the operation it is told to.
#pragma once

#include <storage/directory.hpp>
#include <storage/error.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace exchange::storage {

/// The power is gone: nothing after it happens.
struct power_cut {};

/// What may be left of bytes that were written and not synced.
enum class tail {
  prefix,  ///< some of the first ones
  zeros,   ///< some of the first ones, then zeros
  holes,   ///< all of them but some in the middle, as a disk leaves it that writes blocks in any
           ///< order
};

class memory_directory final : public directory {
 public:
  enum class fault { none, error, power };

  std::string prefix() const override { return "data/"; }
  std::vector<std::string> list() override;
  std::string read(std::string const& name) override;
  std::unique_ptr<output_file> create(std::string const& name) override;
  void cut(std::string const& name, std::uint64_t size) override;
  void rename(std::string const& from, std::string const& to) override;
  void remove(std::string const& name) override;
  void sync() override;

  /// The operation that changes something, counted from 1 from now on, that fails: with an error
  /// after half of it is done, or with power_cut, as do all after it.
  void fail_at(std::size_t operation, fault how);
  std::size_t operations() const;

  /// What a machine that comes up again finds: what was synced, and by chance some of what was not.
  std::unique_ptr<memory_directory> after_power_cut(std::mt19937_64& chance, tail how) const;

  /// As if somebody had changed the medium; synced.
  std::string& content(std::string const& name);
  void put(std::string const& name, std::string bytes);

 private:
  struct inode {
    std::string synced;
    std::string now;  // begins with what was synced unless the file was cut since
  };
  using names = std::map<std::string, std::shared_ptr<inode>>;
  class open_file;

  // Of names; a disk may do some of them and not others until they are synced.
  struct change {
    std::string removed, added;  // empty: none
    std::shared_ptr<inode> file;
    void apply(names& to) const;
  };

  bool breaks();
  std::shared_ptr<inode> find(std::string const& name) const;
  void make(change one);

  mutable std::mutex mutex_;  // the journal's thread and the test's
  names now_;
  names synced_;
  std::vector<change> changes_;  // of names, since
  std::size_t operations_ = 0;
  std::size_t fail_at_ = 0;
  fault how_ = fault::none;
};

}  // namespace exchange::storage
