#include "memory_directory.hpp"

#include <algorithm>
#include <utility>

namespace exchange::storage {
namespace {

std::size_t below(std::mt19937_64& chance, std::size_t end) { return chance() % end; }

// What is left of a file of which `synced` is certain: where it was written since, by chance what
// is there now or what was there before.
std::string remains(std::string const& synced, std::string const& now, std::mt19937_64& chance,
                    tail how) {
  if (now.size() < synced.size()) return below(chance, 2) == 0 ? synced : now;  // it was cut
  auto const changed =
      static_cast<std::size_t>(std::ranges::mismatch(synced, now).in1 - synced.begin());
  if (changed == now.size()) return now;
  auto const from = changed + below(chance, now.size() - changed + 1);
  auto const to = how == tail::holes ? std::min(now.size(), from + below(chance, 600)) : now.size();
  auto before = synced;
  before.resize(now.size());
  auto left = now;
  std::copy(before.begin() + static_cast<std::ptrdiff_t>(from),
            before.begin() + static_cast<std::ptrdiff_t>(to),
            left.begin() + static_cast<std::ptrdiff_t>(from));
  if (how == tail::prefix) left.resize(std::max(from, synced.size()));
  return left;
}

}  // namespace

class memory_directory::open_file final : public output_file {
 public:
  open_file(memory_directory& of, std::shared_ptr<inode> file) : of_(&of), file_(std::move(file)) {}

  void write(std::string_view bytes) override {
    std::lock_guard const lock(of_->mutex_);
    try {
      if (of_->breaks()) throw storage_error("cannot write: no space left");
    } catch (...) {
      put(bytes.substr(0, bytes.size() / 2));
      throw;
    }
    put(bytes);
    end_ += bytes.size();
  }
  void make_room(std::uint64_t bytes) override {
    std::lock_guard const lock(of_->mutex_);
    try {
      if (of_->breaks()) throw storage_error("cannot write: no space left");
    } catch (...) {
      put(std::string(bytes / 2, '\0'));
      throw;
    }
    put(std::string(bytes, '\0'));
  }
  void sync() override {
    std::lock_guard const lock(of_->mutex_);
    if (of_->breaks()) throw storage_error("cannot sync: input/output error");
    file_->synced = file_->now;
  }

 private:
  void put(std::string_view bytes) {
    auto& now = file_->now;
    now.resize(std::max(now.size(), end_ + bytes.size()));
    std::ranges::copy(bytes, now.begin() + static_cast<std::ptrdiff_t>(end_));
  }

  memory_directory* of_;
  std::shared_ptr<inode> file_;
  std::size_t end_ = 0;  // of what was written
};

bool memory_directory::breaks() {
  ++operations_;
  if (how_ == fault::power && operations_ >= fail_at_) throw power_cut();
  return how_ == fault::error && operations_ == fail_at_;
}

std::shared_ptr<memory_directory::inode> memory_directory::find(std::string const& name) const {
  auto const at = now_.find(name);
  if (at == now_.end()) throw storage_error("there is no " + prefix() + name);
  return at->second;
}

void memory_directory::change::apply(names& to) const {
  if (!removed.empty()) to.erase(removed);
  if (!added.empty()) to[added] = file;
}

void memory_directory::make(change one) {
  one.apply(now_);
  changes_.push_back(std::move(one));
}

std::vector<std::string> memory_directory::list() {
  std::lock_guard const lock(mutex_);
  std::vector<std::string> all;
  for (auto const& one : now_) all.push_back(one.first);
  return all;
}

std::string memory_directory::read(std::string const& name) {
  std::lock_guard const lock(mutex_);
  return find(name)->now;
}

std::unique_ptr<output_file> memory_directory::create(std::string const& name) {
  std::lock_guard const lock(mutex_);
  if (breaks()) throw storage_error("cannot create " + name);
  auto const there = now_.find(name);
  if (there != now_.end()) {
    there->second->now.clear();
    return std::make_unique<open_file>(*this, there->second);
  }
  auto const file = std::make_shared<inode>();
  make({"", name, file});
  return std::make_unique<open_file>(*this, file);
}

void memory_directory::cut(std::string const& name, std::uint64_t size) {
  std::lock_guard const lock(mutex_);
  auto const file = find(name);
  auto const cut = file->now.substr(0, size);
  try {
    if (breaks()) throw storage_error("cannot cut " + name);
  } catch (...) {
    file->now = cut;
    throw;
  }
  file->now = file->synced = cut;
}

void memory_directory::rename(std::string const& from, std::string const& to) {
  std::lock_guard const lock(mutex_);
  if (breaks()) throw storage_error("cannot rename " + from);
  make({from, to, find(from)});
}

void memory_directory::remove(std::string const& name) {
  std::lock_guard const lock(mutex_);
  if (breaks()) throw storage_error("cannot remove " + name);
  make({name, "", find(name)});
}

void memory_directory::sync() {
  std::lock_guard const lock(mutex_);
  if (breaks()) throw storage_error("cannot sync the directory");
  synced_ = now_;
  changes_.clear();
}

void memory_directory::fail_at(std::size_t operation, fault how) {
  std::lock_guard const lock(mutex_);
  operations_ = 0;
  fail_at_ = operation;
  how_ = how;
}

std::size_t memory_directory::operations() const {
  std::lock_guard const lock(mutex_);
  return operations_;
}

std::unique_ptr<memory_directory> memory_directory::after_power_cut(std::mt19937_64& chance,
                                                                    tail how) const {
  std::lock_guard const lock(mutex_);
  auto left = std::make_unique<memory_directory>();
  auto found = synced_;
  for (auto const& one : changes_) {
    if (below(chance, 2) == 0) one.apply(found);
  }
  for (auto const& [name, file] : found) {
    auto const bytes = remains(file->synced, file->now, chance, how);
    left->now_[name] = std::make_shared<inode>(inode{bytes, bytes});
  }
  left->synced_ = left->now_;
  return left;
}

std::string& memory_directory::content(std::string const& name) { return find(name)->now; }

void memory_directory::put(std::string const& name, std::string bytes) {
  now_[name] = std::make_shared<inode>(inode{bytes, bytes});
  synced_ = now_;
  changes_.clear();
}

}  // namespace exchange::storage
