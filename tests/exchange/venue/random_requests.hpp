// A stream of requests of every kind, right ones and wrong ones, that keeps a small venue busy.
#pragma once

#include <venue/command.hpp>

#include <cstdint>

namespace exchange::venue {

class random_requests {
 public:
  explicit random_requests(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  request next();

 private:
  std::uint64_t draw() noexcept;
  std::uint64_t below(std::uint64_t end) noexcept { return draw() % end; }
  bool one_in(std::uint64_t n) noexcept { return below(n) == 0; }
  account_id some_account() { return one_in(60) ? 9 : static_cast<account_id>(1 + below(5)); }
  market_id some_market() { return one_in(80) ? 7 : static_cast<market_id>(below(3)); }
  market_id some_perpetual() { return static_cast<market_id>(1 + below(2)); }
  units some_price();
  units some_quantity();
  order_id some_order();
  std::string some_client_id();
  command some_command();
  command rare();
  place_order some_placing();
  void make_special(place_order& o);

  std::uint64_t state_;
  micros now_ = 1'700'000'000'000'000;
  std::uint64_t count_ = 0;
  std::uint64_t orders_ = 0;
};

}  // namespace exchange::venue
