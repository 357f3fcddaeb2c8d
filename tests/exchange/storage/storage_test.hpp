// What the storage's tests share: records that follow from their number, a target that remembers
// what it was given, and a listener that can be waited for.
#pragma once

#include <storage/journal.hpp>
#include <storage/recovery.hpp>

#include <boost/test/unit_test.hpp>

#include <stdlib.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace exchange::storage {

/// Up to 300 bytes of all values; some have none.
inline std::string record_of(sequence number) {
  auto bits = number * 0x9E3779B97F4A7C15u + 1;
  std::string bytes(number % 7 == 0 ? 0 : bits % 300, '\0');
  for (auto& byte : bytes) {
    bits = bits * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<char>(bits >> 56);
  }
  return bytes;
}

/// The state of the tests' venue: all its records.
inline std::string state_after(sequence last) {
  std::string state;
  for (sequence n = 1; n <= last; ++n) state.append(std::to_string(n)) += record_of(n);
  return state;
}

class rebuilt_state final : public recovery_target {
 public:
  void on_snapshot(sequence at, std::string_view bytes) override {
    BOOST_TEST_REQUIRE(snapshots++ == 0u);
    BOOST_TEST_REQUIRE(records == 0u);
    state = bytes;
    last = at;
  }
  void on_record(sequence number, std::string_view bytes) override {
    BOOST_TEST_REQUIRE(number == last + 1);
    state.append(std::to_string(number)) += bytes;
    last = number;
    ++records;
  }

  std::string state;
  sequence last = 0;
  std::size_t snapshots = 0;
  std::size_t records = 0;
};

/// What recover() threw, or nothing.
inline std::string error_of_recovery(directory& where) {
  rebuilt_state ignored;
  try {
    recover(where, ignored);
  } catch (std::runtime_error const& error) {
    return error.what();
  }
  return {};
}

/// How far another thread says it has come. Waits without a clock: for what must come.
class progress {
 public:
  /// Whether it has come so far; false if it failed before.
  bool wait_for(sequence number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return reached_ >= number || !why_.empty(); });
    BOOST_TEST(orderly_);
    return reached_ >= number;
  }
  std::string wait_for_failure() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !why_.empty(); });
    return why_;
  }
  /// Keeps the other thread where it next says so.
  void hold(bool yes) {
    std::lock_guard const lock(mutex_);
    held_ = yes;
    changed_.notify_all();
  }

 protected:
  void reach(sequence up_to) {
    std::unique_lock lock(mutex_);
    orderly_ = orderly_ && why_.empty() && up_to > reached_;
    reached_ = up_to;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
  }
  void fail(std::string const& why) {
    std::lock_guard const lock(mutex_);
    orderly_ = orderly_ && why_.empty();
    why_ = why;
    changed_.notify_all();
  }
  sequence reached() {
    std::lock_guard const lock(mutex_);
    BOOST_TEST(orderly_);
    return reached_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  sequence reached_ = 0;
  std::string why_;
  bool orderly_ = true;  // checked by the test's thread, as Boost.Test wants it
  bool held_ = false;
};

class waiting_listener final : public journal_listener, public progress {
 public:
  void on_durable(sequence up_to) noexcept override { reach(up_to); }
  void on_failed(std::string const& why) noexcept override { fail(why); }
  sequence durable() { return reached(); }
};

/// A directory that is gone with the test.
class temporary_directory {
 public:
  temporary_directory() {
    auto name = (std::filesystem::temp_directory_path() / "storage-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_directory(temporary_directory const&) = delete;
  temporary_directory& operator=(temporary_directory const&) = delete;
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace exchange::storage
