// Lines on their way to standard output.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace faults {

/// A thread of its own writes them, so that no client ever waits for whoever reads them. Holds what
/// a test lets its clients say. Thread-safe.
class printer {
 public:
  printer();
  /// When all is written.
  ~printer();
  printer(printer const&) = delete;
  printer& operator=(printer const&) = delete;

  void print(std::string line);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<std::string> lines_;
  bool over_ = false;
  std::thread writer_;
};

}  // namespace faults
