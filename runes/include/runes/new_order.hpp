// What is asked of a venue: a new order, an amendment, which order, and how much of a history.
// Builders with constructors, so that they may stand inside a co_await expression (g++ 12).
#pragma once

#include <runes/trading_data.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace runes {

/// A price, quantity or amount: a decimal, or its text ("0.25"). Throws error(errc::bad_decimal)
/// for a text that is none, or one that does not fit. Not from a double, which has no exact digits.
class exact {
 public:
  exact(decimal value) noexcept : value_(value) {}  // NOLINT: a decimal is one
  template <class Text>
    requires std::convertible_to<Text const&, std::string_view>
  exact(Text const& text)  // NOLINT: a text is one
      : value_(decimal::from(std::string_view(text))) {}

  decimal value() const noexcept { return value_; }

 private:
  decimal value_;
};

/// The longest clientOrderId that the wire takes.
inline constexpr std::size_t max_client_order_id = 36;

/// An order as it is to be placed. Made by limit_order() and its like below:
///
///     co_await trader.place(
///         runes::limit_order("BTC-USD", runes::side::buy, "0.25", "50000.00").post_only());
///
/// The venue judges it as a whole: tick, lot, and which options go together.
class new_order {
 public:
  /// Throws error(errc::bad_quantity) when the quantity is not above zero.
  new_order(order_type type, std::string symbol, runes::side side, exact quantity);

  /// The name that its states and fills will carry, and by which the order can be found again: 1 to
  /// 36 characters, never used before in this account. Without it the trader makes one. Throws
  /// error(errc::bad_request) for another length.
  new_order& client_id(std::string id);
  /// Of limit and stop_limit. Throws error(errc::bad_price) when it is not above zero; also below.
  new_order& price(exact limit);
  /// Of stop and stop_limit: the last price at which it is triggered.
  new_order& stop_price(exact trigger);
  /// Without it: gtc; of market and stop orders ioc.
  new_order& tif(time_in_force how) { return tif_ = how, *this; }
  /// It expires then: `gtd`.
  new_order& good_till(timestamp when);
  /// It is refused with `would_cross` rather than taking what rests in the book.
  new_order& post_only(bool on = true) { return post_only_ = on, *this; }
  /// It can make a position smaller, never larger or the other way round.
  new_order& reduce_only(bool on = true) { return reduce_only_ = on, *this; }
  /// Only so much of it is shown at a time. Throws error(errc::bad_quantity) when not above zero.
  new_order& iceberg(exact shown);
  new_order& self_trade(runes::self_trade mode) { return self_trade_ = mode, *this; }
  /// The venue refuses it when it arrives later than this after it was sent. Without it:
  /// trader_config::timeout. At least 1 ms, at most a day, else error(errc::bad_request).
  new_order& expires_in(std::chrono::milliseconds most);

  order_type type() const noexcept { return type_; }
  std::string const& symbol() const noexcept { return symbol_; }
  runes::side side() const noexcept { return side_; }
  decimal quantity() const noexcept { return quantity_; }
  std::string const& client_id() const noexcept { return client_id_; }  ///< empty: none was given
  std::optional<decimal> const& price() const noexcept { return price_; }
  std::optional<decimal> const& stop_price() const noexcept { return stop_price_; }
  std::optional<time_in_force> const& tif() const noexcept { return tif_; }
  std::optional<timestamp> const& good_till() const noexcept { return good_till_; }
  bool is_post_only() const noexcept { return post_only_; }
  bool is_reduce_only() const noexcept { return reduce_only_; }
  std::optional<decimal> const& shown() const noexcept { return shown_; }
  std::optional<runes::self_trade> const& self_trade() const noexcept { return self_trade_; }
  std::optional<std::chrono::milliseconds> const& expires_in() const noexcept {
    return expires_in_;
  }

 private:
  order_type type_;
  std::string symbol_;
  runes::side side_;
  decimal quantity_;
  std::string client_id_;
  std::optional<decimal> price_, stop_price_, shown_;
  std::optional<time_in_force> tif_;
  std::optional<timestamp> good_till_;
  std::optional<runes::self_trade> self_trade_;
  std::optional<std::chrono::milliseconds> expires_in_;
  bool post_only_ = false;
  bool reduce_only_ = false;
};

/// Buys or sells at this price or a better one.
new_order limit_order(std::string symbol, side which, exact quantity, exact price);
/// At the best prices there are, now.
new_order market_order(std::string symbol, side which, exact quantity);
/// A market order once the last price has reached `stop_price`.
new_order stop_order(std::string symbol, side which, exact quantity, exact stop_price);
/// A limit order at `price` once the last price has reached `stop_price`.
new_order stop_limit_order(std::string symbol, side which, exact quantity, exact price,
                           exact stop_price);

/// Which order: by the venue's number or by its clientOrderId. Made of either, of an ack, or of an
/// order's state.
class order_ref {
 public:
  /// Throws error(errc::bad_request) for a number that is not above zero.
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  order_ref(Number order_id)  // NOLINT: a number is one
      : order_ref(from_number(std::cmp_greater(order_id, 0) ? static_cast<std::uint64_t>(order_id)
                                                            : 0)) {}
  /// Throws error(errc::bad_request) for a text that can be no clientOrderId.
  template <class Text>
    requires std::convertible_to<Text const&, std::string_view>
  order_ref(Text const& client_order_id)  // NOLINT: a text is one
      : order_ref(from_text(std::string_view(client_order_id))) {}
  order_ref(order_ack const& ack)  // NOLINT
      : order_ref(from_number(ack.order_id)) {}
  order_ref(order const& state)  // NOLINT
      : order_ref(from_number(state.order_id)) {}

  std::uint64_t order_id() const noexcept { return order_id_; }  ///< 0: by its clientOrderId
  std::string const& client_order_id() const noexcept { return client_order_id_; }
  /// As in "order 1042".
  std::string str() const;
  bool operator==(order_ref const&) const = default;

 private:
  order_ref() = default;
  static order_ref from_number(std::uint64_t order_id);
  static order_ref from_text(std::string_view client_order_id);

  std::uint64_t order_id_ = 0;
  std::string client_order_id_;
};

/// A change to an open order: `runes::amendment(ack).price("50001.00")`. What is not named stays.
class amendment {
 public:
  explicit amendment(order_ref which) : which_(std::move(which)) {}

  /// Throws error(errc::bad_price) when not above zero; also below.
  amendment& price(exact limit);
  /// The whole order's, the filled part included, so that a fill on the way can't make it more.
  /// Throws error(errc::bad_quantity) when not above zero.
  amendment& quantity(exact whole);
  amendment& stop_price(exact trigger);

  order_ref const& which() const noexcept { return which_; }
  std::optional<decimal> const& price() const noexcept { return price_; }
  std::optional<decimal> const& quantity() const noexcept { return quantity_; }
  std::optional<decimal> const& stop_price() const noexcept { return stop_price_; }

 private:
  order_ref which_;
  std::optional<decimal> price_, quantity_, stop_price_;
};

/// Which part of a history of orders or fills: `runes::history().symbol("BTC-USD").limit(50)`.
class history {
 public:
  history() noexcept {}
  history& symbol(std::string only) { return symbol_ = std::move(only), *this; }
  /// 1 to 1,000; without it, the venue's 100. Throws error(errc::bad_request) for another number.
  history& limit(unsigned most);
  /// The newest below this number (an orderId, of fills a tradeId).
  history& before(std::uint64_t id) { return before_ = id, *this; }
  /// Of fills only: the oldest above this number.
  history& after(std::uint64_t id) { return after_ = id, *this; }

  std::string const& symbol() const noexcept { return symbol_; }
  std::optional<unsigned> const& limit() const noexcept { return limit_; }
  std::optional<std::uint64_t> const& before() const noexcept { return before_; }
  std::optional<std::uint64_t> const& after() const noexcept { return after_; }

 private:
  std::string symbol_;
  std::optional<unsigned> limit_;
  std::optional<std::uint64_t> before_, after_;
};

}  // namespace runes
