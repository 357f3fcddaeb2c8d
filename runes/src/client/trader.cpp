// The public face of the trader.
#include <runes/trader.hpp>

#include "client/client_order_ids.hpp"
#include "client/trader_impl.hpp"
#include "protocol/trading_codec.hpp"

#include <utility>

namespace runes {
namespace json = boost::json;
namespace {

void require(bool holds, std::string_view member, std::string_view rule) {
  if (!holds) throw error(errc::bad_config, std::string(member) + " must be " + std::string(rule));
}

// Coroutines that keep what they work on, however soon the trader goes.

using shared_impl = std::shared_ptr<detail::trader_impl>;

/// Sends a request, and reads the reply.
template <class T>
awaitable<T> ask_for(shared_impl impl, std::string op, json::object fields,
                     T (*read)(json::value const&)) {
  json::value const ok = co_await impl->ask(std::move(op), std::move(fields));
  co_return read(ok);
}

template <class T>
T read_one(json::value const& ok) {
  T value;
  detail::decode(ok, value);
  return value;
}

template <class Result, class... Arguments>
awaitable<Result> run(shared_impl impl,
                      awaitable<Result> (detail::trader_impl::*member)(Arguments...),
                      Arguments... with) {
  Result result = co_await ((*impl).*member)(std::move(with)...);
  co_return result;
}

json::object symbol_if_any(std::string const& symbol) {
  json::object o;
  if (!symbol.empty()) o["symbol"] = symbol;
  return o;
}

json::object money(std::string const& asset, exact amount) {
  json::object o;
  o["asset"] = asset;
  o["amount"] = amount.value().str();
  return o;
}

}  // namespace

void trader_config::validate() const {
  using std::chrono::milliseconds;
  milliseconds const none{0}, day{86'400'000};
  require(timeout > none && timeout <= day, "timeout", "above zero, and at most a day");
  require(settle > none && settle <= day, "settle", "above zero, and at most a day");
  require(settle_margin >= none && settle_margin <= day, "settle_margin",
          "at least zero, and at most a day");
  require(max_wait >= none && max_wait <= day, "max_wait", "at least zero, and at most a day");
  require(max_waiting >= 1, "max_waiting", "at least 1");
  require(client_id_prefix.size() <= detail::max_client_id_prefix, "client_id_prefix",
          "at most 12 characters");
}

trader::trader(client& over) : trader(over, trader_config()) {}
trader::trader(client& over, trader_config config)
    : impl_(std::make_shared<detail::trader_impl>(over.impl_, std::move(config))) {
  impl_->start();
}
trader::trader(trader&&) noexcept = default;
trader& trader::operator=(trader&& other) noexcept {
  if (this != &other) {
    if (impl_) impl_->stop();
    impl_ = std::move(other.impl_);
  }
  return *this;
}
trader::~trader() {
  if (impl_) impl_->stop();
}

// ---- orders

awaitable<order_ack> trader::place(new_order const& wanted) {
  return run(impl_, &detail::trader_impl::place, new_order(wanted));
}
awaitable<order_ack> trader::amend(amendment const& change) {
  return run(impl_, &detail::trader_impl::amend, amendment(change));
}
awaitable<order_ack> trader::cancel(order_ref const& which) {
  return run(impl_, &detail::trader_impl::cancel, order_ref(which));
}
awaitable<cancelled_orders> trader::cancel_all(std::string symbol) {
  return ask_for(impl_, "order.cancelAll", symbol_if_any(symbol), &read_one<cancelled_orders>);
}
std::string trader::new_client_id() {
  return detail::next_client_order_id(impl_->config().client_id_prefix);
}

// ---- what there is

awaitable<order> trader::status(order_ref const& which) {
  return ask_for(impl_, "order.status", detail::fields_of(which), &read_one<order>);
}
awaitable<order_list> trader::open_orders(std::string symbol) {
  return ask_for(impl_, "orders.open", symbol_if_any(symbol), &detail::decode_orders);
}
awaitable<order_list> trader::order_history(history const& part) {
  return ask_for(impl_, "orders.history", detail::fields_of(part), &detail::decode_orders);
}
awaitable<fill_list> trader::fill_history(history const& part) {
  return ask_for(impl_, "fills.history", detail::fields_of(part), &detail::decode_fills);
}
awaitable<position_list> trader::positions() {
  return ask_for(impl_, "positions", json::object(), &detail::decode_positions);
}
awaitable<balance_list> trader::balances() {
  return ask_for(impl_, "account", json::object(), &detail::decode_balances);
}

// ---- the account

awaitable<leverage_setting> trader::set_leverage(std::string symbol, std::uint32_t leverage,
                                                 std::optional<margin_mode> mode) {
  json::object fields;
  fields["symbol"] = symbol;
  fields["leverage"] = leverage;
  if (mode) fields["marginMode"] = name_of(*mode);
  return ask_for(impl_, "leverage.set", std::move(fields), &read_one<leverage_setting>);
}
awaitable<balance> trader::deposit(std::string asset, exact amount) {
  return ask_for(impl_, "deposit", money(asset, amount), &read_one<balance>);
}
awaitable<balance> trader::withdraw(std::string asset, exact amount) {
  return ask_for(impl_, "withdraw", money(asset, amount), &read_one<balance>);
}
awaitable<disconnect_setting> trader::cancel_on_disconnect(bool enabled, disconnect_scope scope,
                                                           std::chrono::milliseconds grace) {
  disconnect_setting wanted;
  wanted.enabled = enabled;
  wanted.scope = scope;
  wanted.grace = grace;
  return run(impl_, &detail::trader_impl::cancel_on_disconnect, wanted);
}
awaitable<deadman_setting> trader::deadman(std::chrono::milliseconds after) {
  json::object fields;
  fields["ms"] = after.count();
  return ask_for(impl_, "deadman", std::move(fields), &read_one<deadman_setting>);
}

// ---- the tracker

void trader::track(std::shared_ptr<order_tracker> tracker) { impl_->track(std::move(tracker)); }
awaitable<order_tracker::changes> trader::reconcile() {
  return run(impl_, &detail::trader_impl::reconcile);
}

}  // namespace runes
