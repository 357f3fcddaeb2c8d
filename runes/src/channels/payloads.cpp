#include <runes/payloads.hpp>

#include <stdexcept>
#include <utility>

#include "channels/payload_types.hpp"
#include "protocol/market_codec.hpp"

namespace runes {
namespace {

template <class Value>
std::string json_of(Value const& value) {
  std::string text;
  detail::encode(text, value);
  return text;
}

// The object with `"removed":true` as its last member.
std::string marked_removed(keyed_entry const& entry) {
  constexpr std::string_view blanks = " \t\r\n";
  auto const close = entry.json.find_last_not_of(blanks);
  if (close == std::string::npos || entry.json[close] != '}') {
    throw std::invalid_argument("the entry '" + entry.key + "' is no JSON object");
  }
  auto const last = close == 0 ? std::string::npos : entry.json.find_last_not_of(blanks, close - 1);
  bool const empty = last == std::string::npos || entry.json[last] == '{';
  return entry.json.substr(0, close) + (empty ? R"("removed":true})" : R"(,"removed":true})");
}

detail::level_list levels_in_units(instrument const& of, side which,
                                   std::vector<level> const& levels, bool whole) {
  detail::level_list units;
  units.reserve(levels.size());
  for (auto const& [price, quantity] : levels) {
    if (quantity.units() < 0) {
      throw error(errc::bad_decimal, "a quantity of " + quantity.str() + " in a book of " +
                                         of.symbol + " is below zero");
    }
    units.push_back({detail::units_of(price, of.price_decimals()),
                     detail::units_of(quantity, of.quantity_decimals())});
  }
  detail::sort_levels(which, units);
  if (whole) std::erase_if(units, [](auto const& each) { return each.quantity == 0; });
  return units;
}

payload_ptr make_book(instrument const& of, book_changes const& levels, bool whole) {
  return payload_ptr(new detail::book_data({of.price_decimals(), of.quantity_decimals()},
                                           levels_in_units(of, side::buy, levels.bids, whole),
                                           levels_in_units(of, side::sell, levels.asks, whole),
                                           levels.checksum, whole));
}

}  // namespace

payload_ptr latest_payload(std::string json, bool keep) {
  return payload_ptr(new detail::latest_data(std::move(json), keep));
}

payload_ptr log_payload(std::span<std::string const> entries) {
  if (entries.empty()) throw std::invalid_argument("a log payload needs an entry");
  std::string joined = entries.front();
  for (auto const& entry : entries.subspan(1)) (joined += ',') += entry;
  return payload_ptr(new detail::log_data(std::move(joined), entries.size()));
}

payload_ptr log_payload(std::string entry) {
  return payload_ptr(new detail::log_data(std::move(entry), 1));
}

payload_ptr keyed_payload(std::vector<keyed_entry> entries) {
  for (auto& entry : entries) {
    if (entry.removed) entry.json = marked_removed(entry);
  }
  return payload_ptr(new detail::keyed_data(detail::last_of_each_key(std::move(entries))));
}

payload_ptr book_payload(instrument const& of, book_changes const& changes) {
  return make_book(of, changes, false);
}

payload_ptr book_image(instrument const& of, book_changes const& levels) {
  return make_book(of, levels, true);
}

payload_ptr to_payload(ticker const& value) { return latest_payload(json_of(value)); }
payload_ptr to_payload(trade const& value) { return log_payload(json_of(value)); }

payload_ptr to_payload(std::span<trade const> values) {
  if (values.empty()) throw std::invalid_argument("a log payload needs an entry");
  std::string joined;
  for (auto const& value : values) {
    if (!joined.empty()) joined += ',';
    detail::encode(joined, value);
  }
  return payload_ptr(new detail::log_data(std::move(joined), values.size()));
}

payload_ptr to_payload(statistics const& value) {
  return latest_payload(json_of(value), value.closed);
}

payload_ptr to_payload(liquidation const& value) { return log_payload(json_of(value)); }

}  // namespace runes
