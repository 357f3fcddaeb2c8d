// What an account has, followed: open orders, positions, balances, fills. No I/O in here.
#pragma once

#include <runes/events.hpp>
#include <runes/new_order.hpp>
#include <runes/trading_data.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace runes {

// What a tracker says has changed.

/// An order that was not held before; `now` may be closed already.
struct order_appeared {
  order now;
};
/// It is another one than before; where `now` is closed it is held among the closed ones.
struct order_changed {
  order before, now;
};
/// The venue knows nothing of it any more: it is closed, and how can't be found out.
struct order_vanished {
  order last_known;
};
/// The venue knows no order of what was sent: it has not been placed, and can't be any more. Or it
/// had been `acknowledged`, and has been forgotten since: how it ended can't be found out.
struct placement_failed {
  std::string client_order_id;
  bool acknowledged = false;
};
/// A fill, told once.
struct fill_counted {
  runes::fill fill;
  bool was_missed = false;  ///< by the stream, and found in the history
};
/// `removed` when it has gone.
struct position_changed {
  position now;
};
struct balance_changed {
  balance now;
};

using tracker_change = std::variant<order_appeared, order_changed, order_vanished, placement_failed,
                                    fill_counted, position_changed, balance_changed>;

/// What a tracker holds at most. Every number is at least 1.
struct tracker_limits {
  std::size_t open_orders = 10'000;   ///< more are left out: order_tracker::overflowed()
  std::size_t closed_orders = 1'000;  ///< the first closed goes first
  std::size_t known_fills = 10'000;   ///< by which one that comes again is known
  std::size_t pending = 1'000;        ///< placements without an answer, and as many not yet shown
};

/// Holds an account's open orders, positions, balances and last fills. It is fed with the events of
/// the four account streams, and with what the trader says; each call returns what has changed by
/// it. After a lost connection it compares what comes with what it held, and where something may be
/// missing has questions() for the venue: trader::reconcile() asks them. So a fill is neither
/// counted twice nor missed, however often the connection goes.
///
/// A plain object: no clock, no wire. Not thread-safe.
class order_tracker {
 public:
  using changes = std::vector<tracker_change>;

  /// Throws error(errc::bad_config) for a limit of zero.
  explicit order_tracker(tracker_limits limits = {});

  // ---- fed by the streams: every event, those without data, too

  changes on(event<order_list> const& what);
  changes on(event<fill_list> const& what);
  changes on(event<position_list> const& what);
  changes on(event<balance_list> const& what);

  // ---- fed by the trader, where trader::track() has been called

  /// It is being sent; `expires_at` is the venue's time from which on it can't be placed any more.
  /// Throws error(errc::backpressure) when there are too many without an answer, and
  /// std::invalid_argument for an id that is empty, by which nothing could be found again.
  void sent(std::string const& client_order_id, timestamp expires_at);
  /// The venue has acknowledged it. An ack is not a state: the stream of orders is still to show
  /// the order, and where that comes back with a snapshot instead, of whatever symbol, it becomes a
  /// question how it ended. So the orders of all that is traded are to be followed, or of nothing.
  void placed(std::string_view client_order_id);
  /// It was refused, or was too late: there is no such order.
  void not_placed(std::string_view client_order_id);
  /// No answer came, and none could be found out: it becomes a question.
  void unanswered(std::string_view client_order_id);

  // ---- what is held

  /// Whether all that is held is the venue's present state, as far as it was told: the streams that
  /// have fed it are up, and there are no questions.
  bool current() const noexcept;
  /// Null where it is not held, open or closed.
  order const* find(order_ref const& which) const;
  std::vector<order> open_orders() const;
  /// Newest first.
  std::vector<order> closed_orders() const;
  runes::position const* position(std::string_view symbol) const;
  runes::balance const* balance(std::string_view asset) const;
  std::vector<runes::position> positions() const;
  std::vector<runes::balance> balances() const;
  fill const* last_fill() const noexcept { return last_fill_ ? &*last_fill_ : nullptr; }
  std::uint64_t fills_counted() const noexcept { return fills_counted_; }
  /// Whether there were more open orders, or placed ones that no stream has shown, than may be
  /// held, so that some are not.
  bool overflowed() const noexcept { return overflowed_; }

  // ---- reconciliation

  /// Something that only the venue can say.
  class question {
   public:
    enum class about {
      newest_fill,  ///< fills.history, one entry: counting begins behind it
      fills,        ///< fills.history as history() says
      order,        ///< order.status
      placement,    ///< order.status, final once `expires_at` is past
    };
    about what() const noexcept { return what_; }
    runes::history const& history() const noexcept { return history_; }
    order_ref const& which() const noexcept { return which_; }
    timestamp expires_at() const noexcept { return expires_at_; }

   private:
    friend class order_tracker;
    explicit question(about what) : what_(what) {}
    about what_;
    runes::history history_;
    order_ref which_{1};
    timestamp expires_at_{};
    std::uint64_t round_ = 0;
  };

  /// The next one; none when nothing is to be asked.
  std::optional<question> next_question() const;
  /// The answers: a page of fills, an order's state, or that the venue doesn't know the order.
  changes answer(question const& to, fill_list const& page);
  changes answer(question const& to, order const& state);
  changes answer_unknown(question const& to);

 private:
  /// An entry, and the topic (an event's symbol) that has told of it; what a snapshot of its topic
  /// does not name is gone.
  template <class T>
  struct held {
    T value;
    std::string topic;
  };
  template <class T>
  using by_name = std::map<std::string, held<T>, std::less<>>;

  /// What is known of one stream.
  struct stream_state {
    bool begun = false;                        ///< has had an event
    bool stale = false;                        ///< the connection is lost, or the stream has ended
    std::set<std::string, std::less<>> holes;  ///< topics that wait for a snapshot
    bool current() const noexcept { return !begun || (!stale && holes.empty()); }
  };
  struct placement {
    timestamp expires_at{};
    bool unanswered = false;
    bool acknowledged = false;
  };

  template <class Data>
  static void note(stream_state& of, event<Data> const& what);
  template <class Change, class T>
  static changes on_named(by_name<T>& all, stream_state& of, event<std::vector<T>> const& what);

  void take(order const& state, std::string const& topic, changes& into);
  void open(order const& state, std::string const& topic, changes& into);
  void close(order const& state);
  void lose(event<order_list> const& snapshot);
  void forget_client_id(order const& state);

  void count(fill const& what, bool was_missed, changes& into);
  void missed(std::uint64_t after);
  void on_whole_page(question const& to, fill_list const& page);
  void on_last_page(question const& to, fill_list const& page);

  tracker_limits limits_;
  stream_state orders_state_, fills_state_, positions_state_, balances_state_;

  std::map<std::uint64_t, held<order>> open_;
  std::map<std::uint64_t, order> closed_;
  std::deque<std::uint64_t> closed_first_;  ///< as they were closed
  std::map<std::string, std::uint64_t, std::less<>> by_client_id_;
  std::set<std::uint64_t> lost_;  ///< open, but in no snapshot any more: how did they end?
  std::map<std::string, placement, std::less<>> pending_;
  std::map<std::string, placement, std::less<>> unshown_;  ///< placed, and in no event yet
  bool overflowed_ = false;

  by_name<runes::position> positions_;
  by_name<runes::balance> balances_;

  std::set<std::pair<std::uint64_t, std::uint64_t>> known_fills_;  ///< tradeId, orderId
  std::uint64_t floor_ = 0;  ///< tradeIds up to here are no longer known one by one
  std::map<std::string, std::uint64_t, std::less<>> last_of_topic_;  ///< tradeId
  std::optional<std::uint64_t> complete_;      ///< by the history: all up to this tradeId are told
  std::optional<std::uint64_t> missed_after_;  ///< something behind it is missing
  std::uint64_t missed_before_ = 0;            ///< pages from the newest down; 0: the first
  bool outage_ = false;                        ///< since `complete_`
  std::uint64_t round_ = 0;                    ///< counts what makes an answer too old
  std::optional<fill> last_fill_;
  std::uint64_t fills_counted_ = 0;
};

}  // namespace runes
