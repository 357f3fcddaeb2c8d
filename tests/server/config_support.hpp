// What the tests of the configuration share.
#pragma once

#include <runes/error.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

/// The sentence of the runes::error that `action` throws with errc::bad_config; says so when there
/// is none.
template <class Action>
std::string complaint_of(Action&& action) {
  try {
    action();
  } catch (runes::error const& e) {
    return e.code() == runes::errc::bad_config ? e.sentence() : "another code: " + e.sentence();
  }
  return "no complaint";
}

/// A file that is gone with its test.
class temporary_file {
 public:
  explicit temporary_file(std::string const& text)
      : path_(std::filesystem::temp_directory_path() /
              ("runes-config-test-" + std::to_string(::getpid()) + ".json")) {
    write(text);
  }
  ~temporary_file() { std::filesystem::remove(path_); }
  temporary_file(temporary_file const&) = delete;
  temporary_file& operator=(temporary_file const&) = delete;
  std::string path() const { return path_.string(); }
  void write(std::string const& text) { std::ofstream(path_, std::ios::binary) << text; }

 private:
  std::filesystem::path path_;
};
