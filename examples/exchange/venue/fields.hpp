// What each value consists of, for writing and reading it alike.
#pragma once

#include "command.hpp"
#include "order.hpp"
#include "outcome.hpp"

#include <concepts>
#include <type_traits>

namespace exchange::venue {

template <class Value, class Of>
concept either = std::same_as<std::remove_const_t<Value>, Of>;

void fields(auto& a, either<open_account> auto& v) { a(v.name); }
void fields(auto& a, either<place_order> auto& v) {
  a(v.account), a(v.market), a(v.connection), a(v.client_order_id), a(v.side), a(v.type), a(v.tif);
  a(v.price), a(v.quantity), a(v.stop_price), a(v.display), a(v.good_till);
  a(v.post_only), a(v.reduce_only), a(v.self);
}
void fields(auto& a, either<amend_order> auto& v) {
  a(v.account), a(v.order), a(v.client_order_id), a(v.price), a(v.quantity), a(v.stop_price);
}
void fields(auto& a, either<cancel_order> auto& v) {
  a(v.account), a(v.order), a(v.client_order_id);
}
void fields(auto& a, either<cancel_all> auto& v) { a(v.account), a(v.market); }
void fields(auto& a, either<set_leverage> auto& v) {
  a(v.account), a(v.market), a(v.leverage), a(v.mode);
}
void fields(auto& a, either<deposit> auto& v) { a(v.account), a(v.asset), a(v.value); }
void fields(auto& a, either<withdraw> auto& v) { a(v.account), a(v.asset), a(v.value); }
void fields(auto& a, either<deposit_insurance> auto& v) { a(v.asset), a(v.value); }
void fields(auto&, either<advance_time> auto&) {}
void fields(auto& a, either<set_mark> auto& v) { a(v.market), a(v.price); }
void fields(auto& a, either<set_reference> auto& v) { a(v.market), a(v.price); }
void fields(auto& a, either<fund> auto& v) { a(v.market), a(v.rate); }
void fields(auto& a, either<change_state> auto& v) { a(v.market), a(v.to); }
void fields(auto& a, either<connection_up> auto& v) { a(v.account), a(v.connection); }
void fields(auto& a, either<connection_down> auto& v) { a(v.connection); }
void fields(auto& a, either<cancel_on_disconnect> auto& v) {
  a(v.connection), a(v.enabled), a(v.scope), a(v.grace);
}
void fields(auto& a, either<deadman> auto& v) { a(v.account), a(v.timeout); }
void fields(auto& a, either<outside_order> auto& v) {
  a(v.market), a(v.what), a(v.order), a(v.price), a(v.quantity), a(v.side);
}

void fields(auto& a, either<order> auto& v) {
  a(v.id), a(v.account), a(v.market), a(v.side), a(v.type), a(v.tif), a(v.self), a(v.post_only);
  a(v.reduce_only), a(v.liquidation), a(v.status), a(v.reason), a(v.price), a(v.stop_price);
  a(v.quantity), a(v.filled), a(v.remaining), a(v.display), a(v.good_till), a(v.value);
  a(v.created_at), a(v.ts), a(v.connection), a(v.client_order_id);
}
void fields(auto& a, either<fill> auto& v) {
  a(v.trade), a(v.order), a(v.account), a(v.market), a(v.side), a(v.maker), a(v.price);
  a(v.quantity), a(v.fee), a(v.ts), a(v.client_order_id);
}

void fields(auto& a, either<result> auto& v) {
  a(v.error), a(v.field), a(v.account), a(v.order), a(v.count), a(v.ts), a(v.at), a(v.repeated);
}
void fields(auto& a, either<account_opened> auto& v) { a(v.account), a(v.name); }
void fields(auto& a, either<order_changed> auto& v) { fields(a, v.order); }
void fields(auto& a, either<filled> auto& v) { fields(a, v.fill); }
void fields(auto& a, either<balance_changed> auto& v) {
  a(v.account), a(v.asset), a(v.reason), a(v.free), a(v.locked), a(v.total), a(v.difference);
}
void fields(auto& a, either<position_changed> auto& v) {
  a(v.account), a(v.market), a(v.reason), a(v.size), a(v.entry_price), a(v.realized), a(v.funding);
  a(v.margin), a(v.leverage), a(v.mode);
}
void fields(auto& a, either<traded> auto& v) {
  a(v.market), a(v.trade), a(v.price), a(v.quantity), a(v.side);
}
void fields(auto& a, either<level_changed> auto& v) {
  a(v.market), a(v.side), a(v.price), a(v.quantity);
}
void fields(auto& a, either<ticker_changed> auto& v) {
  a(v.market), a(v.bid), a(v.bid_quantity), a(v.ask), a(v.ask_quantity), a(v.last);
}
void fields(auto& a, either<state_changed> auto& v) { a(v.market), a(v.state); }
void fields(auto& a, either<auctioned> auto& v) {
  a(v.market), a(v.price), a(v.quantity), a(v.surplus), a(v.side);
}
void fields(auto& a, either<mark_changed> auto& v) { a(v.market), a(v.price); }
void fields(auto& a, either<funded> auto& v) { a(v.market), a(v.rate), a(v.mark), a(v.at); }
void fields(auto& a, either<liquidated> auto& v) {
  a(v.market), a(v.account), a(v.price), a(v.quantity), a(v.side), a(v.by_fund);
}

}  // namespace exchange::venue
