#include "recording.hpp"

#include <runes/error.hpp>

#include <boost/json.hpp>

#include <charconv>
#include <limits>
#include <utility>

namespace exchange {
namespace {

namespace json = boost::json;

constexpr std::size_t block_size = 256 * 1024;

[[noreturn]] void damaged(std::string sentence) {
  throw runes::error(runes::errc::bad_event, std::move(sentence));
}

std::string quoted(std::string_view key) { return '"' + std::string(key) + '"'; }

json::value const& get(json::object const& from, std::string_view key) {
  auto const* value = from.if_contains(key);
  if (!value) damaged(quoted(key) + " is missing");
  return *value;
}

std::string_view text(json::object const& from, std::string_view key) {
  auto const* value = get(from, key).if_string();
  if (!value) damaged(quoted(key) + " is no string");
  return *value;
}

std::uint64_t whole_number(json::object const& from, std::string_view key) {
  auto const& value = get(from, key);
  if (auto const* small = value.if_int64(); small && *small >= 0)
    return static_cast<std::uint64_t>(*small);
  if (auto const* large = value.if_uint64()) return *large;
  damaged(quoted(key) + " is no whole number");
}

runes::timestamp time(json::object const& from, std::string_view key) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max() / 1'000'000;  // in ns, too
  auto const ms = whole_number(from, key);
  if (ms > static_cast<std::uint64_t>(most)) damaged(quoted(key) + " is no time");
  return runes::timestamp(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
}

std::optional<runes::timestamp> time_if_any(json::object const& from, std::string_view key) {
  if (!from.contains(key)) return std::nullopt;
  return time(from, key);
}

runes::decimal number(std::string_view written) {
  auto const value = runes::decimal::parse(written);
  if (!value || value->units() < 0) damaged(quoted(written) + " is no price and no quantity");
  return *value;
}

runes::decimal price(std::string_view written) {
  auto const value = number(written);
  if (value.units() == 0) damaged("a price of zero");
  return value;
}

std::string_view level_part(json::array const& level, std::size_t n) {
  auto const* written = level.size() == 2 ? level[n].if_string() : nullptr;
  if (!written) damaged("a level of the book is no pair of strings");
  return *written;
}

std::vector<runes::level> levels(json::object const& from, std::string_view key) {
  auto const* list = get(from, key).if_array();
  if (!list) damaged(quoted(key) + " is no list");
  std::vector<runes::level> result;
  result.reserve(list->size());
  for (auto const& entry : *list) {
    auto const* level = entry.if_array();
    if (!level) damaged("a level of the book is no pair of strings");
    result.push_back({price(level_part(*level, 0)), number(level_part(*level, 1))});
  }
  return result;
}

depth_diff read_diff(json::object const& data) {
  depth_diff diff;
  diff.symbol = text(data, "s");
  diff.first = whole_number(data, "U");
  diff.last = whole_number(data, "u");
  if (diff.first > diff.last) damaged("\"U\" is above \"u\"");
  if (data.contains("pu")) diff.previous = whole_number(data, "pu");
  diff.ts = time(data, "E");
  diff.bids = levels(data, "b");
  diff.asks = levels(data, "a");
  return diff;
}

// Futures report bookings of the exchange itself, such as those of its insurance fund, as trades of
// nothing.
bool of_nothing(runes::decimal price, runes::decimal quantity) {
  return price.units() == 0 || quantity.units() == 0;
}

std::optional<recorded_trade> read_trade(json::object const& data) {
  recorded_trade result;
  result.symbol = text(data, "s");
  auto& trade = result.trade;
  trade.trade_id = whole_number(data, "t");
  trade.price = number(text(data, "p"));
  trade.quantity = number(text(data, "q"));
  trade.ts = time(data, "T");
  auto const* buyer_is_maker = get(data, "m").if_bool();
  if (!buyer_is_maker) damaged("\"m\" is neither true nor false");
  trade.taker = *buyer_is_maker ? runes::side::sell : runes::side::buy;
  if (of_nothing(trade.price, trade.quantity)) return std::nullopt;
  return result;
}

book_ticker read_book_ticker(json::object const& data) {
  book_ticker result;
  result.symbol = text(data, "s");
  result.update_id = whole_number(data, "u");
  result.bid = {number(text(data, "b")), number(text(data, "B"))};
  result.ask = {number(text(data, "a")), number(text(data, "A"))};
  result.ts = time_if_any(data, "E");
  return result;
}

rest_snapshot read_snapshot(json::object const& data) {
  rest_snapshot result;
  result.last_update_id = whole_number(data, "lastUpdateId");
  result.ts = time_if_any(data, "E");
  result.bids = levels(data, "bids");
  result.asks = levels(data, "asks");
  return result;
}

// The kind of stream in "btcusdt@depth@100ms".
std::string_view kind_of(std::string_view stream) {
  auto const at = stream.find('@');
  if (at == stream.npos) return {};
  stream.remove_prefix(at + 1);
  return stream.substr(0, stream.find('@'));
}

json::object const& data_of(json::object const& message) {
  auto const* data = get(message, "data").if_object();
  if (!data) damaged("\"data\" is no object");
  return *data;
}

using content = decltype(record::what);

// Nothing: a message that is in order and of no use here.
std::optional<content> interpret(json::value const& parsed) {
  auto const* message = parsed.if_object();
  if (!message) damaged("the message is no object");
  if (!message->contains("stream")) return read_snapshot(*message);
  auto const kind = kind_of(text(*message, "stream"));
  if (kind == "depth") return read_diff(data_of(*message));
  if (kind == "bookTicker") return read_book_ticker(data_of(*message));
  if (kind != "trade") return std::nullopt;
  auto trade = read_trade(data_of(*message));
  if (!trade) return std::nullopt;
  return std::move(*trade);
}

}  // namespace

recording_reader::recording_reader(std::filesystem::path const& file, std::size_t max_line)
    : lines_(file, max_line),
      block_(new unsigned char[block_size]),
      memory_(block_.get(), block_size) {}

std::optional<record> recording_reader::next() {
  while (auto item = lines_.next()) {
    if (auto* wrong = std::get_if<problem>(&*item))
      return record{wrong->line, received_, std::move(*wrong)};
    auto const line = std::get<text_line>(*item);
    if (line.text.empty()) continue;
    if (auto result = read(line)) return result;
    ++skipped_;
  }
  return std::nullopt;
}

std::optional<record> recording_reader::read(text_line line) {
  try {
    auto const message = read_time(line.text);
    parser_.reset();  // lets go of what a damaged line before left in the memory
    memory_.release();
    parser_.reset(&memory_);
    boost::system::error_code failure;
    parser_.write(message.data(), message.size(), failure);
    if (failure) damaged("the JSON is damaged (" + failure.message() + ")");
    auto const parsed = parser_.release();
    auto what = interpret(parsed);
    if (!what) return std::nullopt;
    return record{line.number, received_, std::move(*what)};
  } catch (runes::error const& wrong) {
    return record{line.number, received_, problem{line.number, wrong.sentence()}};
  }
}

std::string_view recording_reader::read_time(std::string_view line) {
  std::int64_t ns = 0;
  auto const* end = line.data() + line.size();
  auto const [stop, failure] = std::from_chars(line.data(), end, ns);
  if (failure != std::errc() || ns < 0 || stop == end || *stop != ' ') {
    damaged("the line does not begin with its receive time and a blank");
  }
  received_ = std::chrono::nanoseconds(ns);
  return {stop + 1, end};
}

}  // namespace exchange
