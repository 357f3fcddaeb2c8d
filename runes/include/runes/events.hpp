// What a subscription yields: the market's data, and everything that can come between.
#pragma once

#include <runes/error.hpp>
#include <runes/market_data.hpp>
#include <runes/trading_data.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace runes {

/// What an event of a subscription says. A view is never silently wrong: it is current after
/// `snapshot` and `update`, and anything else is said by one of the others.
enum class event_kind {
  snapshot,  ///< replaces everything held of this symbol
  update,    ///< a change that follows the event before
  gap,  ///< changes of this symbol are missing; where its state depends on them, a snapshot follows
  stale,    ///< the connection is lost: what is held of all symbols ages
  resumed,  ///< subscribed again on a new connection: of each symbol what was missed follows, or a
            ///< snapshot where the server no longer holds that; of a log then a gap before it
  end,      ///< the last event: nothing comes after it
};
std::string_view name_of(event_kind kind) noexcept;

/// Entries of a log channel, oldest first. Several come together when the market or the network
/// bundled them.
using trade_list = std::vector<trade>;
using liquidation_list = std::vector<liquidation>;

namespace detail {

using event_data =
    std::variant<std::monostate, ticker, trade_list, statistics, liquidation_list, book_changes,
                 order_list, fill_list, position_list, balance_list, boost::json::value>;
/// Decoded once, and shared by all who read it. Null: there is none.
using shared_data = std::shared_ptr<event_data const>;

/// An event whose type of data is not yet known to the compiler.
struct any_event {
  event_kind kind = event_kind::end;
  std::string symbol;
  std::string epoch;
  std::uint64_t prev = 0;
  std::uint64_t seq = 0;
  timestamp ts{};
  shared_data data;
  std::optional<error> why;
};

}  // namespace detail

/// One event of a `subscription<Data>`.
template <class Data>
class event {
 public:
  event() noexcept = default;
  explicit event(detail::any_event from) noexcept : raw_(std::move(from)) {}

  event_kind kind() const noexcept { return raw_.kind; }
  /// False at the end of the stream, so that `while (auto e = co_await stream.next())` ends.
  explicit operator bool() const noexcept { return raw_.kind != event_kind::end; }
  bool is_snapshot() const noexcept { return raw_.kind == event_kind::snapshot; }
  bool is_update() const noexcept { return raw_.kind == event_kind::update; }
  bool has_data() const noexcept { return is_snapshot() || is_update(); }

  /// Empty where it is about all symbols of the subscription: `stale`, `resumed`, `end`.
  std::string const& symbol() const noexcept { return raw_.symbol; }
  /// Of a snapshot or update. Throws std::logic_error for the other kinds.
  Data const& data() const {
    if (!has_data()) throw std::logic_error("an event of this kind has no data");
    return std::get<Data>(*raw_.data);
  }

  /// Which life of the topic, the place in it (protocol.md, "Events"), and the event's time at the
  /// server.
  std::string const& epoch() const noexcept { return raw_.epoch; }
  std::uint64_t prev() const noexcept { return raw_.prev; }
  std::uint64_t seq() const noexcept { return raw_.seq; }
  timestamp ts() const noexcept { return raw_.ts; }

  /// Of a gap: the first and the last number missing; 0 and 0 when that is not known.
  std::uint64_t from() const noexcept { return raw_.seq == 0 ? 0 : raw_.prev + 1; }
  std::uint64_t to() const noexcept { return raw_.seq; }

  /// Why there is a gap, or why the stream ended. Null: the server dropped the changes by its
  /// policy; or the stream's owner closed it.
  error const* why() const noexcept { return raw_.why ? &*raw_.why : nullptr; }

 private:
  detail::any_event raw_;
};

}  // namespace runes
