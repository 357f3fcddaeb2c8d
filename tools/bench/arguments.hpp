// Command line arguments of the benchmark programs: a table of flags, read with clear errors.
#pragma once

#include <charconv>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace runes::bench {

/// The command line is wrong; the sentence says which argument and why.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A whole or decimal number from `least` to `most`; otherwise an error that names `what`.
template <class Number>
Number parse_number(std::string_view what, std::string_view text, Number least, Number most) {
  Number number{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool const whole_text = error == std::errc() && end == text.data() + text.size();
  if (whole_text && least <= number && number <= most) return number;
  auto const plain = [](Number value) {
    char digits[64];
    return std::string(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  };
  throw usage_error(std::string(what) + " must be a number from " + plain(least) + " to " +
                    plain(most) + ", not '" + std::string(text) + "'");
}

/// What a flag does that sets a number; see parse_number().
template <class Number>
auto number_into(Number& target, std::string_view name, Number least, Number most) {
  return [&target, name, least, most](std::string_view value) {
    target = parse_number<Number>(name, value, least, most);
  };
}

/// A flag: `--name` and, unless `value` is empty, the value that follows it (`--name VALUE` or
/// `--name=VALUE`).
struct flag {
  std::string_view name;
  std::string_view value;
  std::string_view help;
  std::function<void(std::string_view)> apply;
};

/// Applies the flags in `arguments` and returns the rest, in order.
/// @throws usage_error for an unknown flag, a missing value or one too many.
std::vector<std::string_view> read_flags(std::vector<flag> const& flags,
                                         std::vector<std::string_view> const& arguments);

/// For programs that take flags only. @throws usage_error when there is a rest.
void require_none(std::vector<std::string_view> const& rest);

/// The flags as lines of a --help text.
std::string describe(std::vector<flag> const& flags);

}  // namespace runes::bench
