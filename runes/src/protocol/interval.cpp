#include "protocol/interval.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace runes::detail {
namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> units{
    {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::int64_t longest_ms = 86'400'000;

}  // namespace

std::optional<std::chrono::milliseconds> parse_interval(std::string_view text) noexcept {
  if (text == "raw") return std::chrono::milliseconds::zero();
  std::int64_t count = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (ec != std::errc{} || count <= 0 || count > longest_ms) return {};
  std::string_view const unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (auto const& [name, ms] : units) {
    if (unit == name && count <= longest_ms / ms) return std::chrono::milliseconds(count * ms);
  }
  return {};
}

std::string format_interval(std::chrono::milliseconds interval) {
  if (interval.count() == 0) return "raw";
  for (auto const& [name, ms] : units) {
    if (interval.count() % ms == 0) return std::to_string(interval.count() / ms).append(name);
  }
  return {};  // not reached: every count is a multiple of one
}

}  // namespace runes::detail
