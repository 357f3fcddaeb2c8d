#include "client/event_decode.hpp"

#include "protocol/market_codec.hpp"
#include "protocol/trading_codec.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

[[noreturn]] void fail(std::string_view key, std::string_view wanted) {
  throw error(errc::bad_event, "'" + std::string(key) + "' must be " + std::string(wanted));
}

std::optional<std::uint64_t> whole(json::value const* v) noexcept {
  if (v && v->is_uint64()) return v->get_uint64();
  if (v && v->is_int64() && v->get_int64() >= 0) return static_cast<std::uint64_t>(v->get_int64());
  return {};
}

std::uint64_t require_whole(json::object const& from, std::string_view key) {
  auto const value = whole(from.if_contains(key));
  if (!value) fail(key, "a whole number");
  return *value;
}

std::optional<std::string_view> text(json::object const& from, std::string_view key) noexcept {
  auto const* v = from.if_contains(key);
  if (!v || !v->is_string()) return {};
  return std::string_view(v->get_string());
}

std::string_view require_text(json::object const& from, std::string_view key) {
  auto const value = text(from, key);
  if (!value) fail(key, "a string");
  return *value;
}

template <class T>
T read_one(json::value const& from) {
  T value;
  decode(from, value);
  return value;
}

template <class T>
std::vector<T> read_list(json::value const& from) {
  if (!from.is_array()) fail("data", "a list");
  std::vector<T> list;
  list.reserve(from.get_array().size());
  for (auto const& each : from.get_array()) list.push_back(read_one<T>(each));
  return list;
}

event_kind read_kind(json::object const& from, std::string_view name) {
  if (name == "gap") return event_kind::gap;
  auto const type = require_text(from, "type");
  if (type == "snapshot") return event_kind::snapshot;
  if (type == "update") return event_kind::update;
  fail("type", "'snapshot' or 'update'");
}

retry read_advice(json::object const& from, errc code) noexcept {
  auto const said = text(from, "retry");
  for (retry const each : {retry::never, retry::later, retry::now}) {
    if (said == name_of(each)) return each;
  }
  return retry_of(code);
}

constexpr std::chrono::milliseconds longest_wait{86'400'000};

std::chrono::milliseconds bounded_ms(std::uint64_t value) noexcept {
  auto const most = static_cast<std::uint64_t>(longest_wait.count());
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(value, most)));
}

}  // namespace

event_place read_place(json::object const& from) noexcept {
  return {text(from, "channel").value_or(""), text(from, "symbol").value_or("")};
}

envelope read_envelope(json::object const& from) {
  envelope e;
  e.name = require_text(from, "event");
  e.channel = require_text(from, "channel");
  e.symbol = text(from, "symbol").value_or("");  // a channel of one topic may leave it out
  e.interval = text(from, "interval");
  e.depth = whole(from.if_contains("depth"));
  e.kind = read_kind(from, e.name);
  e.epoch = require_text(from, "epoch");
  if (e.kind == event_kind::gap) {
    e.from = require_whole(from, "from");
    e.to = require_whole(from, "to");
    return e;
  }
  e.seq = require_whole(from, "seq");
  if (e.kind == event_kind::update) e.prev = require_whole(from, "prev");
  auto const ts = whole(from.if_contains("ts")).value_or(0);
  if (ts > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    fail("ts", "microseconds");
  e.ts = timestamp(std::chrono::microseconds(static_cast<std::int64_t>(ts)));
  e.data = from.if_contains("data");
  if (!e.data) fail("data", "there");
  return e;
}

event_data read_data(data_type type, json::value const& from) {
  if (from.is_null() && type != data_type::json) return {};
  switch (type) {
    case data_type::ticker:
      return read_one<ticker>(from);
    case data_type::trades:
      return read_list<trade>(from);
    case data_type::statistics:
      return read_one<statistics>(from);
    case data_type::liquidations:
      return read_list<liquidation>(from);
    case data_type::book:
      return read_one<book_changes>(from);
    case data_type::orders:
      return read_list<order>(from);
    case data_type::fills:
      return read_list<fill>(from);
    case data_type::positions:
      return read_list<position>(from);
    case data_type::balances:
      return read_list<balance>(from);
    case data_type::json:
      break;
  }
  return json::value(from, json::storage_ptr());  // not in the message's memory any more
}

outcome read_error(json::value const& from) {
  outcome failed;
  auto const* object = from.if_object();
  if (!object) {
    failed.wrong.emplace(errc::internal, "the server reported an error that can't be read");
    return failed;
  }
  auto const* number = object->if_contains("code");
  auto const code = number && number->is_int64() && number->get_int64() < 100'000
                        ? errc_from_wire(static_cast<int>(number->get_int64()))
                        : std::nullopt;
  std::string sentence(text(*object, "message").value_or("the server gave no reason"));
  if (!code)
    sentence += " (" + std::string(text(*object, "name").value_or("an error of its own")) + ")";
  failed.wrong.emplace(code.value_or(errc::internal), std::move(sentence));
  failed.advice = read_advice(*object, failed.wrong->code());
  if (auto const ms = whole(object->if_contains("retryAfterMs")))
    failed.wrong->retry_after(bounded_ms(*ms));
  return failed;
}

outcome read_reply(json::object const& from) {
  if (auto const* wrong = from.if_contains("error")) return read_error(*wrong);
  outcome done;
  if (auto const* ok = from.if_contains("ok")) {
    done.ok = json::value(*ok, json::storage_ptr());
  } else {
    done.wrong.emplace(errc::bad_event, "the server's reply has neither 'ok' nor 'error'");
  }
  return done;
}

std::vector<subscribed_symbol> read_subscribed(json::value const& ok) {
  auto const* object = ok.if_object();
  auto const* list = object ? object->if_contains("subscriptions") : nullptr;
  if (!list || !list->is_array()) fail("subscriptions", "a list");
  std::vector<subscribed_symbol> entries;
  for (auto const& each : list->get_array()) {
    if (!each.is_object()) fail("subscriptions", "a list of objects");
    auto const& from = each.get_object();
    subscribed_symbol entry;
    entry.symbol = text(from, "symbol").value_or("");
    if (auto const* wrong = from.if_contains("error")) {
      outcome failed = read_error(*wrong);
      entry.wrong = std::move(failed.wrong);
      entry.advice = failed.advice;
    }
    if (auto const interval = text(from, "interval")) entry.interval.emplace(*interval);
    entry.topic = text(from, "topic").value_or("");
    entry.epoch = text(from, "epoch").value_or("");
    entry.seq = whole(from.if_contains("seq")).value_or(0);
    auto const* recovered = from.if_contains("recovered");
    entry.recovered = recovered && recovered->is_bool() && recovered->get_bool();
    auto const depth = whole(from.if_contains("depth"));
    if (depth && *depth <= std::numeric_limits<unsigned>::max())
      entry.depth = static_cast<unsigned>(*depth);
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<topic_head> read_heads(json::object const& from) {
  std::vector<topic_head> heads;
  auto const* all = from.if_contains("heads");
  if (!all || !all->is_object()) return heads;
  for (auto const& [topic, head] : all->get_object()) {
    if (!head.is_object()) continue;
    auto const epoch = text(head.get_object(), "epoch");
    auto const seq = whole(head.get_object().if_contains("seq"));
    if (epoch && seq) heads.push_back({topic, *epoch, *seq});
  }
  return heads;
}

std::optional<timestamp> read_ts(json::object const* from) noexcept {
  auto const* ts = from ? from->if_contains("ts") : nullptr;
  if (!ts || !ts->is_int64() || ts->get_int64() <= 0) return {};
  return timestamp(std::chrono::microseconds(ts->get_int64()));
}

std::chrono::milliseconds read_drain(json::object const& from) noexcept {
  return bounded_ms(whole(from.if_contains("byMs")).value_or(0));
}

}  // namespace runes::detail
