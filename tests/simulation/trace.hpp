// What happened in a run, line by line.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runes::simulation {

/// How much of a run is written down.
enum class trace_level {
  none,
  events,  ///< faults, connections, states, what readers are told of outages
  frames,  ///< and every frame and every change
};

/// The lines of a run, each with its virtual time. Two runs of one seed have the same, byte for
/// byte.
class trace {
 public:
  explicit trace(trace_level level) noexcept : level_(level) {}

  bool wants(trace_level level) const noexcept { return level <= level_; }
  /// `who` is an actor: "client 2", "server A", "link 7".
  void line(std::chrono::nanoseconds at, std::string_view who, std::string_view what);

  std::string const& text() const noexcept { return text_; }

 private:
  trace_level level_;
  std::string text_;
};

/// The last so many lines of a text.
std::string_view last_lines(std::string_view text, std::size_t count) noexcept;

/// A broken promise: which of them, when, and what was seen.
struct violation {
  std::string invariant;
  std::chrono::nanoseconds at;
  std::string sentence;
};

/// The promises, by the names that reports and docs use.
namespace invariant {
inline constexpr std::string_view convergence = "convergence";  ///< views equal the servers' state
inline constexpr std::string_view truth = "truth";              ///< no view is ever silently wrong
inline constexpr std::string_view continuity = "continuity";    ///< events follow each other
inline constexpr std::string_view exact_log = "exact log";      ///< each entry once, or in a gap
inline constexpr std::string_view private_events = "private";   ///< none of an account's is lost
inline constexpr std::string_view sound_server = "sound server";  ///< no client finds fault with it
inline constexpr std::string_view bounds = "bounds";              ///< no queue is over its bound
inline constexpr std::string_view requests = "requests";          ///< each is answered, and truly
inline constexpr std::string_view liveness = "liveness";  ///< all are there again when all is well
inline constexpr std::string_view clean_end = "clean end";  ///< nothing is left running
}  // namespace invariant

/// `0.001234` for 1,234 microseconds.
std::string seconds_text(std::chrono::nanoseconds time);

}  // namespace runes::simulation
