// The plain text messages that drive a benchmark server.
#pragma once

#include "bench/event_text.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace runes::bench {

inline constexpr std::uint64_t largest_rate = 10'000'000;
inline constexpr std::uint64_t largest_burst = 10'000;
/// A batch is laid out in memory whole.
inline constexpr std::uint64_t largest_batch_bytes = std::uint64_t{16} << 20;

/// `s`: this connection receives what is published from now on.
struct subscribe_command {
  bool operator==(subscribe_command const&) const = default;
};

/// `pRATE,BURST[,SIZE]`: publish, in place of what was being published.
struct publish_command {
  std::uint64_t rate = 0;   ///< messages a second; 0: as fast as the subscribers take them
  std::uint64_t burst = 1;  ///< messages a batch
  std::size_t size = 200;   ///< bytes of each message
  bool operator==(publish_command const&) const = default;
};

/// `q`: publish no more.
struct stop_command {
  bool operator==(stop_command const&) const = default;
};

/// Any other text goes back to its sender.
struct echo_command {
  bool operator==(echo_command const&) const = default;
};

/// A publish command that cannot be carried out; its sender is told why.
struct refused_command {
  std::string reason;
  bool operator==(refused_command const&) const = default;
  /// The answer to send: `e` and the reason.
  std::string reply() const { return "e" + reason; }
};

using command =
    std::variant<subscribe_command, publish_command, stop_command, echo_command, refused_command>;

namespace detail {

/// Takes a whole number and the comma after it off `rest`; false if there is none or it is out of
/// range.
inline bool take_number(std::string_view& rest, std::uint64_t least, std::uint64_t most,
                        std::uint64_t& number) {
  auto const text = rest.substr(0, rest.find(','));
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  rest.remove_prefix(text.size());
  return least <= number && number <= most;
}

inline bool take_comma(std::string_view& rest) {
  if (rest.empty()) return false;
  rest.remove_prefix(1);  // numbers end at a comma or the end, so this is one
  return true;
}

inline command parse_publish(std::string_view rest) {
  publish_command made;
  if (!take_number(rest, 0, largest_rate, made.rate)) {
    return refused_command{"RATE must be a whole number from 0 to 10000000"};
  }
  if (!take_comma(rest)) return refused_command{"expected pRATE,BURST[,SIZE]"};
  if (!take_number(rest, 1, largest_burst, made.burst)) {
    return refused_command{"BURST must be a whole number from 1 to 10000"};
  }
  if (take_comma(rest)) {
    std::uint64_t size = 0;
    if (!take_number(rest, smallest_event, largest_event, size)) {
      return refused_command{"SIZE must be a whole number from 64 to 1048576"};
    }
    made.size = static_cast<std::size_t>(size);
    if (!rest.empty()) return refused_command{"expected pRATE,BURST[,SIZE]"};
  }
  if (made.burst * made.size > largest_batch_bytes) {
    return refused_command{"BURST times SIZE must be at most 16777216 bytes"};
  }
  return made;
}

}  // namespace detail

/// Reads a text message. Only `p` followed by a digit or a sign is taken for a publish command:
/// words that begin with a p are echoed like all others.
inline command parse_command(std::string_view text) {
  if (text == "s") return subscribe_command{};
  if (text == "q") return stop_command{};
  if (text.size() >= 2 && text[0] == 'p' &&
      std::string_view("0123456789+-,").find(text[1]) != std::string_view::npos) {
    return detail::parse_publish(text.substr(1));
  }
  return echo_command{};
}

}  // namespace runes::bench
