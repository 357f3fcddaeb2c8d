#include "transport/extension_list.hpp"

#include <cstddef>

namespace runes::detail {
namespace {

bool is_token_char(char c) noexcept {
  constexpr std::string_view separators = "()<>@,;:\\\"/[]?={} \t";
  return c > ' ' && c < 0x7f && separators.find(c) == std::string_view::npos;
}

/// Reads from the front of a text.
class cursor {
 public:
  explicit cursor(std::string_view text) noexcept : rest_(text) { skip_blanks(); }

  bool at_end() const noexcept { return rest_.empty(); }
  bool take(char c) noexcept {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    skip_blanks();
    return true;
  }
  /// Empty if there is none.
  std::string_view token() noexcept {
    auto const found = bare_token();
    skip_blanks();
    return found;
  }
  /// A token, in quotes or without; in quotes it is no less a token.
  std::string_view value() noexcept {
    if (!rest_.starts_with('"')) return token();
    rest_.remove_prefix(1);
    auto const found = bare_token();
    return take('"') ? found : std::string_view();
  }

 private:
  std::string_view bare_token() noexcept {
    std::size_t size = 0;
    while (size < rest_.size() && is_token_char(rest_[size])) ++size;
    auto const found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }
  void skip_blanks() noexcept {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

std::optional<extension> read_extension(cursor& from) {
  extension one;
  one.name = from.token();
  if (one.name.empty()) return {};
  while (from.take(';')) {
    auto const name = from.token();
    std::string_view value;
    if (name.empty()) return {};
    if (from.take('=')) {
      value = from.value();
      if (value.empty()) return {};
    }
    one.parameters.emplace_back(name, value);
  }
  return one;
}

}  // namespace

std::optional<std::vector<extension>> read_extensions(std::string_view header) {
  std::vector<extension> all;
  cursor from(header);
  while (!from.at_end()) {
    if (from.take(',')) continue;  // an empty place in the list, as HTTP allows
    auto one = read_extension(from);
    if (!one || !(from.at_end() || from.take(','))) return {};
    all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace runes::detail
