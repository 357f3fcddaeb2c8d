#include "server/config_keys.hpp"

#include "protocol/json_writer.hpp"
#include "server/ip_range.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace runes::detail {
namespace {

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};

std::optional<std::string> unless(bool fine, key_rule const& rule, key_value const& value) {
  if (fine) return std::nullopt;
  return must_be(asked_for(rule), shown(value));
}

std::optional<std::string> problem_with_items(std::vector<std::string> const& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (ip_range::parse(items[i])) continue;
    std::string where(1, '[');
    where.append(std::to_string(i)).append(1, ']');
    return where + must_be(range_asked_for, json_string(items[i]));
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> items;
  if (trimmed(text).empty()) return items;
  for (;;) {
    auto const comma = text.find(',');
    items.emplace_back(trimmed(text.substr(0, comma)));
    if (comma == text.npos) return items;
    text.remove_prefix(comma + 1);
  }
}

/// The text as the rule's type; as a string, which then is of the wrong type, when it can't be.
key_value from_text(key_rule const& rule, std::string_view text) {
  auto const end = text.data() + text.size();
  if (std::holds_alternative<whole_number>(rule)) {
    std::uint64_t number = 0;
    auto const [stop, failure] = std::from_chars(text.data(), end, number);
    if (failure == std::errc{} && stop == end) return number;
  } else if (std::holds_alternative<true_or_false>(rule)) {
    if (text == "true" || text == "false") return text == "true";
  } else if (std::holds_alternative<address_ranges>(rule)) {
    return split(text);
  }
  return std::string(text);
}

bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
char lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) noexcept { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

/// Whether a word of the key begins here: `IP` and `Whitelist` in `enableIPWhitelist`, but nothing
/// within the plural `IPs`.
bool begins_word(std::string_view key, std::size_t i) {
  if (i == 0 || !is_upper(key[i]) || key[i - 1] == '.') return false;
  if (!is_upper(key[i - 1])) return true;
  auto const next = key.substr(i + 1);
  bool const plural = next.starts_with('s') && (next.size() == 1 || !is_lower(next[1]));
  return !next.empty() && is_lower(next[0]) && !plural;
}

/// Insertions, removals and replacements that make one text of the other, whatever their case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      auto const replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string_view without_article(std::string_view text) {
  for (std::string_view article : {"a ", "an "}) {
    if (text.starts_with(article)) return text.substr(article.size());
  }
  return text;
}

}  // namespace

std::string_view name_of(reload_scope scope) noexcept {
  switch (scope) {
    case reload_scope::at_once:
      return "at once";
    case reload_scope::new_connections:
      return "new connections";
    case reload_scope::restart:
      return "restart";
  }
  return "";
}

std::string must_be(std::string_view what, std::string_view given) {
  return std::string(" must be ").append(what).append(", not ").append(given);
}

std::string asked_for(key_rule const& rule) {
  return std::visit(
      overloaded{
          [](whole_number range) {
            return "a whole number from " + std::to_string(range.least) + " to " +
                   std::to_string(range.most);
          },
          [](true_or_false) { return std::string("true or false"); },
          [](host_address) { return std::string("an IP address or \"localhost\""); },
          [](address_ranges) { return std::string("a list of IP addresses and CIDR ranges"); },
          [](one_of const& choice) {
            std::string all;
            for (std::size_t i = 0; i < choice.names.size(); ++i) {
              if (i != 0) all += i + 1 == choice.names.size() ? " or " : ", ";
              all += choice.names[i];
            }
            return all;
          }},
      rule);
}

std::optional<std::string> problem_with(key_rule const& rule, key_value const& value) {
  if (auto const* range = std::get_if<whole_number>(&rule)) {
    auto const* number = std::get_if<std::uint64_t>(&value);
    return unless(number && *number >= range->least && *number <= range->most, rule, value);
  }
  if (std::holds_alternative<true_or_false>(rule)) {
    return unless(std::holds_alternative<bool>(value), rule, value);
  }
  if (std::holds_alternative<address_ranges>(rule)) {
    auto const* items = std::get_if<std::vector<std::string>>(&value);
    return items ? problem_with_items(*items) : unless(false, rule, value);
  }
  auto const* text = std::get_if<std::string>(&value);
  if (!text) return unless(false, rule, value);
  if (auto const* choice = std::get_if<one_of>(&rule)) {
    return unless(std::ranges::find(choice->names, *text) != choice->names.end(), rule, value);
  }
  return unless(*text == "localhost" || parse_address(*text), rule, value);
}

std::string shown(key_value const& value) {
  return std::visit(overloaded{[](std::uint64_t number) { return std::to_string(number); },
                               [](bool yes) { return std::string(yes ? "true" : "false"); },
                               [](std::string const& text) { return json_string(text); },
                               [](std::vector<std::string> const& items) {
                                 std::string all = "[";
                                 for (auto const& item : items) {
                                   if (all.size() > 1) all += ", ";
                                   all += json_string(item);
                                 }
                                 return all + "]";
                               }},
                    value);
}

void set_from_text(server_config& into, config_entry const& entry, std::string_view name,
                   std::string_view text) {
  auto const value = from_text(entry.rule, text);
  if (auto const problem = problem_with(entry.rule, value)) {
    throw error(errc::bad_config, std::string(name) + *problem);
  }
  entry.set(into, value);
}

std::string environment_name(std::string_view key) {
  std::string name = "RUNES_";
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (begins_word(key, i)) name += '_';
    name += key[i] == '.' ? '_' : upper(key[i]);
  }
  return name;
}

std::string keys_as_markdown() {
  std::string table =
      "| key | environment | value | default | reload | meaning |\n|---|---|---|---|---|---|\n";
  for (auto const& key : config_keys()) {
    table += "| `" + key.name + "` | `" + environment_name(key.name) + "` | " + key.type + " | `" +
             key.default_value + "` | " + key.reload + " | " + key.meaning + " |\n";
  }
  return table;
}

std::string did_you_mean(std::string_view word, std::span<std::string const> candidates) {
  // What a typing mistake changes: a third of the letters at most, or two that changed places.
  auto nearest = std::max<std::size_t>(word.size() / 3, 2) + 1;
  std::string_view best;
  for (std::string_view candidate : candidates) {
    auto const last_part = candidate.substr(candidate.rfind('.') + 1);
    auto const far = std::min(distance(word, candidate), distance(word, last_part));
    if (far < nearest) {
      nearest = far;
      best = candidate;
    }
  }
  return best.empty() ? std::string() : "; did you mean " + std::string(best) + "?";
}

}  // namespace runes::detail

namespace runes {

std::vector<config_key> config_keys() {
  server_config const defaults;
  std::vector<config_key> keys;
  for (auto const& entry : detail::config_entries()) {
    auto const asked = detail::asked_for(entry.rule);
    keys.push_back({std::string(entry.name), std::string(detail::without_article(asked)),
                    detail::shown(entry.get(defaults)), std::string(entry.meaning),
                    std::string(detail::name_of(entry.reload))});
  }
  return keys;
}

}  // namespace runes
