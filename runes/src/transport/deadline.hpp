// A limit on how long something may take.
#pragma once

#include "broker/loop.hpp"

#include <chrono>
#include <functional>
#include <utility>

namespace runes::detail {

/// Ends something when it takes too long; not after this has gone. On the loop's strand.
class deadline {
 public:
  deadline(loop& on, std::chrono::milliseconds after, std::function<void()> action)
      : loop_(on), id_(on.at(on.now() + after, std::move(action))) {}
  ~deadline() { loop_.cancel(id_); }
  deadline(deadline const&) = delete;
  deadline& operator=(deadline const&) = delete;

 private:
  loop& loop_;
  timer_queue::id id_;
};

}  // namespace runes::detail
