// Exact decimals: an integer and the number of digits behind the point.
#pragma once

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace runes {

/// An exact decimal number: `units` / 10^`scale`. Prices, quantities and money are decimals
/// everywhere; on the wire they are strings written with all of their digits (protocol.md,
/// "Transport").
///
/// Nothing here rounds: an operation whose result cannot be held exactly says so, by an empty
/// optional or by throwing `error(errc::bad_decimal)`. A plain value; safe to copy between threads.
class decimal {
 public:
  /// At most this many digits behind the point.
  static constexpr unsigned max_scale = 18;

  constexpr decimal() noexcept = default;
  /// Throws error(errc::bad_decimal) when `scale` is above max_scale; does not compile then in a
  /// constant expression.
  constexpr decimal(std::int64_t units, unsigned scale)
      : units_(units), scale_(static_cast<std::uint8_t>(scale)) {
    if (scale > max_scale) throw_bad_scale(scale);
  }

  /// Reads `-?digits[.digits]` and keeps the digits behind the point as they were written ("1.50"
  /// has scale 2). No exponent, no plus sign, no blanks. Empty when the text is anything else, or
  /// does not fit.
  static std::optional<decimal> parse(std::string_view text) noexcept;
  /// The same at a given scale: "1.5" at 2 is 1.50; "1.555" at 2 is empty, for it would have to be
  /// rounded.
  static std::optional<decimal> parse(std::string_view text, unsigned scale) noexcept;
  /// As parse(), but throws error(errc::bad_decimal) with a sentence that quotes the text.
  static decimal from(std::string_view text);
  static decimal from(std::string_view text, unsigned scale);

  constexpr std::int64_t units() const noexcept { return units_; }
  constexpr unsigned scale() const noexcept { return scale_; }

  /// The same number with another count of digits; empty when digits would be lost or it does not
  /// fit.
  std::optional<decimal> rescaled(unsigned scale) const noexcept;

  /// All digits of the scale: decimal(5000025, 2) is "50000.25", decimal(5, 3) is "0.005".
  std::string str() const;
  void append_to(std::string& out) const;

  /// By value: 1.5 equals 1.50.
  friend bool operator==(decimal a, decimal b) noexcept { return (a <=> b) == 0; }
  friend std::strong_ordering operator<=>(decimal a, decimal b) noexcept { return compare(a, b); }

  /// The result has the larger of both scales. Throws error(errc::bad_decimal) when it does not
  /// fit.
  friend decimal operator+(decimal a, decimal b) { return add(a, b); }
  friend decimal operator-(decimal a, decimal b) { return subtract(a, b); }
  decimal negated() const;
  /// Exact product, with the sum of both scales, or fewer digits where it would not fit otherwise
  /// and nothing is lost.
  friend decimal operator*(decimal a, decimal b) { return multiply(a, b); }

 private:
  static std::strong_ordering compare(decimal a, decimal b) noexcept;
  static decimal add(decimal a, decimal b);
  static decimal subtract(decimal a, decimal b);
  static decimal multiply(decimal a, decimal b);
  [[noreturn]] static void throw_bad_scale(unsigned scale);

  std::int64_t units_ = 0;
  std::uint8_t scale_ = 0;
};

std::ostream& operator<<(std::ostream& out, decimal value);

}  // namespace runes
