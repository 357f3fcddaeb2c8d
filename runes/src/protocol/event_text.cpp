#include "protocol/event_text.hpp"

#include "protocol/json_writer.hpp"

#include <array>
#include <charconv>

namespace runes::detail {
namespace {

void append_names(std::string& out, std::string_view event, std::string_view channel,
                  std::string_view symbol, std::optional<std::string_view> interval,
                  std::optional<unsigned> depth) {
  out += R"({"event":)";
  append_string(out, event);
  out += R"(,"channel":)";
  append_string(out, channel);
  out += R"(,"symbol":)";
  append_string(out, symbol);
  if (interval) {
    out += R"(,"interval":)";
    append_string(out, *interval);
  }
  if (depth) {
    out += R"(,"depth":)";
    append_integer(out, std::uint64_t{*depth});
  }
}

}  // namespace

std::string event_head(std::string_view event, std::string_view channel, std::string_view symbol,
                       std::optional<std::string_view> interval, std::optional<unsigned> depth) {
  std::string out;
  append_names(out, event, channel, symbol, interval, depth);
  out += R"(,"type":)";
  return out;
}

void append_event(std::string& out, std::string_view head, event_numbers const& numbers,
                  payload const& data) {
  out += head;
  out += numbers.prev ? R"("update","epoch":")" : R"("snapshot","epoch":")";
  out += numbers.epoch;
  out += R"(","seq":)";
  append_integer(out, numbers.seq);
  if (numbers.prev) {
    out += R"(,"prev":)";
    append_integer(out, *numbers.prev);
  }
  out += R"(,"ts":)";
  append_integer(out, std::int64_t{numbers.ts.time_since_epoch().count()});
  out += R"(,"data":)";
  data.encode(out);
  out += '}';
}

std::string gap_event(std::string_view channel, std::string_view symbol,
                      std::optional<std::string_view> interval, std::optional<unsigned> depth,
                      std::string_view epoch, std::uint64_t from, std::uint64_t to) {
  std::string out;
  append_names(out, "gap", channel, symbol, interval, depth);
  out += R"(,"epoch":")";
  out += epoch;
  out += R"(","from":)";
  append_integer(out, from);
  out += R"(,"to":)";
  append_integer(out, to);
  out += '}';
  return out;
}

std::string epoch_text(std::uint64_t epoch) {
  std::array<char, 16> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), epoch, 36).ptr;
  return {digits.data(), end};
}

}  // namespace runes::detail
