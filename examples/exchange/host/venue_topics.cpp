#include "venue_topics.hpp"

#include "wire/market_values.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace exchange::host {

using service::account_channel;

namespace {

constexpr std::array<std::string_view, service::account_channels> channel_names{
    "orders", "fills", "positions", "account"};

runes::payload_ptr payload_of(account_channel channel, std::vector<runes::keyed_entry>&& entries) {
  if (channel != account_channel::fills) return runes::keyed_payload(std::move(entries));
  std::vector<std::string> lines;
  lines.reserve(entries.size());
  for (auto& each : entries) lines.push_back(std::move(each.json));
  return runes::log_payload(lines);
}

}  // namespace

venue_topics::venue_topics(runes::server& to, venue::trading_venue const& of)
    : server_(to), queue_(to.broker(), to.executor()) {
  auto const& config = of.config();
  server_.broker().add_channel(
      runes::channel("funding", runes::models::latest()).when_slow(runes::overflow::conflate));
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    auto one = wire::instrument_of(static_cast<venue::market_id>(i), of);
    server_.add_instrument(one);
    markets_.emplace_back(server_.broker(), one);
    bool const perpetual = one.kind == runes::instrument_kind::perpetual;
    liquidations_.push_back(perpetual ? server_.broker().topic("liquidations", one.symbol)
                                      : runes::topic_ref());
    funding_.push_back(venue::has_funding(config.instruments[i])
                           ? server_.broker().topic("funding", one.symbol)
                           : runes::topic_ref());
    instruments_.push_back(std::move(one));
  }
  for (auto const& asset : config.assets) assets_.push_back(asset.name);
}

void venue_topics::open(venue::account_id account, std::string_view name) {
  auto const [place, made] = accounts_.try_emplace(account);
  if (!made) return;
  auto const add = [&](account_channel channel, std::string_view symbol) {
    auto const at = static_cast<std::size_t>(channel);
    place->second[at].push_back(server_.broker().topic(channel_names[at], symbol, {}, name));
  };
  for (auto const& one : instruments_) {
    add(account_channel::orders, one.symbol);
    add(account_channel::fills, one.symbol);
    if (one.kind == runes::instrument_kind::perpetual) {
      add(account_channel::positions, one.symbol);
    } else {
      place->second[static_cast<std::size_t>(account_channel::positions)]
          .emplace_back();  // it has none
    }
  }
  for (auto const& asset : assets_) add(account_channel::account, asset);
}

void venue_topics::publish(service::news const& what) {
  for (auto const& each : what.markets) publish(each);
  for (auto const& each : what.liquidations) {
    queue_.publish(liquidations_[each.market], runes::to_payload(each.part),
                   wire::time_of(what.ts));
  }
  for (auto const& each : what.funding) {
    queue_.publish(funding_[each.market], runes::latest_payload(each.json), wire::time_of(what.ts));
  }
  if (!what.accounts.empty()) publish_accounts(what);
}

bool venue_topics::anyone_listens() const {
  return std::ranges::any_of(markets_, &market_topics::anyone_listens);
}

// Who sees the book of a market that stops must not be told that it goes on, and the other way
// round.
void venue_topics::publish(step const& now) {
  bool const opens = now.status == runes::instrument_status::active;
  if (now.status && !opens) set_status(now.market, *now.status);
  for (auto& [to, what] : markets_[now.market].changes(now)) {
    queue_.publish(std::move(to), std::move(what), now.ts);
  }
  if (opens) set_status(now.market, *now.status);
}

// What is of one topic goes out as one change.
void venue_topics::publish_accounts(service::news const& what) {
  using topic_key = std::tuple<venue::account_id, account_channel, std::uint16_t>;
  std::map<topic_key, std::vector<runes::keyed_entry>> by_topic;
  for (auto const& each : what.accounts) {
    by_topic[{each.account, each.channel, each.about}].push_back(each.entry);
  }
  for (auto& [key, entries] : by_topic) {
    auto const& [account, channel, about] = key;
    queue_.publish(accounts_.at(account)[static_cast<std::size_t>(channel)][about],
                   payload_of(channel, std::move(entries)), wire::time_of(what.ts));
  }
}

void venue_topics::set_status(std::size_t market, runes::instrument_status status) {
  instruments_[market].status = status;
  server_.add_instrument(instruments_[market]);
}

}  // namespace exchange::host
