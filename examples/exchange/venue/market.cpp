// What happens to a market from outside.
#include "machine.hpp"

namespace exchange::venue {

void machine::run(advance_time const&) {}  // as before every command

void machine::run(set_mark const& c) {
  if (!right_market(c.market)) return;
  if (!perpetual(c.market)) return refuse(error::bad_request, field::symbol);
  auto const price = config_.instruments[c.market].steps.to_ticks(c.price);
  auto const wrong =
      price.error != engine::error::none ? price.error : house_.set_mark(c.market, price.steps);
  if (wrong != engine::error::none) return refuse(from(wrong), field::price);
  outcomes_.emplace_back(mark_changed{c.market, price.steps});
  begin_funding(c.market);
  observe_premium(c.market);
  markets_at_risk_.push_back(c.market);
}

void machine::run(set_reference const& c) {
  if (!right_market(c.market)) return;
  auto const price = config_.instruments[c.market].steps.to_ticks(c.price);
  auto const wrong = price.error != engine::error::none
                         ? price.error
                         : call(c.market, engine::change_reference{price.steps});
  if (wrong != engine::error::none) refuse(from(wrong), field::price);
}

void machine::run(fund const& c) {
  if (!right_market(c.market)) return;
  if (!perpetual(c.market)) return refuse(error::bad_request, field::symbol);
  auto const wrong = pay_funding(c.market, c.rate, now_);
  if (wrong != engine::error::none) refuse(from(wrong), field::rate);
}

void machine::run(change_state const& c) {
  if (!right_market(c.market)) return;
  auto const wrong = call(c.market, engine::change_state{c.to});
  if (wrong != engine::error::none) return refuse(from(wrong), field::state);
  // Liquidations wait for a market that trades.
  if (perpetual(c.market)) markets_at_risk_.push_back(c.market);
}

void machine::run(outside_order const& c) {
  using action = outside_order::action;
  if (!right_market(c.market)) return;
  auto const& steps = config_.instruments[c.market].steps;
  engine::step_count const none;
  auto const quantity = c.what == action::remove ? none : steps.to_lots(c.quantity);
  auto const price = c.what == action::add ? steps.to_ticks(c.price) : none;
  if (price.error != engine::error::none) return refuse(from(price.error), field::price);
  if (quantity.error != engine::error::none) return refuse(from(quantity.error), field::quantity);
  // A perpetual's positions are worth what the mark price says.
  if (perpetual(c.market) && house_.mark(c.market) == 0) {
    return refuse(error::market_closed, field::symbol);
  }
  auto wrong = engine::error::bad_request;
  switch (c.what) {
    case action::add:
      wrong = call(c.market, engine::outside_add{c.order, price.steps, quantity.steps, c.side});
      break;
    case action::reduce:
      wrong = call(c.market, engine::outside_reduce{c.order, quantity.steps});
      break;
    case action::remove:
      wrong = call(c.market, engine::outside_delete{c.order});
      break;
    case action::execute:
      wrong = call(c.market, engine::outside_execute{c.order, quantity.steps});
      break;
  }
  if (wrong != engine::error::none) refuse(from(wrong), field::order);
}

}  // namespace exchange::venue
