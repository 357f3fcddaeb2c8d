#include "statistics_window.hpp"

#include "units.hpp"

#include <algorithm>
#include <stdexcept>

namespace exchange {

std::optional<runes::statistics> statistics_window::advance(runes::timestamp now) {
  if (!open() || now < begin_ + length_) return std::nullopt;
  auto last = current();
  if (last) last->closed = true;
  begin_ += length_;
  count_ = 0;
  return last;
}

bool statistics_window::add(runes::trade const& trade) {
  auto const traded_at = units_of(trade.price, price_decimals_, "price");
  auto const quantity = units_of(trade.quantity, quantity_decimals_, "quantity");
  if (trade.ts < begin_) return false;
  if (!open()) {
    begin_ = runes::timestamp(trade.ts.time_since_epoch() - trade.ts.time_since_epoch() % length_);
    open_ = high_ = low_ = traded_at;
    volume_ = quote_volume_ = 0;
    outgrown_ = false;
  }
  high_ = std::max(high_, traded_at);
  low_ = std::min(low_, traded_at);
  close_ = traded_at;
  volume_ += quantity;
  outgrown_ |= __builtin_add_overflow(quote_volume_, int128{traded_at} * quantity, &quote_volume_);
  ++count_;
  return true;
}

void statistics_window::save(engine::byte_writer& out) const {
  out.put(std::int64_t{begin_.time_since_epoch().count()});
  out.put(count_);
  for (auto const price : {open_, high_, low_, close_}) out.put(price);
  out.put(volume_);
  out.put(quote_volume_);
  out.put(outgrown_);
}

void statistics_window::load(engine::byte_reader& in) {
  begin_ = runes::timestamp(std::chrono::microseconds(in.get<std::int64_t>()));
  in.get(count_);
  for (auto* const price : {&open_, &high_, &low_, &close_}) in.get(*price);
  volume_ = in.get_wide();
  quote_volume_ = in.get_wide();
  in.get(outgrown_);
  bool const right = begin_.time_since_epoch() % length_ == length_.zero() && low_ <= high_ &&
                     volume_ >= 0 && quote_volume_ >= 0;
  if (!right) throw std::runtime_error("the snapshot has an impossible statistics window");
}

std::optional<runes::statistics> statistics_window::current() const {
  auto const volume = to_decimal(volume_, quantity_decimals_);
  auto const quote_volume = to_decimal(quote_volume_, price_decimals_ + quantity_decimals_);
  if (!open() || outgrown_ || !volume || !quote_volume) return std::nullopt;
  runes::statistics now;
  now.open = price(open_);
  now.high = price(high_);
  now.low = price(low_);
  now.close = price(close_);
  now.volume = *volume;
  now.quote_volume = *quote_volume;
  now.count = count_;
  now.open_time = begin_;
  now.close_time = begin_ + length_;
  return now;
}

}  // namespace exchange
