// What a desk knows, and when it acts. Its life: desk_life.cpp.
#include "desk.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <limits>
#include <utility>

namespace bots {
namespace {

namespace asio = boost::asio;
using runes::side;

/// After that a refused request is tried again, and a state that has not come is asked for.
constexpr std::chrono::seconds patience{1};

/// Whether the market or a fill was faster: there is nothing wrong with what was asked.
bool was_overtaken(runes::error const& e) {
  switch (e.code()) {
    case runes::errc::expired:
    case runes::errc::unknown_order:
    case runes::errc::order_closed:
    case runes::errc::bad_quantity:  // of an amendment: so much is filled already
    case runes::errc::would_cross:
    case runes::errc::self_trade:
    case runes::errc::risk_limit:
      return true;
    default:
      return e.delivery() != runes::request_delivery::none ||
             runes::retry_of(e.code()) != runes::retry::never;
  }
}

/// What was filled of it can't be known, and so the position can't.
runes::error forgotten(std::uint64_t order_id) {
  return {runes::errc::unknown_order, "the venue has forgotten order " + std::to_string(order_id) +
                                          ": what was filled of it can't be known"};
}

}  // namespace

desk::desk(runes::asio::any_io_executor executor, runes::client& over,
           std::vector<std::string> symbols, desk_settings how)
    : client_(over),
      how_(std::move(how)),
      trader_(over, how_.trading),
      tracker_(std::make_shared<runes::order_tracker>()),
      bell_(executor) {
  for (auto& each : symbols) positions_.emplace(std::move(each), 0);
  trader_.track(tracker_);
}

// ---- what it knows

void desk::take(runes::order_tracker::changes const& all) {
  for (auto const& each : all) {
    if (auto const* const one = std::get_if<runes::order_appeared>(&each)) {
      count(one->now, {});
    } else if (auto const* const other = std::get_if<runes::order_changed>(&each)) {
      count(other->now, other->before.filled);
    } else if (auto const* const lost = std::get_if<runes::order_vanished>(&each)) {
      throw forgotten(lost->last_known.order_id);
    } else if (auto const* const none = std::get_if<runes::placement_failed>(&each)) {
      if (last_ && none->client_order_id == last_->client_order_id)
        throw forgotten(last_->order_id);
    } else if (auto const* const fill = std::get_if<runes::fill_counted>(&each)) {
      auto const& what = fill->fill;
      say(what.symbol + (what.side == side::buy ? ": bought " : ": sold ") + what.quantity.str() +
          " at " + what.price.str());
    }
  }
  note();
}

void desk::count(runes::order const& now, runes::decimal filled_before) {
  auto const at = positions_.find(now.symbol);
  if (at == positions_.end()) return;
  auto const lots = steps_of(now.filled - filled_before, instruments_.at(now.symbol).lot_size);
  at->second += now.side == side::buy ? lots : -lots;
}

runes::instrument const& desk::instrument(std::string const& symbol) const {
  return instruments_.at(symbol);
}

std::int64_t desk::position(std::string const& symbol) const { return positions_.at(symbol); }

std::int64_t desk::to_sell(std::string const& symbol) const {
  auto const& of = instruments_.at(symbol);
  if (of.kind == runes::instrument_kind::perpetual) return std::numeric_limits<std::int64_t>::max();
  return positions_.at(symbol) + steps_of(how_.stock, of.lot_size);
}

std::int64_t desk::best(runes::order_book const* book, std::string const& symbol, side of) const {
  if (book == nullptr) return 0;
  std::map<runes::decimal, runes::decimal> own;
  for (auto const& each : tracker_->open_orders()) {
    if (each.symbol == symbol && each.side == of && each.price)
      own[*each.price] = own[*each.price] + each.remaining;
  }
  for (auto const& level : of == side::buy ? book->bids() : book->asks()) {
    auto const mine = own.find(level.price);
    if (mine == own.end() || mine->second < level.quantity)
      return steps_of(level.price, instruments_.at(symbol).tick_size);
  }
  return 0;
}

// ---- when it acts

void desk::note() {
  rung_ = true;
  bell_.cancel();
}

/// Until something has changed, or there may be something to try again.
runes::awaitable<> desk::wait() {
  if (!rung_) {
    bell_.expires_after(patience);
    boost::system::error_code passed;
    co_await bell_.async_wait(asio::redirect_error(asio::use_awaitable, passed));
    if (!passed) ask_for_the_last();
  }
  rung_ = false;
}

runes::awaitable<bool> desk::changed() {
  for (;;) {
    co_await wait();
    if (stopping_) co_return false;
    co_await reconcile();
    bool const shown = has_shown_the_last();
    if (shown && unseen_.empty() && tracker_->current()) co_return !stopping_;
  }
}

runes::awaitable<> desk::reconcile() {
  if (!tracker_->next_question()) co_return;
  std::optional<runes::error> wrong;
  runes::order_tracker::changes found;
  try {
    auto told = co_await trader_.reconcile();
    found = std::move(told);
  } catch (runes::error const& e) {
    wrong = e;
  }
  if (!wrong) co_return take(found);
  if (!was_overtaken(*wrong)) throw *wrong;
  say(wrong->sentence());
}

bool desk::has_shown_the_last() {
  if (!last_) return true;
  auto const* const state = tracker_->find(*last_);
  if (state == nullptr || state->ts < last_->ts) return false;
  last_.reset();
  return true;
}

/// It was placed and closed while nobody listened, say. One without a name is not of this desk: the
/// tracker holds it, and asks by itself.
void desk::ask_for_the_last() {
  if (!last_ || last_->client_order_id.empty() || has_shown_the_last()) return;
  tracker_->sent(last_->client_order_id, last_->ts);
  tracker_->unanswered(last_->client_order_id);
}

runes::awaitable<> desk::bring_about(std::vector<runes::new_order> wanted) {
  auto const now = std::chrono::steady_clock::now();
  auto const allowed = [&](step const& what) { return refusals_.allows(asked(what), now); };
  auto const next = next_step(tracker_->open_orders(), std::move(wanted), allowed);
  if (next) co_await carry_out(*next);
}

/// A cancel has no place here: it never waits.
asked_order desk::asked(step const& what) const {
  asked_order made;
  if (auto const* const one = std::get_if<runes::new_order>(&what)) {
    made = {one->symbol(), one->side(), 0, one->price(), one->stop_price(), one->quantity()};
  } else if (auto const* const other = std::get_if<runes::amendment>(&what)) {
    made.price = other->price();
    made.stop_price = other->stop_price();
    made.quantity = other->quantity();
    made.order_id = other->which().order_id();
    if (auto const* const is = tracker_->find(other->which())) {
      made.symbol = is->symbol;
      made.side = is->side;
    }
  }
  return made;
}

runes::awaitable<> desk::send(step const& what) {
  if (auto const* const one = std::get_if<runes::new_order>(&what)) {
    auto const ack = co_await trader_.place(*one);
    last_ = ack;
  } else if (auto const* const other = std::get_if<runes::amendment>(&what)) {
    auto const ack = co_await trader_.amend(*other);
    last_ = ack;
  } else {
    auto const ack = co_await trader_.cancel(std::get<runes::order_ref>(what));
    last_ = ack;
  }
}

runes::awaitable<> desk::carry_out(step what) {
  bool const waits = !std::holds_alternative<runes::order_ref>(what);
  auto const order = asked(what);
  if (waits && !refusals_.allows(order, std::chrono::steady_clock::now())) co_return;
  std::optional<runes::error> wrong;
  try {
    co_await send(what);
    note();  // there may be more to do
  } catch (runes::error const& e) {
    wrong = e;
  }
  if (!wrong) {
    if (waits) refusals_.taken(order);
    co_return;
  }
  if (!was_overtaken(*wrong)) throw *wrong;
  if (waits && wrong->delivery() == runes::request_delivery::none)
    refusals_.refused(order, std::chrono::steady_clock::now());
  say(wrong->sentence());
}

void desk::say(std::string const& text) const {
  if (how_.say) how_.say(text);
}

}  // namespace bots
