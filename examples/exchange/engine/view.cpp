// What can be asked of an engine between two commands.
#include "matching_engine.hpp"

namespace exchange::engine {

std::optional<new_order> matching_engine::find(order_id id) const noexcept {
  auto const at = book_.find(id);
  if (at == nil) return std::nullopt;
  return book_.describe(at);
}

std::optional<level_view> matching_engine::best(side which) const noexcept {
  auto const at = book_.ladder(which).best();
  if (at == nil) return std::nullopt;
  auto const& level = book_.level(at);
  return level_view{level.price, level.quantity, level.orders};
}

std::size_t matching_engine::levels(side which, std::span<level_view> out) const noexcept {
  auto const& ladder = book_.ladder(which);
  std::size_t count = 0;
  for (auto at = ladder.best(); at != nil && count < out.size(); at = ladder.worse(at)) {
    auto const& level = book_.level(at);
    out[count++] = {level.price, level.quantity, level.orders};
  }
  return count;
}

}  // namespace exchange::engine
