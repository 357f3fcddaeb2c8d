#include "transport/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace runes::detail {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
namespace chrono = std::chrono;

constexpr std::array<std::string_view, 7> days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr seconds longest_wait = chrono::hours(24 * 365);

/// Reads a text from the front; once something was not there it stays wrong.
class fields {
 public:
  explicit fields(std::string_view text) noexcept : rest_(text) {}

  bool take(std::string_view expected) noexcept {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  void require(std::string_view expected) noexcept { good_ = take(expected) && good_; }

  /// The name of a day, whole or its first three letters.
  void day_name(std::size_t letters) noexcept {
    good_ = good_ && std::any_of(days.begin(), days.end(),
                                 [&](auto day) { return take(day.substr(0, letters)); });
  }
  unsigned month() noexcept {
    for (unsigned i = 0; i < months.size(); ++i)
      if (take(months[i])) return i + 1;
    good_ = false;
    return 0;
  }
  int number(std::size_t digits) noexcept {
    int value = 0;
    auto const text = rest_.substr(0, digits);
    auto const end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
    good_ = good_ && text.size() == digits && end == text.data() + digits && value >= 0;
    rest_.remove_prefix(text.size());
    return value;
  }
  bool all_read() const noexcept { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct date {
  int year = 0, day = 0, hour = 0, minute = 0, second = 0;
  unsigned month = 0;

  void time(fields& in) noexcept {
    hour = in.number(2);
    in.require(":");
    minute = in.number(2);
    in.require(":");
    second = in.number(2);
  }
  std::optional<sys_seconds> value() const noexcept {
    chrono::year_month_day const ymd(chrono::year(year), chrono::month(month),
                                     chrono::day(static_cast<unsigned>(day)));
    if (!ymd.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;  // a leap second
    return chrono::sys_days(ymd) + chrono::hours(hour) + chrono::minutes(minute) + seconds(second);
  }
};

std::optional<sys_seconds> if_read(fields const& in, date const& read) noexcept {
  return in.all_read() ? read.value() : std::nullopt;
}

/// Sun, 06 Nov 1994 08:49:37 GMT
std::optional<sys_seconds> parse_fixed(std::string_view text) noexcept {
  fields in(text);
  date read;
  in.day_name(3);
  in.require(", ");
  read.day = in.number(2);
  in.require(" ");
  read.month = in.month();
  in.require(" ");
  read.year = in.number(4);
  in.require(" ");
  read.time(in);
  in.require(" GMT");
  return if_read(in, read);
}

int full_year(int two_digits, sys_seconds now) noexcept {
  int const this_year =
      static_cast<int>(chrono::year_month_day(chrono::floor<chrono::days>(now)).year());
  int const year = this_year - this_year % 100 + two_digits;
  return year > this_year + 50 ? year - 100 : year;
}

/// Sunday, 06-Nov-94 08:49:37 GMT
std::optional<sys_seconds> parse_rfc850(std::string_view text, sys_seconds now) noexcept {
  fields in(text);
  date read;
  in.day_name(std::string_view::npos);
  in.require(", ");
  read.day = in.number(2);
  in.require("-");
  read.month = in.month();
  in.require("-");
  read.year = full_year(in.number(2), now);
  in.require(" ");
  read.time(in);
  in.require(" GMT");
  return if_read(in, read);
}

/// Sun Nov  6 08:49:37 1994
std::optional<sys_seconds> parse_asctime(std::string_view text) noexcept {
  fields in(text);
  date read;
  in.day_name(3);
  in.require(" ");
  read.month = in.month();
  in.require(" ");
  read.day = in.take(" ") ? in.number(1) : in.number(2);
  in.require(" ");
  read.time(in);
  in.require(" ");
  read.year = in.number(4);
  return if_read(in, read);
}

}  // namespace

std::string http_date(sys_seconds when) {
  auto const day = chrono::floor<chrono::days>(when);
  chrono::year_month_day const ymd(day);
  chrono::hh_mm_ss const time(when - day);
  std::array<char, 64> text{};
  int const size = std::snprintf(
      text.data(), text.size(), "%.3s, %02u %s %04d %02d:%02d:%02d GMT",
      days[chrono::weekday(day).c_encoding()].data(), static_cast<unsigned>(ymd.day()),
      months[static_cast<unsigned>(ymd.month()) - 1].data(), static_cast<int>(ymd.year()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<sys_seconds> parse_http_date(std::string_view text, sys_seconds now) {
  if (auto const read = parse_fixed(text)) return read;
  if (auto const read = parse_rfc850(text, now)) return read;
  return parse_asctime(text);
}

std::optional<seconds> parse_retry_after(std::string_view text, sys_seconds now) {
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    std::int64_t count = longest_wait.count();  // what has too many digits is too long as well
    std::from_chars(text.data(), text.data() + text.size(), count);
    return std::min(seconds(count), longest_wait);
  }
  auto const date = parse_http_date(text, now);
  if (!date) return std::nullopt;
  return std::clamp(*date - now, seconds(0), longest_wait);
}

}  // namespace runes::detail
