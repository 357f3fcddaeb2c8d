#include "printer.hpp"

#include <cstdio>
#include <utility>

namespace faults {

printer::printer() : writer_([this] { run(); }) {}

printer::~printer() {
  {
    std::lock_guard const lock(mutex_);
    over_ = true;
  }
  more_.notify_one();
  writer_.join();
}

void printer::print(std::string line) {
  {
    std::lock_guard const lock(mutex_);
    lines_.push_back(std::move(line));
  }
  more_.notify_one();
}

void printer::run() {
  std::unique_lock lock(mutex_);
  while (!over_ || !lines_.empty()) {
    more_.wait(lock, [this] { return over_ || !lines_.empty(); });
    auto const now = std::exchange(lines_, {});
    lock.unlock();
    for (auto const& line : now) std::puts(line.c_str());
    std::fflush(stdout);
    lock.lock();
  }
}

}  // namespace faults
