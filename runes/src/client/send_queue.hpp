// Requests that wait for a connection to be sent on.
#pragma once

#include "broker/timer_queue.hpp"
#include "client/pending_requests.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace runes::detail {

/// One that waits.
struct waiting_request {
  std::string op;
  boost::json::object fields;
  std::chrono::milliseconds timeout{0};        ///< for its reply, once it is sent
  std::chrono::milliseconds queued_for{0};     ///< what it was given to wait
  pending_requests::action done;               ///< called once
  std::function<void(std::uint64_t)> on_sent;  ///< with the id it was sent with
};

/// In order, bounded in bytes, each with an end of its own. A plain object: it knows neither wire
/// nor clock.
class send_queue {
 public:
  /// What one costs beside its text.
  static constexpr std::size_t entry_bytes = 256;

  explicit send_queue(std::size_t max_bytes) noexcept : max_bytes_(max_bytes) {}

  /// Its ticket; nothing when there is no room.
  std::optional<std::uint64_t> push(waiting_request what, time_point expires) {
    std::size_t const bytes =
        entry_bytes + what.op.size() + boost::json::serialize(what.fields).size();
    if (bytes > max_bytes_ - bytes_) return {};
    bytes_ += bytes;
    entry made;
    made.what = std::move(what);
    made.expires = expires;
    made.bytes = bytes;
    entries_.emplace(++last_, std::move(made));
    return last_;
  }

  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

  /// The one whose turn it is. Precondition: not empty().
  waiting_request& front() noexcept { return entries_.begin()->second.what; }
  waiting_request pop() { return take(entries_.begin()); }
  /// It shall not be sent any more. False: it isn't here any more.
  bool withdraw(std::uint64_t ticket) {
    auto const found = entries_.find(ticket);
    if (found == entries_.end()) return false;
    take(found);
    return true;
  }

  /// Takes out those whose time is over.
  std::vector<waiting_request> expire(time_point now) {
    std::vector<waiting_request> over;
    for (auto it = entries_.begin(); it != entries_.end();) {
      auto const here = it++;
      if (here->second.expires <= now) over.push_back(take(here));
    }
    return over;
  }
  /// When the next one's time is over.
  std::optional<time_point> next_expiry() const noexcept {
    std::optional<time_point> first;
    for (auto const& [ticket, each] : entries_) {
      if (!first || each.expires < *first) first = each.expires;
    }
    return first;
  }

 private:
  struct entry {
    waiting_request what;
    time_point expires;
    std::size_t bytes = 0;
  };
  using entries = std::map<std::uint64_t, entry>;

  waiting_request take(entries::iterator which) {
    waiting_request what = std::move(which->second.what);
    bytes_ -= which->second.bytes;
    entries_.erase(which);
    return what;
  }

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  entries entries_;  ///< by ticket: in order
};

}  // namespace runes::detail
