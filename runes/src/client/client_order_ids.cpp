#include "client/client_order_ids.hpp"

#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <random>

namespace runes::detail {
namespace {

std::string base36(std::uint64_t value) {
  std::array<char, 16> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 36).ptr;
  return {digits.data(), end};
}

std::string draw() {
  std::random_device device;
  return base36((std::uint64_t{device()} << 32) | device());
}

}  // namespace

std::string next_client_order_id(std::string_view prefix) {
  static std::string const process = draw();
  static std::atomic<std::uint64_t> last{0};
  std::string id(prefix);
  id += process;
  id += '-';
  id += base36(++last);
  return id;
}

}  // namespace runes::detail
