// What a key of an account may do at the exchange (docs/authentication.md, "Permissions").
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exchange {

enum class permission : std::uint8_t {
  read,      ///< to see what is its account's; every key may
  trade,     ///< orders, leverage, and what becomes of them when a connection is lost
  transfer,  ///< to deposit and withdraw
  admin      ///< the venue's operator: to open and close markets
};
std::string_view name_of(permission value) noexcept;
/// The one of that name.
std::optional<permission> permission_of(std::string_view name) noexcept;

/// Several of them, `read` always among them. A plain value.
class permissions {
 public:
  /// What the owner of an account may: all but `admin`.
  static permissions usual() noexcept;
  /// Those of a key, as its file has them: without any the usual ones. Names that are none's mean
  /// nothing.
  static permissions of(std::span<std::string const> names) noexcept;

  bool has(permission value) const noexcept { return (bits_ >> index(value) & 1u) != 0; }
  void add(permission value) noexcept { bits_ |= 1u << index(value); }
  std::vector<std::string> names() const;

 private:
  static unsigned index(permission value) noexcept { return static_cast<unsigned>(value); }
  unsigned bits_ = 1u << static_cast<unsigned>(permission::read);
};

/// "read, trade, transfer or admin", for a sentence.
std::string all_permissions();

}  // namespace exchange
