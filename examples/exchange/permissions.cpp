#include "permissions.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace exchange {
namespace {

constexpr std::array<std::string_view, 4> all_names{"read", "trade", "transfer", "admin"};

}  // namespace

std::string_view name_of(permission value) noexcept {
  return all_names[static_cast<std::size_t>(value)];
}

std::optional<permission> permission_of(std::string_view name) noexcept {
  auto const found = std::ranges::find(all_names, name);
  if (found == all_names.end()) return std::nullopt;
  return static_cast<permission>(std::distance(all_names.begin(), found));
}

permissions permissions::usual() noexcept {
  permissions made;
  made.add(permission::trade);
  made.add(permission::transfer);
  return made;
}

permissions permissions::of(std::span<std::string const> names) noexcept {
  if (names.empty()) return usual();
  permissions made;
  for (auto const& name : names) {
    if (auto const one = permission_of(name)) made.add(*one);
  }
  return made;
}

std::vector<std::string> permissions::names() const {
  std::vector<std::string> names;
  for (auto const name : all_names) {
    if (has(*permission_of(name))) names.emplace_back(name);
  }
  return names;
}

std::string all_permissions() {
  std::string list;
  for (auto const name : all_names) {
    if (!list.empty()) list += name == all_names.back() ? " or " : ", ";
    list += name;
  }
  return list;
}

}  // namespace exchange
