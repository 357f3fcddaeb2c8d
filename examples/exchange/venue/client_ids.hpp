// What was answered to each clientOrderId of an account, so that the same one gets the same answer.
#pragma once

#include "types.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace exchange::venue {

inline constexpr micros remembered_for = 86'400'000'000;

struct remembered {
  std::string id;
  micros at = 0;
  order_id order = 0;  ///< 0: it was refused
  venue::error error = error::none;
  venue::field field = field::none;
};

class client_ids {
 public:
  remembered const* find(std::string_view id) const noexcept;
  /// Whether one more may be remembered. Where there are `most`, the oldest goes, but not before it
  /// is a day old; of an order that is open it is remembered another day.
  template <class IsOpen>
  bool make_room(std::size_t most, micros now, IsOpen&& is_open) {
    while (entries_.size() >= most && entries_.front().at <= now - remembered_for) {
      auto oldest = pop();
      if (!is_open(oldest.order)) continue;
      oldest.at = now;
      add(std::move(oldest));
    }
    return entries_.size() < most;
  }
  void add(remembered one);
  std::deque<remembered> const& all() const noexcept { return entries_; }

 private:
  remembered pop();

  std::deque<remembered> entries_;  // the oldest first; they stay where they are
  std::unordered_map<std::string_view, remembered const*> by_id_;
};

}  // namespace exchange::venue
