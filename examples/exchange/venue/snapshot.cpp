// The whole state as bytes, and nothing of how it is held in memory: equal states have equal bytes.
#include "bytes.hpp"
#include "fields.hpp"
#include "machine.hpp"

#include <algorithm>
#include <utility>

namespace exchange::venue {
namespace {

constexpr std::uint32_t format = 0x32'56'58'52;  // "RXV2"

void fields(auto& a, either<remembered> auto& v) {
  a(v.id), a(v.at), a(v.order), a(v.error), a(v.field);
}
void fields(auto& a, either<connection_state> auto& v) {
  a(v.account), a(v.cancels), a(v.scope), a(v.grace), a(v.due);
}

void fields(auto& a, either<funding_clock> auto& v) {
  a(v.due), a(v.since), a(v.until), a(v.sum), a(v.premium), a(v.last_rate), a(v.last_at);
}

template <class List>
void write_list(writer& out, List const& list) {
  out(static_cast<std::uint32_t>(list.size()));
  for (auto const& one : list) fields(out, one);
}

template <class Value>
void read_list(reader& in, auto&& add) {
  for (auto left = in.get<std::uint32_t>(); left > 0; --left) {
    Value one;
    fields(in, one);
    add(std::move(one));
  }
}

bool possible(funding_clock const& one, instrument_config const& of, micros now) noexcept {
  constexpr auto most_sum = amount{1} << 110;
  constexpr auto most = 100 * billion;
  return 0 <= one.since && one.since <= one.until && one.until <= now && -most_sum < one.sum &&
         one.sum < most_sum && -most <= one.premium && one.premium <= most && one.last_at <= now &&
         (one.due == 0 || (has_funding(of) && one.due > one.since));
}

void write_account(writer& out, account_state const& user,
                   std::unordered_map<order_id, order> const& orders) {
  out(user.name);
  out(user.deadman);
  out(static_cast<std::uint32_t>(user.open.size()));
  for (auto const id : user.open) fields(out, orders.at(id));
  write_list(out, user.closed.all());
  write_list(out, user.fills.all());
  write_list(out, user.ids.all());
}

class account_reader {
 public:
  account_reader(reader& in, venue_config const& config, account_id account)
      : in_(&in), config_(&config), account_(account) {}

  void read(account_state& user, std::unordered_map<order_id, order>& orders, order_id last) {
    (*in_)(user.name);
    (*in_)(user.deadman);
    read_list<order>(*in_, [&](order&& one) {
      bool const rises = user.open.empty() || user.open.back() < one.id;
      require(rises && right(one, last) && !is_closed(one.status), "has an impossible open order");
      user.open.push_back(one.id);
      auto const id = one.id;
      require(orders.emplace(id, std::move(one)).second, "has an order twice");
    });
    read_list<order>(*in_, [&](order&& one) {
      require(right(one, last) && is_closed(one.status) && one.remaining == 0 &&
                  user.closed.find(one.id) == nullptr && !orders.contains(one.id) &&
                  user.closed.all().size() < config_->max_closed_orders,
              "has an impossible closed order");
      user.closed.add(std::move(one), config_->max_closed_orders);
    });
    read_fills(user);
    read_list<remembered>(*in_, [&](remembered&& one) {
      require(!one.id.empty() && user.ids.find(one.id) == nullptr, "has a clientOrderId twice");
      user.ids.add(std::move(one));
    });
  }

 private:
  void read_fills(account_state& user) {
    read_list<fill>(*in_, [&](fill&& one) {
      auto const& all = user.fills.all();
      require(one.account == account_ && one.market < config_->instruments.size() &&
                  (all.empty() || all.back().trade <= one.trade) && all.size() < config_->max_fills,
              "has an impossible fill");
      user.fills.add(std::move(one), config_->max_fills);
    });
  }
  bool right(order const& one, order_id last) const noexcept {
    return one.account == account_ && one.market < config_->instruments.size() && one.id != 0 &&
           one.id <= last && one.filled >= 0 && one.remaining >= 0 && one.value >= 0;
  }
  void require(bool holds, char const* what) const {
    if (!holds) in_->fail(what);
  }

  reader* in_;
  venue_config const* config_;
  account_id account_;
};

}  // namespace

std::string machine::save() const {
  std::string bytes;
  writer out(bytes);
  out(format);
  out(now_);
  out(last_order_);
  out(last_trade_);
  out(static_cast<std::uint32_t>(desks_.size()));
  for (auto const& desk : desks_) {
    out(std::string_view(desk->engine.save()));
    fields(out, desk->funding);
  }
  out(std::string_view(house_.save()));
  out(static_cast<std::uint32_t>(users_.size() - 1));
  for (std::size_t i = 1; i < users_.size(); ++i) write_account(out, users_[i], orders_);
  out(static_cast<std::uint32_t>(connections_.size()));
  for (auto const& [id, one] : connections_) {
    out(id);
    fields(out, one);
  }
  return bytes;
}

void machine::load(std::string_view bytes) {
  reader in(bytes, "the snapshot");
  if (in.get<std::uint32_t>() != format) in.fail("is none of a venue");
  in(now_);
  in(last_order_);
  in(last_trade_);
  if (now_ < 0 || now_ > engine::max_time || last_order_ >= engine::outside_bit) {
    in.fail("has an impossible state");
  }
  if (in.get<std::uint32_t>() != desks_.size()) in.fail("has other markets");
  for (std::size_t market = 0; market < desks_.size(); ++market) {
    auto& desk = *desks_[market];
    desk.engine.load(in.text());
    fields(in, desk.funding);
    if (!possible(desk.funding, config_.instruments[market], now_)) {
      in.fail("has an impossible interval of funding");
    }
  }
  house_.load(in.text());
  if (in.get<std::uint32_t>() != house_.accounts()) in.fail("has other accounts than its ledger");
  users_.resize(house_.accounts() + 1);
  for (account_id account = 1; account < users_.size(); ++account) {
    auto& user = users_[account];
    account_reader(in, config_, account).read(user, orders_, last_order_);
    if (user.name.empty() || !names_.emplace(user.name, account).second) {
      in.fail("has a name twice, or none");
    }
    if (user.deadman != 0) deadmen_.emplace(user.deadman, account);
  }
  for (auto left = in.get<std::uint32_t>(); left > 0; --left) {
    auto const id = in.get<connection_id>();
    connection_state one;
    fields(in, one);
    bool const rises = connections_.empty() || connections_.rbegin()->first < id;
    if (!rises || id == 0 || !known(one.account)) in.fail("has an impossible connection");
    if (one.due != 0) graces_.emplace(one.due, id);
    connections_.emplace(id, one);
  }
  if (!in.done()) in.fail("goes on after its end");
  if (auto const wrong = check(); !wrong.empty())
    in.fail(("does not fit together: " + wrong).c_str());
  tell_tickers();  // what was told last is what is shown
  outcomes_.clear();
}

}  // namespace exchange::venue
