#include "config.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

namespace exchange::engine {
namespace {

void require(bool holds, char const* sentence) {
  if (!holds) throw std::invalid_argument(sentence);
}

void in_range(char const* name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (least <= value && value <= most) return;
  throw std::invalid_argument(std::string(name) + " must be from " + std::to_string(least) +
                              " to " + std::to_string(most) + ", not " + std::to_string(value));
}

}  // namespace

void engine_config::validate() const {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  in_range("max_orders", max_orders, 1, 1 << 26);
  in_range("max_price", max_price, 1, std::int64_t{1} << 60);
  in_range("max_quantity", max_quantity, 1, std::min(std::int64_t{1} << 53, most / max_orders));
  in_range("window", window, 64, 1 << 18);
  require(std::has_single_bit(window), "window must be a power of two");
  in_range("max_quotes", max_quotes, 1, 1 << 16);
  in_range("max_reduce_only_accounts", max_reduce_only_accounts, 1, 1 << 20);
  in_range("band_basis_points", band_basis_points, 0, 10'000);
  in_range("day_length", day_length, 1, std::int64_t{1} << 50);
  in_range("day_offset", day_offset, 0, day_length - 1);
  in_range("reference", reference, 0, max_price);
  require(state <= market_state::halted, "state is none of the market's states");
  require(band_action <= band_action::halt, "band_action is neither cancel nor halt");
}

}  // namespace exchange::engine
