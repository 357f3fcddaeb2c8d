// Finds the numbers in an event of the runes protocol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace runes::bench {

/// Where an event stands in its topic's sequence.
struct event_place {
  std::uint64_t seq = 0;
  std::optional<std::uint64_t> prev;  ///< none: a snapshot
  std::uint64_t ts = 0;               ///< microseconds since the Unix epoch
  std::size_t end = 0;                ///< where the number of `ts` ends
};

/// Reads the numbers as a runes server writes them, one behind the other. It looks first where they
/// were in the last event, so that the usual case is one comparison.
class event_scanner {
 public:
  /// Nothing: this is no snapshot or update.
  std::optional<event_place> scan(std::string_view event) {
    constexpr std::string_view key = R"("seq":)";
    if (event.size() < at_ || !event.substr(at_).starts_with(key)) {
      auto const found = event.find(key);
      if (found == std::string_view::npos) return {};
      at_ = found;
    }
    event_place place;
    place.end = at_ + key.size();
    auto const seq = number(event, place.end);
    if (!seq) return {};
    place.seq = *seq;
    if (pass(event, place.end, R"(,"prev":)")) {
      place.prev = number(event, place.end);
      if (!place.prev) return {};
    }
    if (!pass(event, place.end, R"(,"ts":)")) return {};
    auto const ts = number(event, place.end);
    if (!ts) return {};
    place.ts = *ts;
    return place;
  }

 private:
  static bool pass(std::string_view text, std::size_t& at, std::string_view what) {
    if (!text.substr(at).starts_with(what)) return false;
    at += what.size();
    return true;
  }

  static std::optional<std::uint64_t> number(std::string_view text, std::size_t& at) {
    auto const begin = at;
    std::uint64_t value = 0;
    for (; at < text.size() && '0' <= text[at] && text[at] <= '9'; ++at) {
      value = value * 10 + static_cast<std::uint64_t>(text[at] - '0');
    }
    if (at == begin) return {};
    return value;
  }

  std::size_t at_ = 0;
};

}  // namespace runes::bench
