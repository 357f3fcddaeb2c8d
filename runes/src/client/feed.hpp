// What is subscribed at the server of one channel with one interval and depth, for all who read it.
// No wire in here.
#pragma once

#include "client/bell.hpp"
#include "client/event_decode.hpp"
#include "client/subscription_core.hpp"
#include "client/symbol_feed.hpp"

#include <runes/subscription.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace runes::detail {

/// Readers come and go; what the server is asked for, and what it is left by, follows from what
/// they want together. Kept by the client while it has readers, and by them. On the client's
/// strand.
class feed : public std::enable_shared_from_this<feed> {
 public:
  using reader = std::shared_ptr<subscription_core>;

  /// Symbols at the server: all that it has and will have, or those that are named.
  struct selection {
    bool all = false;
    std::vector<std::string> symbols;
    bool partial = false;  ///< other requests ask for the rest
    bool empty() const noexcept { return !all && symbols.empty(); }
  };

  feed(asio::any_io_executor const& executor, wish const& like);

  // Whether it is what somebody wants.
  /// Its topics are those of the wish, as far as can be said before the server has spoken.
  bool has_topics_of(wish const& other) const;
  /// Whether that can't be said yet, or a request is under way that decides what else is to be
  /// asked for: wait for answered().
  bool is_undecided(wish const& other) const;
  /// Throws error(errc::already_subscribed) where the wish's reader can't share it.
  void require_shareable(wish const& other) const;
  bell& answered() noexcept { return answered_; }

  // Its readers.
  void add(reader const& who);
  /// What a reader that goes leaves behind at the server.
  struct remains {
    selection leave;                 ///< nobody reads these any more
    std::vector<std::string> again;  ///< read still, though they are left with all the others
  };
  remains remove(subscription_core const& who);
  std::vector<reader> const& readers() const noexcept { return readers_; }
  /// The last event of all its readers, which are gone then.
  void end(std::optional<error> const& why);
  bool ended() const noexcept { return ended_; }

  // What is asked of the server.
  /// What the wish needs beyond what is held.
  selection lacking(wish const& wanted) const;
  void asked(selection const& what);
  /// The fields of `subscribe`.
  boost::json::object fields(selection const& which) const;
  /// Of `unsubscribe`. What is left out fits any there: only where nothing else of the channel is
  /// held, `alone`, may an interval that we don't know be left out.
  boost::json::object fields_to_leave(selection const& which, bool alone) const;
  /// The same with the places to go on from, `since`.
  boost::json::object resubscription(selection const& which) const;
  /// What all readers want together.
  selection all_wanted() const;
  /// That in requests of at most so many bytes, to be made one after the other. What of all symbols
  /// does not fit is asked for by name before: so each goes on from its place.
  std::vector<selection> parts(selection const& whole, std::size_t bytes) const;
  /// What of a selection that was asked() has neither been answered nor left since.
  selection still_wanted(selection const& what) const;

  bool knows(std::string_view symbol) const { return find(symbol) != nullptr; }
  /// Symbols of which a reader waits for a state that is not held: they need a new snapshot.
  std::vector<std::string> lose_unknown();

  // What the server answers. Returned are the symbols that need a new snapshot.
  /// To what was asked(): `who` has asked. `refusal` is set when that got nothing of it.
  std::vector<std::string> subscribed(selection const& what, subscription_core const& who,
                                      std::vector<subscribed_symbol> const& entries,
                                      std::optional<error>& refusal);
  /// It has not been done.
  void not_subscribed(selection const& what);
  /// To resubscription() of all_wanted(), or a part of it, on a new connection. Readers that get
  /// nothing at all end.
  std::vector<std::string> resubscribed(selection const& what,
                                        std::vector<subscribed_symbol> const& entries);
  /// To one symbol that was subscribed anew on the same connection. False: we have no place there
  /// to go on from.
  bool renewed(subscribed_symbol const& entry);
  void refuse(std::string_view symbol, error const& why);
  /// Readers that get nothing any more end with this reason.
  void end_the_refused(error const& why);

  // What comes.
  std::string const& channel() const noexcept { return channel_; }
  /// The name of its events, as far as the server has sent one.
  std::string const& event_name() const noexcept { return event_name_; }
  /// How well an event fits: 0 not at all, more is better.
  int fit(envelope const& e) const;
  bool holds(std::string_view channel, std::string_view symbol) const;
  /// A snapshot, update or gap of the server. Throws error(errc::bad_event), with nothing changed,
  /// when its data can't be read.
  reaction on_event(envelope const& e);
  /// An event of this symbol could not be read.
  reaction on_bad_event(std::string_view symbol, error const& why);
  struct lagging {
    std::string symbol;
    reaction meant;
  };
  /// The symbol of which the server has sent more than has come, and what that means.
  std::optional<lagging> on_head(topic_head const& head);
  void on_disconnected();
  bool active() const noexcept { return active_; }

  std::chrono::milliseconds resync_pause(std::string_view symbol, time_point now);
  bool awaits_snapshot(std::string_view symbol) const;
  order_book const* book(std::string_view symbol, subscription_core const& who) const;

 private:
  using standing = symbol_feed::standing;
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept {
      return std::hash<std::string_view>()(s);
    }
  };

  symbol_feed* find(std::string_view symbol);
  symbol_feed const* find(std::string_view symbol) const;
  symbol_feed& symbol_of(std::string_view symbol);
  bool follows_all() const;
  std::optional<std::string> const& interval() const noexcept {
    return active_ && interval_ ? interval_ : wanted_interval_;
  }
  std::optional<unsigned> const& depth() const noexcept {
    return active_ && depth_ ? depth_ : wanted_depth_;
  }
  bool is_named_alike(std::optional<std::string> const& interval) const;
  void settle(selection const& what, standing now);
  void accept_rest(selection const& what);
  symbol_feed* learn(subscribed_symbol const& entry);
  std::optional<error> refusal_of(subscription_core const& who,
                                  std::vector<subscribed_symbol> const& entries) const;
  void erase_unread();
  std::vector<std::string> places_for_all() const;
  bool refused_anew(selection const& what, subscribed_symbol const& entry);

  std::string channel_;
  event_model model_;
  bool model_known_;
  data_type type_;
  std::string key_;
  std::optional<std::string> wanted_interval_;
  std::optional<unsigned> wanted_depth_;
  std::optional<overflow> overflow_;
  std::optional<std::string> interval_;  ///< in effect, once the server has said
  std::optional<unsigned> depth_;
  std::string event_name_ = "market";
  std::vector<reader> readers_;
  std::unordered_map<std::string, symbol_feed, text_hash, std::equal_to<>> symbols_;
  standing all_ = standing::none;  ///< "all symbols", at the server
  unsigned unanswered_ = 0;        ///< requests under way
  bool active_ = false;            ///< subscribed on this connection, as far as we know
  bool resumed_ = true;            ///< its readers know that the connection is back
  bool ended_ = false;
  bell answered_;
};

}  // namespace runes::detail
