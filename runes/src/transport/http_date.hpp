// Times as HTTP writes them (RFC 9110, sections 5.6.7 and 10.2.3).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace runes::detail {

/// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::chrono::sys_seconds when);

/// Any of the three forms that a recipient has to accept; of a year of two digits the one that is
/// not more than fifty years ahead of `now`.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::sys_seconds now);

/// What a `Retry-After` asks to wait for, from `now` on: a number of seconds or a date. A wait of
/// more than a year is a year; a date that has passed is 0. Nothing when it is neither.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::sys_seconds now);

}  // namespace runes::detail
