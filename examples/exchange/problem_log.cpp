#include "problem_log.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <utility>

namespace exchange {
namespace {

std::string utc(runes::timestamp ts) {
  auto const second = std::chrono::floor<std::chrono::seconds>(ts);
  auto const ms = std::chrono::floor<std::chrono::milliseconds>(ts - second).count();
  std::time_t const seconds = second.time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  auto const length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &parts);
  auto const fraction = std::to_string(1000 + ms).substr(1);  // three digits
  return std::string(text.data(), length) + fraction + 'Z';
}

}  // namespace

problem_log::problem_log(std::string origin, std::uint64_t most)
    : origin_(std::move(origin)), most_(most) {}

std::optional<std::string> problem_log::add(problem const& what, runes::timestamp ts) {
  if (ended_) return std::nullopt;
  ++seen_;
  if (seen_ > most_ + 1) return std::nullopt;
  auto const where =
      what.line > 0 ? origin_ + ':' + std::to_string(what.line) : origin_ + ", at " + utc(ts);
  if (seen_ <= most_) return where + ": " + what.sentence;
  return where + ": more problems; from here on they are only counted";
}

std::optional<std::string> problem_log::end() {
  if (std::exchange(ended_, true) || seen_ <= most_) return std::nullopt;
  return origin_ + ": " + std::to_string(seen_) + " problems in all, the first " +
         std::to_string(most_) + " of them above";
}

}  // namespace exchange
