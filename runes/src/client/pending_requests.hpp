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
    entry made;
    made.op = std::move(op);
    made.done = std::move(done);
    waiting_.emplace(++last_, std::move(made));
    return last_;
  }

  /// An id for what nobody waits for.
  std::uint64_t next_id() noexcept { return ++last_; }

  /// It has left when so many of the connection's bytes have been written.
  void leaves_with(std::uint64_t id, std::uint64_t bytes) {
    auto const found = waiting_.find(id);
    if (found != waiting_.end()) found->second.leaves_with = bytes;
  }

  /// Calls its action, once. False when it isn't waited for any more.
  bool finish(std::uint64_t id, outcome const& with) {
    auto const node = waiting_.extract(id);
    if (!node) return false;
    node.mapped().done(with);
    return true;
  }

  bool forget(std::uint64_t id) noexcept { return waiting_.erase(id) > 0; }

  /// Nothing more will be answered: of the connection `written` bytes have been written. Each gets
  /// an error that names its op, and says whether it was sent. `end` is what there was, as in "the
  /// connection ended".
  void fail_all(errc code, std::string const& end, std::uint64_t written) {
    auto const all = std::exchange(waiting_, {});
    for (auto const& [id, each] : all) {
      bool const sent = each.leaves_with <= written;
      std::string sentence = "'" + each.op + "' was ";
      sentence += sent ? "sent, and " + end + " before its reply came: it may have been carried out"
                       : "not sent before " + end;
      outcome failed;
      failed.wrong.emplace(code, std::move(sentence));
      failed.wrong->delivery(sent ? request_delivery::sent : request_delivery::not_sent);
      failed.advice = retry_of(code);
      each.done(failed);
    }
  }

  std::size_t size() const noexcept { return waiting_.size(); }
  std::string const* op(std::uint64_t id) const {
    auto const found = waiting_.find(id);
    return found == waiting_.end() ? nullptr : &found->second.op;
  }

 private:
  struct entry {
    std::string op;
    action done;
    std::uint64_t leaves_with = 0;
  };

  std::size_t limit_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, entry> waiting_;
};

}  // namespace runes::detail
