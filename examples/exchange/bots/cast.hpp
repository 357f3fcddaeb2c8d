// Who plays in the living market, and what things are worth there.
#pragma once

#include "bot.hpp"
#include "fair_price.hpp"
#include "gambler.hpp"
#include "market_maker.hpp"
#include "taker.hpp"
#include "trend_follower.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace exchange::bots {

/// Accounts of bots are named so. No key in a file can be for one: an account's name has no slash
/// there.
inline constexpr char const* account_prefix = "bot/";

/// What a symbol of the living market is worth: a walk of its own, or a spot market's worth and a
/// basis.
struct worth {
  std::string symbol;
  fair_style style;
  std::string spot;            ///< of a perpetual; else empty
  double basis_deviation = 0;  ///< of a perpetual, in ticks
};

/// One bot: its account, its market, what it is given at first.
struct role {
  std::string account;
  std::string symbol;
  std::variant<maker_style, taker_style, follower_style, gambler_style> style;
  micros period = 500'000;     ///< it is asked so often
  std::int64_t money = 0;      ///< whole units of the quote
  lots stock = 0;              ///< of the base, on spot markets; its position counts from there
  std::uint32_t leverage = 0;  ///< perpetuals; 0: the market's default
};

/// Spot markets before their perpetuals.
std::vector<worth> worths();
std::vector<role> cast();

std::unique_ptr<bot> make_bot(role const& of, std::uint64_t seed, micros begin);
/// A seed of its own for each name.
std::uint64_t seed_for(std::uint64_t seed, std::string const& name);

/// The worths of all symbols, which go on together. One that has not begun is worth 0.
class fair_prices {
 public:
  fair_prices(std::vector<worth> of, std::uint64_t seed);
  std::vector<worth> const& symbols() const noexcept { return of_; }
  std::optional<std::size_t> find(std::string_view symbol) const noexcept;

  /// A spot market's, and that of its perpetuals; `first` 0: at its anchor. What is there goes on.
  void begin(std::size_t symbol, ticks first, micros now);
  /// By place in the list. Time does not go back.
  ticks at(std::size_t symbol, micros now);

 private:
  struct process {
    fair_price price;
    bots::basis basis;
  };
  std::vector<worth> of_;
  std::uint64_t seed_;
  std::vector<std::optional<process>> all_;
};

}  // namespace exchange::bots
