// What a line of the log looks like, apart from where it goes.
#pragma once

#include <runes/log.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace runes::detail {

/// One thing that was said.
struct log_record {
  severity level = severity::info;
  std::string_view channel;
  std::uint64_t connection = 0;
  std::string_view text;
  std::chrono::sys_time<std::chrono::microseconds> at{};
};

/// Longer texts are cut here, with a note of how much is missing: what a peer sent must not fill
/// a disk by way of the log.
inline constexpr std::size_t max_log_text = 8 * 1024;

/// `2024-05-01T12:00:00.000001Z info    server #7 text` and a line feed.
std::string human_line(log_record const& record);

/// `{"ts":…,"severity":…,"channel":…,"connection":…,"text":…}` and a line feed.
std::string json_line(log_record const& record);

/// Appends `text` with everything that could end or fake a line, or steer a terminal, written as
/// an escape: control characters, Unicode's line and paragraph separators, and the marks that turn
/// the direction of writing. What is not UTF-8 becomes U+FFFD.
void append_visible(std::string& out, std::string_view text);

}  // namespace runes::detail
