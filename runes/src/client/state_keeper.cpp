#include "client/state_keeper.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

/// "From now on", in the type that the channel's data has.
shared_data empty_log(data_type type) {
  if (type == data_type::trades) return std::make_shared<event_data const>(trade_list());
  if (type == data_type::liquidations)
    return std::make_shared<event_data const>(liquidation_list());
  if (type == data_type::fills) return std::make_shared<event_data const>(fill_list());
  return std::make_shared<event_data const>(json::value(json::array()));
}

std::string name_in_channel(order const& entry) { return std::to_string(entry.order_id); }
std::string const& name_in_channel(position const& entry) { return entry.symbol; }
std::string const& name_in_channel(balance const& entry) { return entry.asset; }

template <class T>
event_data values_of(std::map<std::string, T> const& entries) {
  std::vector<T> all;
  all.reserve(entries.size());
  for (auto const& [name, entry] : entries) all.push_back(entry);
  return all;
}

bool is_gone(json::object const& entry) {
  auto const* removed = entry.if_contains("removed");
  return removed && removed->is_bool() && removed->get_bool();
}

}  // namespace

// ---- keyed

keyed_state::keyed_state(std::string key, data_type type) : key_(std::move(key)) {
  if (type == data_type::orders) entries_.emplace<by_key<order>>();
  if (type == data_type::positions) entries_.emplace<by_key<position>>();
  if (type == data_type::balances) entries_.emplace<by_key<balance>>();
}

void keyed_state::replace(event_data const& entries) {
  std::visit([](auto& all) { all.clear(); }, entries_);
  known_ = !key_.empty() && take(entries);
}

void keyed_state::apply(event_data const& entries) { known_ = known_ && take(entries); }

bool keyed_state::take(event_data const& entries) {
  if (auto const* as_json = std::get_if<json::value>(&entries)) return take(*as_json);
  if (auto const* orders = std::get_if<order_list>(&entries)) return take(*orders);
  if (auto const* positions = std::get_if<position_list>(&entries)) return take(*positions);
  if (auto const* balances = std::get_if<balance_list>(&entries)) return take(*balances);
  return false;
}

bool keyed_state::take(json::value const& entries) {
  auto* all = std::get_if<by_key<json::value>>(&entries_);
  if (!all || !entries.is_array()) return false;
  for (auto const& each : entries.get_array()) {
    auto const* entry = each.if_object();
    auto const* key = entry ? entry->if_contains(key_) : nullptr;
    if (!key) return false;
    if (is_gone(*entry)) {
      all->erase(json::serialize(*key));
    } else {
      all->insert_or_assign(json::serialize(*key), each);
    }
  }
  return true;
}

template <class T>
bool keyed_state::take(std::vector<T> const& entries) {
  auto* all = std::get_if<by_key<T>>(&entries_);
  if (!all) return false;
  for (auto const& each : entries) {
    if (each.removed) {
      all->erase(name_in_channel(each));
    } else {
      all->insert_or_assign(name_in_channel(each), each);
    }
  }
  return true;
}

event_data keyed_state::image() const {
  if (auto const* of_json = std::get_if<by_key<json::value>>(&entries_)) {
    json::array all;
    all.reserve(of_json->size());
    for (auto const& [key, entry] : *of_json) all.push_back(entry);
    return json::value(std::move(all));
  }
  if (auto const* orders = std::get_if<by_key<order>>(&entries_)) return values_of(*orders);
  if (auto const* positions = std::get_if<by_key<position>>(&entries_))
    return values_of(*positions);
  return values_of(std::get<by_key<balance>>(entries_));
}

// ---- any model

/// A book that is read as JSON is not built: nobody could begin with it.
state_keeper::state_keeper(event_model model, data_type type, std::string key)
    : model_(model == event_model::book && type != data_type::book ? event_model::keyed : model),
      type_(type),
      keyed_(std::move(key), type) {}

std::optional<std::string> state_keeper::replace(shared_data const& data) {
  trusted_ = true;
  last_ = nullptr;
  if (!data) {
    book_.distrust();
    return {};
  }
  if (model_ == event_model::latest) last_ = data;
  if (model_ == event_model::keyed) keyed_.replace(*data);
  if (model_ != event_model::book) return {};
  auto wrong = book_.replace(std::get<book_changes>(*data));
  if (wrong) trusted_ = false;
  return wrong;
}

std::optional<std::string> state_keeper::apply(shared_data const& data) {
  if (model_ == event_model::latest) last_ = data;
  if (model_ == event_model::keyed) keyed_.apply(*data);
  if (model_ != event_model::book) return {};
  auto wrong = book_.apply(std::get<book_changes>(*data));
  if (wrong) trusted_ = false;
  return wrong;
}

void state_keeper::distrust() noexcept {
  trusted_ = false;
  book_.distrust();
}

void state_keeper::trust() noexcept {
  trusted_ = true;
  book_.trust();
}

bool state_keeper::known() const noexcept {
  return trusted_ && (model_ != event_model::keyed || keyed_.known());
}

shared_data state_keeper::image() const {
  if (model_ == event_model::log) return empty_log(type_);
  if (!known()) return nullptr;
  if (model_ == event_model::latest) return last_;
  if (model_ == event_model::keyed) return std::make_shared<event_data const>(keyed_.image());
  return book_.book() ? std::make_shared<event_data const>(book_.image()) : nullptr;
}

order_book const* state_keeper::book() const noexcept {
  return model_ == event_model::book && trusted_ ? book_.book() : nullptr;
}

}  // namespace runes::detail
