#include <runes/decimal.hpp>
#include <runes/error.hpp>

#include <array>
#include <limits>
#include <ostream>

#include "protocol/json_writer.hpp"

namespace runes {
namespace {

// Wide enough for any product of two decimals, and for any decimal brought to another's scale.
__extension__ using wide = __int128;

constexpr auto powers_of_ten = [] {
  std::array<std::int64_t, decimal::max_scale + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool fits(wide units) noexcept {
  return units >= std::numeric_limits<std::int64_t>::min() &&
         units <= std::numeric_limits<std::int64_t>::max();
}

wide units_at(decimal value, unsigned scale) noexcept {
  return static_cast<wide>(value.units()) * powers_of_ten[scale - value.scale()];
}

decimal checked(wide units, unsigned scale, char const* what) {
  if (!fits(units)) throw error(errc::bad_decimal, std::string(what) + " does not fit a decimal");
  return {static_cast<std::int64_t>(units), scale};
}

// The text of a decimal, taken apart.
struct parts {
  bool negative = false;
  std::string_view whole, fraction;
};

std::optional<parts> take_apart(std::string_view text) noexcept {
  parts result;
  if (text.starts_with('-')) {
    result.negative = true;
    text.remove_prefix(1);
  }
  std::size_t point = 0;
  while (point < text.size() && is_digit(text[point])) ++point;
  if (point == 0) return {};
  result.whole = text.substr(0, point);
  if (point == text.size()) return result;
  result.fraction = text.substr(point + 1);
  if (text[point] != '.' || result.fraction.empty()) return {};
  for (char const c : result.fraction) {
    if (!is_digit(c)) return {};
  }
  return result;
}

// Appends decimal digits to `units`, counting downwards: the lowest integer has no positive
// counterpart.
bool append_digits(std::int64_t& units, std::string_view digits) noexcept {
  for (char const c : digits) {
    if (__builtin_mul_overflow(units, std::int64_t{10}, &units)) return false;
    if (__builtin_sub_overflow(units, std::int64_t{c - '0'}, &units)) return false;
  }
  return true;
}

// Precondition: the fraction has at most `scale` digits, and scale <= max_scale.
std::optional<decimal> assemble(parts const& from, unsigned scale) noexcept {
  std::int64_t units = 0;
  if (!append_digits(units, from.whole) || !append_digits(units, from.fraction)) return {};
  auto const missing = powers_of_ten[scale - from.fraction.size()];
  if (__builtin_mul_overflow(units, missing, &units)) return {};
  if (!from.negative && __builtin_sub_overflow(std::int64_t{0}, units, &units)) return {};
  return decimal(units, scale);
}

decimal or_throw(std::optional<decimal> parsed, std::string_view text, std::string const& wanted) {
  if (parsed) return *parsed;
  throw error(errc::bad_decimal, "'" + std::string(text) + "' is not " + wanted);
}

}  // namespace

std::optional<decimal> decimal::parse(std::string_view text) noexcept {
  auto const split = take_apart(text);
  if (!split || split->fraction.size() > max_scale) return {};
  return assemble(*split, static_cast<unsigned>(split->fraction.size()));
}

std::optional<decimal> decimal::parse(std::string_view text, unsigned scale) noexcept {
  auto split = take_apart(text);
  if (!split || scale > max_scale) return {};
  if (split->fraction.size() > scale) {
    if (split->fraction.find_first_not_of('0', scale) != std::string_view::npos) return {};
    split->fraction = split->fraction.substr(0, scale);
  }
  return assemble(*split, scale);
}

decimal decimal::from(std::string_view text) {
  return or_throw(parse(text), text, "a decimal number that can be held exactly");
}

decimal decimal::from(std::string_view text, unsigned scale) {
  return or_throw(parse(text, scale), text,
                  "a decimal number of at most " + std::to_string(scale) + " decimals that fits");
}

std::optional<decimal> decimal::rescaled(unsigned scale) const noexcept {
  if (scale == scale_) return *this;
  if (scale > max_scale) return {};
  if (scale > scale_) {
    auto const units = units_at(*this, scale);
    if (!fits(units)) return {};
    return decimal(static_cast<std::int64_t>(units), scale);
  }
  auto const divisor = powers_of_ten[scale_ - scale];
  if (units_ % divisor != 0) return {};
  return decimal(units_ / divisor, scale);
}

std::string decimal::str() const {
  char text[detail::max_decimal_chars];
  return {text, detail::write_decimal(text, *this)};
}

void decimal::append_to(std::string& out) const {
  char text[detail::max_decimal_chars];
  out.append(text, detail::write_decimal(text, *this));
}

decimal decimal::negated() const { return checked(-static_cast<wide>(units_), scale_, "negation"); }

std::strong_ordering decimal::compare(decimal a, decimal b) noexcept {
  if (a.scale_ == b.scale_) return a.units_ <=> b.units_;
  auto const scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  auto const left = units_at(a, scale), right = units_at(b, scale);
  if (left == right) return std::strong_ordering::equal;
  return left < right ? std::strong_ordering::less : std::strong_ordering::greater;
}

decimal decimal::add(decimal a, decimal b) {
  auto const scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  return checked(units_at(a, scale) + units_at(b, scale), scale, "sum");
}

decimal decimal::subtract(decimal a, decimal b) {
  auto const scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  return checked(units_at(a, scale) - units_at(b, scale), scale, "difference");
}

decimal decimal::multiply(decimal a, decimal b) {
  auto units = static_cast<wide>(a.units_) * b.units_;
  auto scale = static_cast<unsigned>(a.scale_) + b.scale_;
  while (scale > 0 && (scale > max_scale || !fits(units)) && units % 10 == 0) {
    units /= 10;
    --scale;
  }
  if (scale > max_scale) throw error(errc::bad_decimal, "product has too many decimals");
  return checked(units, scale, "product");
}

void decimal::throw_bad_scale(unsigned scale) {
  throw error(errc::bad_decimal, "a decimal has at most " + std::to_string(max_scale) +
                                     " digits behind the point, not " + std::to_string(scale));
}

std::ostream& operator<<(std::ostream& out, decimal value) { return out << value.str(); }

}  // namespace runes
