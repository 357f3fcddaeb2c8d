// What a symbol's events have led to: the state that a new reader begins with.
#pragma once

#include "client/book_keeper.hpp"

#include <runes/events.hpp>
#include <runes/subscription.hpp>

#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace runes::detail {

/// The entries of a `keyed` channel by their key: the member that is it, or of typed ones (orders,
/// positions, balances) what their type has for it.
class keyed_state {
 public:
  explicit keyed_state(std::string key, data_type type = data_type::json);

  /// All entries, or those that changed. What cannot be read so makes the state unknown until the
  /// next replace().
  void replace(event_data const& entries);
  void apply(event_data const& entries);
  bool known() const noexcept { return known_; }
  /// All entries as a snapshot's data. Precondition: known().
  event_data image() const;

 private:
  template <class T>
  using by_key = std::map<std::string, T>;

  bool take(event_data const& entries);
  bool take(boost::json::value const& entries);
  template <class T>
  bool take(std::vector<T> const& entries);

  std::string key_;  ///< empty: not known, and neither is the state
  bool known_ = false;
  std::variant<by_key<boost::json::value>, by_key<order>, by_key<position>, by_key<balance>>
      entries_;
};

/// Follows the data of one symbol, whatever the channel's model, and tells where it has led to. A
/// plain object; the sequence is stream_check's matter.
class state_keeper {
 public:
  state_keeper(event_model model, data_type type, std::string key);

  /// A snapshot's data; null of a topic that has no state yet. Returns what is wrong with it; then
  /// nothing is held.
  std::optional<std::string> replace(shared_data const& data);
  /// An update's. Precondition: something is held, if not yet trusted.
  std::optional<std::string> apply(shared_data const& data);

  /// What is held is not current, until trust() or replace().
  void distrust() noexcept;
  void trust() noexcept;

  /// Whether a new reader can begin with what is held.
  bool known() const noexcept;
  /// It, as a snapshot's data; null while there is none, or none that can be told.
  shared_data image() const;
  /// Of the model `book`; null while there is none that can be trusted.
  order_book const* book() const noexcept;

 private:
  event_model model_;
  data_type type_;
  bool trusted_ = false;
  shared_data last_;  ///< of the model `latest`
  book_keeper book_;
  keyed_state keyed_;
};

}  // namespace runes::detail
