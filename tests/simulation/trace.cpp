#include "simulation/trace.hpp"

namespace runes::simulation {
namespace {

constexpr std::size_t time_width = 13;
constexpr std::size_t who_width = 10;

void pad(std::string& out, std::size_t width, std::size_t used) {
  out.append(used < width ? width - used : 0, ' ');
}

}  // namespace

std::string seconds_text(std::chrono::nanoseconds time) {
  auto const us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  std::string const fraction = std::to_string(us % 1'000'000);
  std::string text = std::to_string(us / 1'000'000) + '.';
  text.append(6 - fraction.size(), '0');
  return text + fraction;
}

void trace::line(std::chrono::nanoseconds at, std::string_view who, std::string_view what) {
  std::string const time = seconds_text(at);
  pad(text_, time_width, time.size());
  text_ += time;
  text_ += "  ";
  text_ += who;
  pad(text_, who_width, who.size());
  text_ += ' ';
  text_ += what;
  text_ += '\n';
}

std::string_view last_lines(std::string_view text, std::size_t count) noexcept {
  std::size_t from = text.size();
  while (from > 0) {
    if (text[from - 1] == '\n' && from < text.size() && --count == 0) break;
    --from;
  }
  return text.substr(from);
}

}  // namespace runes::simulation
