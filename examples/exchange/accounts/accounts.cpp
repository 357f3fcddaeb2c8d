#include "accounts.hpp"

#include "books.hpp"

namespace exchange::accounts {
namespace {

std::unique_ptr<books> make_books(accounts_config const& config, change_sink& sink) {
  config.validate();
  return std::make_unique<books>(config, sink);
}

}  // namespace

clearing_house::clearing_house(accounts_config const& config, change_sink& sink)
    : books_(make_books(config, sink)) {}
clearing_house::~clearing_house() = default;

std::optional<account_id> clearing_house::open_account() { return books_->open_account(); }

std::uint32_t clearing_house::accounts() const noexcept {
  return static_cast<std::uint32_t>(books_->users_.size() - 1);
}

error clearing_house::deposit(account_id account, asset_id asset, amount value) {
  if (!books_->known(account)) return error::bad_request;
  return books_->command(reason::deposit, [&] { return books_->bring(account, asset, value); });
}

error clearing_house::withdraw(account_id account, asset_id asset, amount value) {
  return books_->command(reason::withdraw, [&] { return books_->take(account, asset, value); });
}

error clearing_house::deposit_insurance(asset_id asset, amount value) {
  return books_->command(reason::deposit,
                         [&] { return books_->bring(insurance_account, asset, value); });
}

error clearing_house::reserve(order_request const& request) {
  return books_->command(reason::order, [&] { return books_->reserve(request); });
}

error clearing_house::amend(order_change const& change) {
  return books_->command(reason::order, [&] { return books_->amend(change); });
}

error clearing_house::restore(order_id order) {
  return books_->command(reason::order, [&] { return books_->restore(order); });
}

error clearing_house::release(order_id order, lots quantity) {
  return books_->command(reason::order, [&] { return books_->release(order, quantity); });
}

lots clearing_house::reserved(order_id order) const noexcept {
  auto const found = books_->orders_.find(order);
  return found == books_->orders_.end() ? 0 : found->second.open;
}

trade_result clearing_house::settle(trade_report const& trade) {
  trade_result result;
  auto const wrong = books_->command(reason::trade, [&] { return books_->settle(trade, result); });
  if (wrong != error::none) result = {wrong, 0, 0};
  return result;
}

error clearing_house::set_leverage(account_id account, market_id market, std::uint32_t leverage,
                                   std::optional<margin_mode> mode) {
  if (!books_->known(account) || !books_->perpetual(market)) return error::bad_request;
  auto const to = mode.value_or(books_->holding_of(account, market).mode);
  return books_->command(reason::leverage,
                         [&] { return books_->set_leverage(account, market, leverage, to); });
}

error clearing_house::set_mark(market_id market, ticks price) {
  if (!books_->perpetual(market)) return error::bad_request;
  if (price < 1 || price > books_->market(market).max_price) return error::bad_price;
  books_->marks_[market] = price;
  return error::none;
}

ticks clearing_house::mark(market_id market) const noexcept {
  return books_->known_market(market) ? books_->marks_[market] : 0;
}

error clearing_house::fund(market_id market, std::int64_t rate) {
  return books_->command(reason::funding, [&] { return books_->fund(market, rate); });
}

std::optional<liquidation> clearing_house::liquidation_of(account_id account,
                                                          market_id market) const {
  if (!books_->known(account) || !books_->perpetual(market)) return std::nullopt;
  return books_->liquidation_of(account, market);
}

std::vector<liquidation> clearing_house::liquidations(market_id market) const {
  std::vector<liquidation> all;
  for (auto const account : holders(market)) {
    if (auto const one = liquidation_of(account, market)) all.push_back(*one);
  }
  return all;
}

accounts_config const& clearing_house::config() const noexcept { return books_->config_; }
std::string clearing_house::check() const { return books_->check(); }
std::string clearing_house::save() const { return books_->save(); }
void clearing_house::load(std::string_view bytes) { books_->load(bytes); }

}  // namespace exchange::accounts
