#include "cast.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace exchange::bots {
namespace {

struct row {
  char const* symbol;
  char const* spot;  // of a perpetual
  ticks anchor;
  double daily_volatility;
  double news_size;
  ticks half_spread;
  ticks spacing;
  lots size;                 // of a best quote
  double taker_seconds;      // between two of the taker's orders
  std::int64_t money_units;  // ticks × lots that one unit of the quote is
};

// Ticks and lots are those of the venue's table (service/markets.cpp). A best quote is worth ten to
// fifteen thousand of the quote.
constexpr row table[] = {
    {"BTC-USD", nullptr, 600'000, 0.020, 0.007, 4, 40, 2'000, 2.0, 100'000},
    {"ETH-USD", nullptr, 300'000, 0.025, 0.008, 3, 25, 4'000, 2.5, 100'000},
    {"SOL-USD", nullptr, 15'000, 0.030, 0.009, 1, 2, 8'000, 3.0, 10'000},
    {"EUR-USD", nullptr, 110'000, 0.004, 0.001, 1, 2, 120, 5.0, 1'000},
    {"BTC-USD-PERP", "BTC-USD", 600'000, 0, 0, 5, 40, 2'000, 2.5, 100'000},
    {"ETH-USD-PERP", "ETH-USD", 300'000, 0, 0, 4, 25, 4'000, 3.0, 100'000},
};

constexpr std::int64_t plenty = 50'000'000;
constexpr std::int64_t stake = 2'000;
constexpr int gamblers = 4;  // on each perpetual
constexpr std::uint32_t highest_leverage = 20;
// Of a best quote's size.
constexpr lots maker_limit = 120;
constexpr lots taker_limit = 40;
constexpr lots follower_limit = 4;
constexpr lots gambler_limit = 10;

std::string numbered(char const* kind, int number) {
  return std::string(account_prefix) + kind + "-" + std::to_string(number);
}

role quiet_role(row const& of, std::string account, micros period) {
  role made;
  made.account = std::move(account);
  made.symbol = of.symbol;
  made.period = period;
  made.money = plenty;
  return made;
}

/// Who trades a spot market begins with what it may sell.
template <class Style>
role playing(role made, Style const& style, row const& of) {
  made.style = style;
  if (of.spot == nullptr) made.stock = style.limit;
  return made;
}

// The one close to the worth, and one behind it whose quotes are larger and further apart.
role maker(row const& of, int number, bool deep) {
  auto made = quiet_role(of, numbered("maker", number), deep ? 2'000'000 : 500'000);
  maker_style style;
  style.half_spread = of.half_spread * (deep ? 5 : 1);
  style.spacing = of.spacing * (deep ? 5 : 1);
  style.size = of.size * (deep ? 3 : 1);
  style.limit = style.size * maker_limit;
  style.skew = of.spacing * 4;
  style.requests_per_second = deep ? 2 : 6;
  return playing(std::move(made), style, of);
}

role taker_of(row const& of, int number) {
  auto made = quiet_role(of, numbered("taker", number), 100'000);
  taker_style style;
  style.mean_seconds = of.taker_seconds;
  style.size = std::max<lots>(1, of.size / 8);
  style.limit = of.size * taker_limit;
  style.reach = of.spacing * 2;
  style.conviction = of.spacing * 2;
  return playing(std::move(made), style, of);
}

role follower_of(row const& of, int number) {
  auto made = quiet_role(of, numbered("trend", number), 1'000'000);
  follower_style style;
  style.clip = std::max<lots>(1, of.size / 4);
  style.limit = of.size * follower_limit;
  style.threshold = of.spacing * 12;
  style.reach = of.spacing * 2;
  return playing(std::move(made), style, of);
}

role gambler_of(row const& of, int number) {
  auto made = quiet_role(of, numbered("gambler", number), 1'000'000);
  gambler_style style;
  style.stake = stake * of.money_units;
  style.leverage = highest_leverage;
  style.limit = of.size * gambler_limit;
  style.reach = of.spacing * 2;
  made.style = style;
  made.money = stake;
  made.leverage = highest_leverage;
  return made;
}

}  // namespace

std::vector<worth> worths() {
  std::vector<worth> all;
  for (auto const& of : table) {
    worth one;
    one.symbol = of.symbol;
    one.style = {of.anchor, of.daily_volatility, of.news_size};
    if (of.spot != nullptr) one.spot = of.spot;
    one.basis_deviation = static_cast<double>(of.anchor) * 1e-4;
    all.push_back(one);
  }
  return all;
}

std::vector<role> cast() {
  std::vector<role> all;
  int makers = 0, takers = 0, gambling = 0;
  for (auto const& of : table) {
    all.push_back(maker(of, ++makers, false));
    all.push_back(maker(of, ++makers, true));
    all.push_back(taker_of(of, ++takers));
    all.push_back(follower_of(of, takers));
    if (of.spot == nullptr) continue;
    for (int n = 0; n < gamblers; ++n) all.push_back(gambler_of(of, ++gambling));
  }
  return all;
}

std::unique_ptr<bot> make_bot(role const& of, std::uint64_t seed, micros begin) {
  auto const own = seed_for(seed, of.account);
  return std::visit(
      [&](auto const& style) -> std::unique_ptr<bot> {
        using style_type = std::remove_cvref_t<decltype(style)>;
        if constexpr (std::is_same_v<style_type, maker_style>) {
          return std::make_unique<market_maker>(style, own);
        } else if constexpr (std::is_same_v<style_type, taker_style>) {
          return std::make_unique<taker>(style, own, begin);
        } else if constexpr (std::is_same_v<style_type, follower_style>) {
          return std::make_unique<trend_follower>(style, own);
        } else {
          return std::make_unique<gambler>(style, own, begin);
        }
      },
      of.style);
}

// FNV-1a: the same everywhere.
std::uint64_t seed_for(std::uint64_t seed, std::string const& name) {
  std::uint64_t hash = 14'695'981'039'346'656'037u ^ seed;
  for (char const c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1'099'511'628'211u;
  }
  return hash;
}

fair_prices::fair_prices(std::vector<worth> of, std::uint64_t seed)
    : of_(std::move(of)), seed_(seed), all_(of_.size()) {}

std::optional<std::size_t> fair_prices::find(std::string_view symbol) const noexcept {
  auto const at = std::ranges::find(of_, symbol, &worth::symbol);
  if (at == of_.end()) return std::nullopt;
  return static_cast<std::size_t>(at - of_.begin());
}

void fair_prices::begin(std::size_t symbol, ticks first, micros now) {
  if (all_[symbol]) return;
  auto const& one = of_[symbol];
  auto const own = seed_for(seed_, one.symbol);
  auto const from = first > 0 ? first : one.style.anchor;
  all_[symbol].emplace(
      process{fair_price(one.style, own, now, from), basis(one.basis_deviation, own + 1, now)});
  for (std::size_t n = 0; n < of_.size(); ++n) {
    if (of_[n].spot == one.symbol) begin(n, 0, now);
  }
}

ticks fair_prices::at(std::size_t symbol, micros now) {
  auto& one = all_[symbol];
  if (!one) return 0;
  if (of_[symbol].spot.empty()) return one->price.at(now);
  auto const spot = at(*find(of_[symbol].spot), now);
  return std::max<ticks>(1, spot + one->basis.at(now));
}

}  // namespace exchange::bots
