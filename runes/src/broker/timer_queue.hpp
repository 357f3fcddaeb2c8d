// Deadlines in order: a plain object, the time is passed in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace runes::detail {

using steady_clock = std::chrono::steady_clock;
using time_point = steady_clock::time_point;

/// What shall happen when. One a loop, so that a thousand connections' deadlines cost one timer of
/// the system. Touched on the loop's strand only.
class timer_queue {
 public:
  /// Names a deadline until it has fired or was cancelled. A default one names none.
  using id = std::pair<time_point, std::uint64_t>;

  id add(time_point due, std::function<void()> action) {
    id const key{due, ++last_};
    entries_.emplace(key, std::move(action));
    return key;
  }

  /// Does nothing when it has fired already.
  void cancel(id which) noexcept { entries_.erase(which); }

  std::optional<time_point> next() const noexcept {
    if (entries_.empty()) return {};
    return entries_.begin()->first.first;
  }

  /// Runs what is due, in order of deadlines. What an action adds waits for the next call, even
  /// when due already.
  std::size_t run_due(time_point now) {
    std::uint64_t const newest = last_;
    std::size_t ran = 0;
    for (auto it = entries_.begin(); it != entries_.end() && it->first.first <= now;) {
      if (it->first.second > newest) {
        ++it;
        continue;
      }
      auto const node = entries_.extract(it);
      node.mapped()();
      ++ran;
      it = entries_.begin();
    }
    return ran;
  }

  std::size_t size() const noexcept { return entries_.size(); }
  void clear() noexcept { entries_.clear(); }

 private:
  std::map<id, std::function<void()>> entries_;
  std::uint64_t last_ = 0;
};

}  // namespace runes::detail
