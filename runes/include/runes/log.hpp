// Logging, behind a narrow door: no Boost.Log in here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runes {

/// How much a line matters, least first.
enum class severity { trace, debug, info, warning, error, fatal };
std::string_view name_of(severity level) noexcept;
/// The level of that name; nothing when there is none.
std::optional<severity> severity_from(std::string_view name) noexcept;

/// What a line looks like; `automatic` is human on a terminal, else JSON lines.
enum class log_format { automatic, human, json };
std::string_view name_of(log_format format) noexcept;
/// The format of that name; nothing when there is none.
std::optional<log_format> log_format_from(std::string_view name) noexcept;

namespace log {

/// Sends the log to standard error, in the format given (`automatic`: human on a terminal, else
/// JSON lines). May be called again. Until it is called the library logs nothing, so that it never
/// writes where an embedding program doesn't want it.
void start(severity level, log_format format = log_format::automatic);

/// Changes the level at run time. Thread-safe.
void set_level(severity level) noexcept;
severity level() noexcept;

/// Whether a line of this level would be written: one relaxed load.
bool enabled(severity level) noexcept;

/// Who says it: a part of the house ("server", "session", "client") and the connection it is about,
/// 0 for none.
struct source {
  std::string_view channel;
  std::uint64_t connection = 0;
};

/// Writes one line. Thread-safe. Nothing secret may be in `text`: it is written as it is.
void write(severity level, source from, std::string_view text);

}  // namespace log
}  // namespace runes
