#include "instruments.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <variant>

namespace exchange {
namespace {

// Where one is the end of another, the longer one comes first.
constexpr std::array<std::string_view, 17> quote_assets = {
    "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "DAI", "TRY", "EUR",
    "GBP",   "BRL",  "JPY",  "AUD",  "BTC",  "ETH",  "BNB", "USD"};

// So many records of this many may be damaged; of fewer than a hundred none is taken for it.
std::uint64_t tiny_share(std::uint64_t records) noexcept {
  return records < 100 ? 0 : std::max<std::uint64_t>(1, records / 1000);
}

unsigned digits_needed(runes::decimal value, unsigned at_least) noexcept {
  if (value.scale() <= at_least || value.rescaled(at_least)) return at_least;
  auto units = value.units();
  auto digits = value.scale();
  while (digits > at_least && units % 10 == 0) {
    units /= 10;
    --digits;
  }
  return digits;
}

runes::decimal step_of(unsigned decimals) noexcept { return {1, decimals}; }

}  // namespace

asset_pair split_symbol(std::string_view symbol) {
  for (auto const quote : quote_assets) {
    if (symbol.size() > quote.size() && symbol.ends_with(quote)) {
      return {std::string(symbol.substr(0, symbol.size() - quote.size())), std::string(quote)};
    }
  }
  return {std::string(symbol), {}};
}

void decimals_survey::add(runes::decimal value) noexcept {
  auto const written = value.scale();
  needed_[written] = digits_needed(value, needed_[written]);
  most_written_ = std::max(most_written_.value_or(0), written);
}

void decimals_survey::next_record() noexcept {
  if (!most_written_) return;
  ++records_[*most_written_];
  ++total_;
  most_written_.reset();
}

unsigned decimals_survey::result() const noexcept {
  auto usual = scales - 1;
  for (auto odd = records_[usual]; usual > 0 && odd <= tiny_share(total_);)
    odd += records_[--usual];
  return std::ranges::max(std::span(needed_).first(usual + 1));
}

void market_survey::add(record const& seen) {
  look(seen);
  prices_.next_record();
  quantities_.next_record();
}

void market_survey::look(record const& seen) {
  if (auto const* diff = std::get_if<depth_diff>(&seen.what)) {
    name(diff->symbol);
    if (diff->symbol != symbol_) return;
    futures_ |= diff->previous.has_value();
    levels(diff->bids);
    levels(diff->asks);
  } else if (auto const* recorded = std::get_if<recorded_trade>(&seen.what)) {
    name(recorded->symbol);
    if (recorded->symbol == symbol_) level({recorded->trade.price, recorded->trade.quantity});
  } else if (auto const* best = std::get_if<book_ticker>(&seen.what)) {
    name(best->symbol);
    if (best->symbol != symbol_) return;
    level(best->bid);
    level(best->ask);
  } else if (auto const* snapshot = std::get_if<rest_snapshot>(&seen.what)) {
    levels(snapshot->bids);
    levels(snapshot->asks);
  }
}

recorded_market market_survey::result() const {
  auto [base, quote] = split_symbol(symbol_);
  auto symbol = quote.empty() ? base : base + '-' + quote;
  if (futures_) symbol += "-PERP";
  auto const kind = futures_ ? runes::instrument_kind::perpetual : runes::instrument_kind::spot;
  return {symbol_,
          runes::instrument(std::move(symbol), std::move(base), std::move(quote),
                            step_of(prices_.result()), step_of(quantities_.result()), kind)};
}

void market_survey::name(std::string const& symbol) {
  if (symbol_.empty()) symbol_ = symbol;
}

void market_survey::level(runes::level seen) {
  prices_.add(seen.price);
  quantities_.add(seen.quantity);
}

void market_survey::levels(std::vector<runes::level> const& seen) {
  for (auto const& one : seen) level(one);
}

recorded_market survey(std::filesystem::path const& file, std::uint64_t lines) {
  recording_reader reader(file);
  market_survey found;
  while (reader.lines() < lines) {
    auto const seen = reader.next();
    if (!seen) break;
    found.add(*seen);
  }
  if (!found.known()) {
    throw runes::error(runes::errc::bad_config,
                       file.string() + " holds no market data that can be played");
  }
  return found.result();
}

}  // namespace exchange
