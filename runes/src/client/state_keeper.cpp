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
  return std::make_shared<event_data const>(json::value(json::array()));
}

bool is_gone(json::object const& entry) {
  auto const* removed = entry.if_contains("removed");
  return removed && removed->is_bool() && removed->get_bool();
}

}  // namespace

// ---- keyed

void keyed_state::replace(json::value const& entries) {
  entries_.clear();
  known_ = !key_.empty() && take(entries);
}

void keyed_state::apply(json::value const& entries) { known_ = known_ && take(entries); }

bool keyed_state::take(json::value const& entries) {
  if (!entries.is_array()) return false;
  for (auto const& each : entries.get_array()) {
    auto const* entry = each.if_object();
    auto const* key = entry ? entry->if_contains(key_) : nullptr;
    if (!key) return false;
    if (is_gone(*entry)) {
      entries_.erase(json::serialize(*key));
    } else {
      entries_.insert_or_assign(json::serialize(*key), each);
    }
  }
  return true;
}

json::value keyed_state::image() const {
  json::array all;
  all.reserve(entries_.size());
  for (auto const& [key, entry] : entries_) all.push_back(entry);
  return all;
}

// ---- any model

/// A book that is read as JSON is not built: nobody could begin with it.
state_keeper::state_keeper(event_model model, data_type type, std::string key)
    : model_(model == event_model::book && type != data_type::book ? event_model::keyed : model),
      type_(type),
      keyed_(std::move(key)) {}

std::optional<std::string> state_keeper::replace(shared_data const& data) {
  trusted_ = true;
  last_ = nullptr;
  if (!data) {
    book_.distrust();
    return {};
  }
  if (model_ == event_model::latest) last_ = data;
  if (model_ == event_model::keyed) {
    if (auto const* entries = std::get_if<json::value>(data.get())) keyed_.replace(*entries);
  }
  if (model_ != event_model::book) return {};
  auto wrong = book_.replace(std::get<book_changes>(*data));
  if (wrong) trusted_ = false;
  return wrong;
}

std::optional<std::string> state_keeper::apply(shared_data const& data) {
  if (model_ == event_model::latest) last_ = data;
  if (model_ == event_model::keyed) {
    if (auto const* entries = std::get_if<json::value>(data.get())) keyed_.apply(*entries);
  }
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
