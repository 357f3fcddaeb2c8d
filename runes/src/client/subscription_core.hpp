// A subscription's state: its symbols, their sequences and books, and the queue of its reader. No
// wire in here.
#pragma once

#include "client/bell.hpp"
#include "client/book_keeper.hpp"
#include "client/event_decode.hpp"
#include "client/event_queue.hpp"
#include "client/reconnect_policy.hpp"
#include "client/stream_check.hpp"

#include <runes/subscription.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace runes::detail {

class client_impl;

/// Kept by its `subscription`, and by the client while it is wanted. On the client's strand.
class subscription_core : public std::enable_shared_from_this<subscription_core> {
 public:
  /// A symbol that fails again and again is resynchronised at once, then after at least this long,
  /// doubled up to the other.
  static constexpr std::chrono::milliseconds first_resync_pause{1'000};
  static constexpr std::chrono::milliseconds longest_resync_pause{60'000};

  subscription_core(asio::any_io_executor const& executor, std::weak_ptr<client_impl> owner,
                    wish wanted, std::size_t queue_limit);

  // What is wanted.
  wish const& wanted() const noexcept { return wanted_; }
  /// The name of its events, as far as the server has sent one.
  std::string const& event_name() const noexcept { return event_name_; }
  /// The fields of `subscribe` and `unsubscribe`; of one symbol if one is given.
  boost::json::object fields(std::optional<std::string_view> symbol = {}) const;
  /// The same on a new connection: with the places to go on from, `since`.
  boost::json::object resubscription() const;
  /// Whether both would hold the same topic, as far as can be said before the server has spoken.
  bool overlaps(wish const& other) const;
  /// How well an event fits: 0 not at all, more is better.
  int fit(envelope const& e) const;
  bool holds(std::string_view channel, std::string_view symbol) const;

  // What happens.
  /// The server has taken it, in part perhaps. Returns the first refusal when it is refused for all
  /// symbols.
  std::optional<error> subscribed(std::vector<subscribed_symbol> const& entries);
  /// One symbol cannot be had any more.
  void refuse(std::string_view symbol, error const& why);

  enum class reaction {
    none,    ///< not for the reader
    told,    ///< the reader has it
    gap,     ///< the reader was told of a gap
    resync,  ///< the reader was told of a gap, and the symbol needs a new snapshot
  };
  /// A snapshot, update or gap of the server. Throws error(errc::bad_event), with nothing changed,
  /// when its data can't be read.
  reaction on_event(envelope const& e);
  /// An event of this symbol could not be read.
  reaction on_bad_event(std::string_view symbol, error const& why);

  void on_disconnected();
  void on_resumed();
  /// The server has taken resubscription(). Returns the symbols that it goes on with from a place
  /// we do not have: they need a new snapshot.
  std::vector<std::string> resume(std::vector<subscribed_symbol> const& entries);
  /// Whether the server has sent more of this topic than has come. Then the reader is told of a
  /// gap, and the symbol, which is returned, needs a new snapshot.
  std::optional<std::string> on_head(topic_head const& head);
  /// The last event. Nothing counts after it.
  void end(std::optional<error> why);
  bool ended() const noexcept { return ended_; }
  bool detached() const noexcept { return detached_; }
  /// Is subscribed on this connection, as far as we know.
  bool active() const noexcept { return active_; }

  /// How long a resync of the symbol has to wait; counts as one.
  std::chrono::milliseconds resync_pause(std::string_view symbol, time_point now);
  bool awaits_snapshot(std::string_view symbol) const;

  // The reader's side.
  /// Keeps the core until it has ended: the subscription may be destroyed meanwhile.
  static awaitable<any_event> next(std::shared_ptr<subscription_core> self);
  void detach() noexcept;
  order_book const* book(std::string_view symbol) const;
  std::vector<refused_symbol> const& refused() const noexcept { return refused_; }
  std::weak_ptr<client_impl> const& owner() const noexcept { return owner_; }

 private:
  struct symbol_state {
    explicit symbol_state(event_model model) noexcept : check(model) {}
    stream_check check;
    book_keeper keeper;  ///< used by the model `book` only
    backoff resync{first_resync_pause, longest_resync_pause};
    std::optional<time_point> last_resync;
    std::string topic;              ///< as the server calls it; empty while not known
    std::uint64_t recovers_to = 0;  ///< the book is behind until this number has come; 0: it isn't
  };
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept {
      return std::hash<std::string_view>()(s);
    }
  };

  symbol_state& state_of(std::string_view symbol);
  reaction take(symbol_state& state, envelope const& e, event_data data);
  reaction push_data(symbol_state& state, envelope const& e, event_data data);
  reaction push_gap(symbol_state& state, std::string_view symbol, std::uint64_t from,
                    std::uint64_t to, std::optional<error> why);
  reaction lose(symbol_state& state, std::string_view symbol, std::optional<error> why,
                std::uint64_t from = 0, std::uint64_t to = 0);
  void told() { ready_.ring(); }
  bool is_book() const noexcept { return wanted_.model == event_model::book; }

  std::weak_ptr<client_impl> owner_;
  wish wanted_;
  std::string event_name_ = "market";
  std::optional<std::string> interval_;  ///< in effect, once the server has said
  std::optional<unsigned> depth_;
  std::unordered_map<std::string, symbol_state, text_hash, std::equal_to<>> symbols_;
  std::vector<refused_symbol> refused_;
  event_queue queue_;
  bell ready_;
  any_event last_;  ///< what next() says after the end
  bool active_ = false;
  bool ended_ = false;
  bool detached_ = false;
};

}  // namespace runes::detail
