// Asking for an account's own data: orders, fills, positions, balances. The connection must have
// authenticated.
#pragma once

#include <runes/subscription.hpp>
#include <runes/trading_data.hpp>

#include <string>
#include <utility>
#include <vector>

namespace runes {
namespace detail {

/// All symbols unless some are named.
template <class Self, class Data>
class account_stream : public symbols_builder<Self, Data> {
 public:
  /// Only these.
  Self& symbols(std::vector<std::string> only) {
    this->set_symbols(std::move(only));
    return this->self();
  }

 protected:
  account_stream(char const* channel, event_model model, data_type type, char const* key)
      : symbols_builder<Self, Data>(channel, model, type) {
    this->wish_.key = key;
  }
};

}  // namespace detail

/// Every state of every order of the account: a snapshot of those that are open, then whole states
/// as they change; the last state of one that is closed is `removed`. Yields `order_list`.
class order_updates : public detail::account_stream<order_updates, order_list> {
 public:
  order_updates()
      : account_stream("orders", event_model::keyed, detail::data_type::orders, "orderId") {}
};

/// Every fill of the account, once and in order, from now on. Yields `fill_list`.
class fills : public detail::account_stream<fills, fill_list> {
 public:
  fills() : account_stream("fills", event_model::log, detail::data_type::fills, "") {}
};

/// The account's positions, and changes of them. Yields `position_list`.
class positions : public detail::account_stream<positions, position_list> {
 public:
  positions()
      : account_stream("positions", event_model::keyed, detail::data_type::positions, "symbol") {}
};

/// The account's balances, and changes of them. Yields `balance_list`.
class balances : public detail::account_stream<balances, balance_list> {
 public:
  balances()
      : account_stream("account", event_model::keyed, detail::data_type::balances, "asset") {}
};

}  // namespace runes
