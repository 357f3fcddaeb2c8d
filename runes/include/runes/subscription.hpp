// Asking for market data, and the stream that comes of it.
#pragma once

#include <runes/asio.hpp>
#include <runes/channel.hpp>
#include <runes/events.hpp>
#include <runes/order_book.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runes {

/// In place of a symbol: all that the channel has, those listed later included.
struct all_symbols_t {
  constexpr explicit all_symbols_t() noexcept {}
};
inline constexpr all_symbols_t all_symbols{};

/// What the updates of a channel mean (design: channel models), as far as a client must know.
enum class event_model {
  latest,  ///< each event is the whole state
  log,     ///< entries, each once and in order
  keyed,   ///< objects by key, those that changed in an update
  book,    ///< an order book, changed levels in an update
};

namespace detail {

enum class data_type {
  ticker,
  trades,
  statistics,
  liquidations,
  book,
  orders,
  fills,
  positions,
  balances,
  json
};

/// A subscription as it is wanted.
struct wish {
  std::string channel;
  std::optional<std::vector<std::string>> symbols;  ///< none: all
  std::optional<std::string> interval;
  std::optional<unsigned> depth;
  std::optional<runes::overflow> overflow;
  std::size_t queue = 0;  ///< 0: the client's default
  event_model model = event_model::keyed;
  bool model_known = true;  ///< else it may as well be a log
  data_type type = data_type::json;
  std::string key;  ///< of a `keyed` channel: the member that names an entry; empty: not known
};

std::string interval_text(std::chrono::milliseconds interval);

/// What all builders share. `Self` is the builder, `Data` what its stream yields.
template <class Self, class Data>
class topic_builder {
 public:
  using data_type = Data;

  /// Events held for a reader that does not keep up; see subscription::next(). At least 1.
  Self& queue(std::size_t events) {
    wish_.queue = events > 0 ? events : 1;
    return self();
  }
  /// What the server does when this connection doesn't read as fast as is published: a policy
  /// stricter than the channel's own (protocol.md, "Slow consumers"), else
  /// error(errc::bad_options).
  Self& overflow(runes::overflow policy) {
    wish_.overflow = policy;
    return self();
  }
  detail::wish const& wanted() const noexcept { return wish_; }

 protected:
  topic_builder(std::string channel, event_model model, detail::data_type type) {
    wish_.channel = std::move(channel);
    wish_.model = model;
    wish_.type = type;
  }
  void set_symbols(std::vector<std::string> symbols) { wish_.symbols = std::move(symbols); }
  Self& self() noexcept { return static_cast<Self&>(*this); }

  detail::wish wish_;
};

template <class T>
concept symbol_name = std::convertible_to<T, std::string>;

/// A builder whose constructors take the symbols and nothing else.
template <class Self, class Data>
class symbols_builder : public topic_builder<Self, Data> {
 protected:
  using base = topic_builder<Self, Data>;
  using base::base;

  template <class... Symbols>
  void name(Symbols&&... symbols) {
    std::vector<std::string> names;
    names.reserve(sizeof...(symbols));
    (names.emplace_back(std::forward<Symbols>(symbols)), ...);
    base::set_symbols(std::move(names));
  }
};

}  // namespace detail

/// The best prices and the day's figures: `runes::tickers("BTC-USD", "ETH-USD").interval(100ms)`.
/// Yields `ticker`.
class tickers : public detail::symbols_builder<tickers, ticker> {
 public:
  template <detail::symbol_name... Symbols>
    requires(sizeof...(Symbols) > 0)
  explicit tickers(Symbols&&... symbols) : tickers(all_symbols) {
    name(std::forward<Symbols>(symbols)...);
  }
  explicit tickers(std::vector<std::string> symbols) : tickers(all_symbols) {
    set_symbols(std::move(symbols));
  }
  explicit tickers(all_symbols_t)
      : symbols_builder("ticker", event_model::latest, detail::data_type::ticker) {}

  /// The smallest time between two updates of a symbol; without it, every change comes.
  tickers& interval(std::chrono::milliseconds least) {
    wish_.interval = detail::interval_text(least);
    return *this;
  }
};

/// Order books: `runes::orderbook("BTC-USD").depth(10).interval(100ms)`. Yields `book_changes`, and
/// keeps the books: subscription::book().
class orderbook : public detail::symbols_builder<orderbook, book_changes> {
 public:
  template <detail::symbol_name... Symbols>
    requires(sizeof...(Symbols) > 0)
  explicit orderbook(Symbols&&... symbols) : orderbook(all_symbols) {
    name(std::forward<Symbols>(symbols)...);
  }
  explicit orderbook(std::vector<std::string> symbols) : orderbook(all_symbols) {
    set_symbols(std::move(symbols));
  }
  explicit orderbook(all_symbols_t)
      : symbols_builder("orderbook", event_model::book, detail::data_type::book) {}

  /// Levels a side; 0 = all.
  orderbook& depth(unsigned levels) {
    wish_.depth = levels;
    return *this;
  }
  orderbook& interval(std::chrono::milliseconds least) {
    wish_.interval = detail::interval_text(least);
    return *this;
  }
};

/// Every trade, once and in order: `runes::trades("BTC-USD")`. Yields `trade_list`.
class trades : public detail::symbols_builder<trades, trade_list> {
 public:
  template <detail::symbol_name... Symbols>
    requires(sizeof...(Symbols) > 0)
  explicit trades(Symbols&&... symbols) : trades(all_symbols) {
    name(std::forward<Symbols>(symbols)...);
  }
  explicit trades(std::vector<std::string> symbols) : trades(all_symbols) {
    set_symbols(std::move(symbols));
  }
  explicit trades(all_symbols_t)
      : symbols_builder("trades", event_model::log, detail::data_type::trades) {}
};

/// Open, high, low, close and volume of a window: `runes::stats("BTC-USD").window("1m")`. Yields
/// `statistics`.
class stats : public detail::symbols_builder<stats, statistics> {
 public:
  template <detail::symbol_name... Symbols>
    requires(sizeof...(Symbols) > 0)
  explicit stats(Symbols&&... symbols) : stats(all_symbols) {
    name(std::forward<Symbols>(symbols)...);
  }
  explicit stats(std::vector<std::string> symbols) : stats(all_symbols) {
    set_symbols(std::move(symbols));
  }
  explicit stats(all_symbols_t)
      : symbols_builder("statistics", event_model::latest, detail::data_type::statistics) {}

  /// "1m", "5m", "1h", "24h", or what else the server has; without it, the server's first.
  stats& window(std::string which) {
    wish_.interval = std::move(which);
    return *this;
  }
};

/// Forced trades: `runes::liquidations(runes::all_symbols)`. Yields `liquidation_list`.
class liquidations : public detail::symbols_builder<liquidations, liquidation_list> {
 public:
  template <detail::symbol_name... Symbols>
    requires(sizeof...(Symbols) > 0)
  explicit liquidations(Symbols&&... symbols) : liquidations(all_symbols) {
    name(std::forward<Symbols>(symbols)...);
  }
  explicit liquidations(std::vector<std::string> symbols) : liquidations(all_symbols) {
    set_symbols(std::move(symbols));
  }
  explicit liquidations(all_symbols_t)
      : symbols_builder("liquidations", event_model::log, detail::data_type::liquidations) {}
};

/// Any channel, a server's own or one of an account: `runes::channel_events("orders")`. Yields the
/// `data` of its events as boost::json::value. All symbols unless some are named.
class channel_events : public detail::topic_builder<channel_events, boost::json::value> {
 public:
  /// The model of a channel of protocol.md is known. Of any other, say it by model(). Without that
  /// the channel is taken for `keyed`, which supposes least: whatever is missed leads to a new
  /// snapshot, and since it might have been a log, to a gap before it.
  explicit channel_events(std::string channel);

  template <detail::symbol_name... Symbols>
  channel_events& symbols(Symbols&&... names) {
    std::vector<std::string> list;
    (list.emplace_back(std::forward<Symbols>(names)), ...);
    set_symbols(std::move(list));
    return *this;
  }
  channel_events& model(event_model what) {
    wish_.model = what;
    wish_.model_known = true;
    return *this;
  }
  /// Of a `keyed` channel: which member of an entry is its key. Known for those of protocol.md:
  /// `orderId` of orders, `symbol` of positions, `asset` of account. With it the client holds the
  /// channel's state, so that a second reader can share it and a slow one gets the newest state.
  channel_events& key(std::string member) {
    wish_.key = std::move(member);
    return *this;
  }
  channel_events& interval(std::string text) {
    wish_.interval = std::move(text);
    return *this;
  }
  channel_events& depth(unsigned levels) {
    wish_.depth = levels;
    return *this;
  }
};

/// A symbol that the server refused while it accepted others.
struct refused_symbol {
  std::string symbol;
  error why;
};

namespace detail {

class subscription_core;

/// The part of a subscription that does not depend on its data. Ends it when destroyed.
class subscription_handle {
 public:
  subscription_handle() noexcept = default;
  explicit subscription_handle(std::shared_ptr<subscription_core> core) noexcept;
  subscription_handle(subscription_handle&& other) noexcept;
  subscription_handle& operator=(subscription_handle&& other) noexcept;
  ~subscription_handle();

  awaitable<any_event> next();
  awaitable<> close();
  void detach() noexcept;
  order_book const* book(std::string_view symbol) const;
  std::vector<refused_symbol> const& refused() const;

 private:
  void drop() noexcept;
  std::shared_ptr<subscription_core> core_;
};

}  // namespace detail

/// A stream of events, from client::subscribe(). It outlives connections: a reconnect subscribes
/// again. Destroying it unsubscribes, unless other streams read the same. It may outlive the
/// client, and then ends.
///
/// Belongs to the client's executor, like the client.
template <class Data>
class [[nodiscard]] subscription {
 public:
  /// One that has ended, to assign another to; so is one that was moved from.
  subscription() noexcept = default;
  explicit subscription(detail::subscription_handle handle) noexcept : handle_(std::move(handle)) {}

  /// The next event.
  ///
  /// Returns at once when one is queued. Whatever becomes of the connection, the client or the
  /// subscription, it does not wait for ever: after the last event it returns `end`, again and
  /// again. If the reader does not keep up and the queue is full, a symbol's queued events are made
  /// less: of a book or latest state only the newest remains, as a snapshot; of anything else all
  /// go, and a `gap` stands in their place, in a `keyed` channel with the state behind it.
  /// Of latest state that has no value yet nothing is told; the first that is heard is then the
  /// update that gives it one.
  ///
  /// Errors: none of the stream's own. std::logic_error when another coroutine waits in next()
  /// already. Cancellation: any time, with boost::asio::error::operation_aborted thrown and no
  /// event lost. Lifetimes: the subscription may be destroyed while a coroutine waits here: it gets
  /// `end`.
  awaitable<event<Data>> next() {
    // Not a coroutine on `this`, which may be moved or destroyed while it waits.
    return convert(handle_.next());
  }

  /// Unsubscribes from what no other stream reads and waits for the server's answer; then next()
  /// yields what is still queued, and `end`. Never throws but when cancelled.
  awaitable<> close() { return handle_.close(); }

  /// Lets it live as long as the client, for listeners of client::on() alone: nothing is queued,
  /// next() yields `end`.
  void detach() noexcept { handle_.detach(); }

  /// The book of a symbol with all changes received so far, which may be newer than the event last
  /// read. Null while there is none that can be trusted: before the first snapshot, behind a gap,
  /// and while stale. Valid until the next co_await.
  order_book const* book(std::string_view symbol) const
    requires std::same_as<Data, book_changes>
  {
    return handle_.book(symbol);
  }

  /// The symbols that the server refused, so far.
  std::vector<refused_symbol> const& refused() const { return handle_.refused(); }

 private:
  static awaitable<event<Data>> convert(awaitable<detail::any_event> next) {
    detail::any_event raw = co_await std::move(next);
    event<Data> typed(std::move(raw));
    co_return typed;
  }

  detail::subscription_handle handle_;
};

}  // namespace runes
