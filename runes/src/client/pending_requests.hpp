// Requests that were sent and wait for their reply.
#pragma once

#include <runes/error.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace runes::detail {

/// What a request came to.
struct outcome {
  boost::json::value ok;
  std::optional<error> wrong;
  retry advice = retry::never;  ///< the server's, where it gave one
};

/// Bounded. A plain object: it knows neither clock nor wire.
class pending_requests {
 public:
  using action = std::function<void(outcome const&)>;

  explicit pending_requests(std::size_t limit) noexcept : limit_(limit) {}

  /// The id to send it with; nothing when too many are in flight.
  std::optional<std::uint64_t> add(std::string op, action done) {
    if (waiting_.size() >= limit_) return {};
    waiting_.emplace(++last_, std::pair(std::move(op), std::move(done)));
    return last_;
  }

  /// Calls its action, once. False when it isn't waited for any more.
  bool finish(std::uint64_t id, outcome const& with) {
    auto const node = waiting_.extract(id);
    if (!node) return false;
    node.mapped().second(with);
    return true;
  }

  bool forget(std::uint64_t id) noexcept { return waiting_.erase(id) > 0; }

  /// Nothing more will be answered: each gets an error with a sentence that names its op.
  void fail_all(errc code, std::string const& sentence) {
    auto const all = std::exchange(waiting_, {});
    for (auto const& [id, entry] : all) {
      outcome failed;
      failed.wrong.emplace(code, "'" + entry.first + "' " + sentence);
      failed.advice = retry_of(code);
      entry.second(failed);
    }
  }

  std::size_t size() const noexcept { return waiting_.size(); }
  std::string const* op(std::uint64_t id) const {
    auto const found = waiting_.find(id);
    return found == waiting_.end() ? nullptr : &found->second.first;
  }

 private:
  std::size_t limit_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::pair<std::string, action>> waiting_;
};

}  // namespace runes::detail
