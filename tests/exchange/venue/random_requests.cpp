#include "random_requests.hpp"

#include <algorithm>
#include <string>

namespace exchange::venue {

// xorshift64*: the same everywhere.
std::uint64_t random_requests::draw() noexcept {
  state_ ^= state_ >> 12;
  state_ ^= state_ << 25;
  state_ ^= state_ >> 27;
  return (state_ * 0x2545F4914F6CDD1Du) >> 16;
}

units random_requests::some_price() {
  if (one_in(60)) return static_cast<units>(below(3)) - 1;
  return 9'000 + 5 * static_cast<units>(below(400)) + (one_in(60) ? 1 : 0);
}

units random_requests::some_quantity() {
  if (one_in(60)) return static_cast<units>(below(12)) - 6;
  return 10 * static_cast<units>(1 + below(one_in(10) ? 4'000 : 60));
}

order_id random_requests::some_order() {
  return std::max<std::uint64_t>(orders_ + 2, 60) - below(60);
}

std::string random_requests::some_client_id() {
  return "c" + std::to_string(one_in(4) ? below(count_ + 1) : count_);
}

void random_requests::make_special(place_order& o) {
  o.type = static_cast<order_type>(below(4));
  bool const priced = o.type == order_type::limit || o.type == order_type::stop_limit;
  if (!priced && !one_in(20)) o.price = 0;
  if (o.type >= order_type::stop || one_in(40)) o.stop_price = some_price();
  if (one_in(2)) o.tif = static_cast<time_in_force>(below(5));
  if (o.tif == time_in_force::gtd) o.good_till = now_ + static_cast<micros>(below(3'000'000));
  if (priced && one_in(5)) o.display = 10;
  if (one_in(6)) o.post_only = true;
  if (one_in(3)) o.reduce_only = true;
  if (one_in(3)) o.connection = 1 + below(8);
}

place_order random_requests::some_placing() {
  place_order o;
  o.account = some_account();
  o.market = some_market();
  o.side = static_cast<side>(below(2));
  o.price = some_price();
  o.quantity = some_quantity();
  o.self = static_cast<self_trade>(one_in(50) ? 0 : 1 + below(4));
  if (one_in(3)) o.client_order_id = some_client_id();
  if (one_in(2)) make_special(o);
  ++orders_;
  return o;
}

command random_requests::rare() {
  switch (below(12)) {
    case 0:
      return withdraw{some_account(), static_cast<asset_id>(below(3)),
                      amount{1'000'000} * static_cast<std::int64_t>(below(2'000))};
    case 1:
      return set_leverage{
          some_account(), some_market(), static_cast<std::uint32_t>(below(22)),
          one_in(2) ? std::optional(static_cast<margin_mode>(below(2))) : std::nullopt};
    case 2:
      return fund{some_perpetual(), static_cast<std::int64_t>(below(2'000)) - 1'000};
    case 3:
      return change_state{some_market(), static_cast<market_state>(below(5))};
    case 4:
      return connection_up{some_account(), 1 + below(8)};
    case 5:
      return connection_down{1 + below(8)};
    case 6:
      return cancel_on_disconnect{1 + below(8), !one_in(4), static_cast<disconnect_scope>(below(2)),
                                  static_cast<micros>(below(3)) * 300'000};
    case 7:
      return deadman{some_account(), static_cast<micros>(below(3)) * 1'000'000};
    case 8:
      return cancel_all{some_account(), one_in(2) ? every_market : some_market()};
    case 9:
      return outside_order{some_market(),   static_cast<outside_order::action>(below(4)),
                           1 + below(200),  some_price(),
                           some_quantity(), static_cast<side>(below(2))};
    case 10:
      return set_reference{some_market(), some_price()};
    default:
      return deposit{some_account(), static_cast<asset_id>(below(2)),
                     amount{1'000'000} * static_cast<std::int64_t>(below(20'000))};
  }
}

command random_requests::some_command() {
  if (count_ <= 5) return open_account{"account " + std::to_string(count_)};
  if (count_ <= 15) {
    bool const coins = count_ % 2 == 0;
    return deposit{static_cast<account_id>(1 + count_ / 2 % 5), static_cast<asset_id>(coins),
                   amount{1'000'000} * (coins ? 30'000 : 20'000)};
  }
  auto const drawn = below(100);
  if (drawn < 58) return some_placing();
  if (drawn < 70) {
    amend_order c{some_account(), some_order(), {}, {}, {}, {}};
    if (one_in(2)) c.price = some_price();
    if (one_in(2)) c.quantity = some_quantity();
    if (one_in(6)) c.stop_price = some_price();
    return c;
  }
  if (drawn < 80)
    return cancel_order{some_account(), one_in(5) ? 0 : some_order(), some_client_id()};
  if (drawn < 86) return set_mark{some_perpetual(), some_price()};
  // A market that was stopped goes on soon.
  if (drawn < 90) {
    return change_state{some_market(), one_in(2) ? market_state::auction : market_state::active};
  }
  if (drawn < 91) return advance_time{};
  return rare();
}

request random_requests::next() {
  ++count_;
  if (one_in(3)) now_ += static_cast<micros>(below(400'000));
  request one;
  one.what = some_command();
  one.now = now_;
  if (one_in(30)) one.expires_at = now_ - 50 + static_cast<micros>(below(100));
  return one;
}

}  // namespace exchange::venue
