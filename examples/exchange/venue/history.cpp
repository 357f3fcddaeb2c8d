#include "history.hpp"

#include <algorithm>
#include <iterator>

namespace exchange::venue {
namespace {

bool wanted(market_id market, page const& which) noexcept {
  return which.market == every_market || which.market == market;
}

}  // namespace

void closed_orders::add(order&& one, std::size_t most) {
  numbers_.emplace(one.id, first_ + orders_.size());
  orders_.push_back(std::move(one));
  if (orders_.size() <= most) return;
  numbers_.erase(orders_.front().id);
  orders_.pop_front();
  ++first_;
}

order const* closed_orders::find(order_id id) const noexcept {
  auto const found = numbers_.find(id);
  return found == numbers_.end() ? nullptr : &orders_[found->second - first_];
}

std::vector<order> closed_orders::shown(page const& which) const {
  std::vector<order> found;
  auto const end = which.before == 0 ? numbers_.end() : numbers_.lower_bound(which.before);
  for (auto at = end; at != numbers_.begin() && found.size() < which.limit;) {
    --at;
    auto const& one = orders_[at->second - first_];
    if (wanted(one.market, which)) found.push_back(one);
  }
  return found;
}

void fill_history::add(fill&& one, std::size_t most) {
  fills_.push_back(std::move(one));
  if (fills_.size() > most) fills_.pop_front();
}

std::vector<fill> fill_history::shown(page const& which) const {
  std::vector<fill> found;
  auto const take = [&](fill const& one) {
    if (found.size() < which.limit && wanted(one.market, which)) found.push_back(one);
    return found.size() < which.limit;
  };
  if (which.after) {
    auto at = std::ranges::upper_bound(fills_, *which.after, {}, &fill::trade);
    while (at != fills_.end() && take(*at)) ++at;
    return found;
  }
  auto at = which.before == 0 ? fills_.end()
                              : std::ranges::lower_bound(fills_, which.before, {}, &fill::trade);
  while (at != fills_.begin() && take(*std::prev(at))) --at;
  return found;
}

}  // namespace exchange::venue
