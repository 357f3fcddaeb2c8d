// What the venue's tests share: a venue of a spot market and two perpetuals, and commands in few
// words.
#pragma once

#include <venue/venue.hpp>

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <variant>
#include <vector>

namespace exchange::venue {

inline std::ostream& operator<<(std::ostream& out, error value) { return out << name_of(value); }
inline std::ostream& operator<<(std::ostream& out, field value) { return out << name_of(value); }
inline std::ostream& operator<<(std::ostream& out, order_status value) {
  return out << name_of(value);
}
inline std::ostream& operator<<(std::ostream& out, order_reason value) {
  return out << name_of(value);
}

inline constexpr asset_id usd = 0, btc = 1;
inline constexpr market_id spot = 0, perp = 1, other_perp = 2;
inline constexpr micros start = 1'700'000'000'000'000;
inline constexpr micros second = 1'000'000;

/// Prices with two decimals, in steps of 0.05; quantities with two decimals, in steps of 0.10.
inline instrument_config small_market(std::string symbol, accounts::market_kind kind) {
  instrument_config one;
  one.market.symbol = std::move(symbol);
  one.market.kind = kind;
  one.market.base = btc;
  one.market.quote = usd;
  one.market.maker_fee = 100;
  one.market.taker_fee = 500;
  one.market.max_leverage = 20;
  one.market.default_leverage = 10;
  one.market.maintenance_margin = 25'000;
  one.engine.state = market_state::active;
  one.engine.max_orders = 500;
  one.engine.window = 64;
  one.engine.max_price = 1'000'000;
  one.engine.max_quantity = 1'000'000;
  one.steps = {5, 10};
  return one;
}

inline venue_config small_venue() {
  venue_config config;
  config.assets = {{"USD", 6}, {"BTC", 8}};
  config.instruments = {small_market("BTC-USD", accounts::market_kind::spot),
                        small_market("BTC-USD-PERP", accounts::market_kind::perpetual),
                        small_market("ETH-USD-PERP", accounts::market_kind::perpetual)};
  config.max_accounts = 50;
  config.max_open_orders = 100;
  return config;
}

/// An order, in units, changed by what is said after it: buy(spot, 100, 5000).of(2).post().
struct placing : place_order {
  placing(market_id where, engine::side which, units q, units p) {
    market = where;
    side = which;
    quantity = q;
    price = p;
    account = 1;
    if (p == 0) type = order_type::market;
  }
  placing& of(account_id a) { return account = a, *this; }
  placing& named(std::string id) { return client_order_id = std::move(id), *this; }
  placing& until(time_in_force t, micros at = 0) { return tif = t, good_till = at, *this; }
  placing& post() { return post_only = true, *this; }
  placing& reducing() { return reduce_only = true, *this; }
  placing& with(self_trade how) { return self = how, *this; }
  placing& on(connection_id id) { return connection = id, *this; }
  placing& iceberg(units shown) { return display = shown, *this; }
  placing& at_stop(units p) {
    type = price == 0 ? order_type::stop : order_type::stop_limit;
    return stop_price = p, *this;
  }
};
inline placing buy(market_id where, units quantity, units price = 0) {
  return {where, side::buy, quantity, price};
}
inline placing sell(market_id where, units quantity, units price = 0) {
  return {where, side::sell, quantity, price};
}

struct venue_fixture {
  explicit venue_fixture(venue_config const& config = small_venue()) : venue(config) {
    for (auto const* const name : {"ann", "bob", "cy", "dee"}) run(open_account{name});
    for (account_id account = 1; account <= 3; ++account) {
      run(deposit{account, usd, amount{1'000'000} * 1'000'000});
      run(deposit{account, btc, amount{1'000} * 100'000'000});
    }
    run(set_mark{perp, 10'000});
    run(set_mark{other_perp, 10'000});
  }

  result run(command what, micros expires_at = 0) {
    auto const applied = venue.apply({std::move(what), now, expires_at});
    outcomes.assign(applied.outcomes.begin(), applied.outcomes.end());
    auto const wrong = venue.check();
    BOOST_TEST(wrong.empty(), wrong);
    return applied.result;
  }
  result place(place_order const& o) { return run(o); }
  order_id id(place_order const& o) {
    auto const done = run(o);
    BOOST_TEST(done.error == error::none);
    return done.order;
  }
  /// Of a command that should be refused, and change nothing.
  error refused(command what, micros expires_at = 0) {
    auto const before = venue.save();
    auto const done = run(std::move(what), expires_at);
    BOOST_TEST((venue.save() == before), "a refused command changed something");
    BOOST_TEST(outcomes.empty());
    last_field = done.field;
    return done.error;
  }
  order const& the(account_id account, order_id id) {
    auto const* const found = venue.find_order(account, id);
    BOOST_REQUIRE(found != nullptr);
    return *found;
  }
  template <class Kind>
  std::vector<Kind> told() const {
    std::vector<Kind> found;
    for (auto const& one : outcomes) {
      if (auto const* const kind = std::get_if<Kind>(&one)) found.push_back(*kind);
    }
    return found;
  }
  amount total(account_id account, asset_id asset) const {
    return venue.accounts().balance(account, asset).total;
  }
  amount locked(account_id account, asset_id asset) const {
    return venue.accounts().balance(account, asset).locked;
  }

  trading_venue venue;
  micros now = start;
  std::vector<outcome> outcomes;
  field last_field = field::none;
};

}  // namespace exchange::venue
