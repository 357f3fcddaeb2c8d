// What the server says: replies, events of channels, and its own affairs.
#include "client/client_impl.hpp"

#include <runes/log.hpp>

#include <boost/json/parse.hpp>

#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

error unreadable(std::string_view channel, std::string_view symbol, error const& why) {
  std::string sentence = "an event can't be read";
  if (!channel.empty()) sentence += " (" + std::string(channel) + " " + std::string(symbol) + ")";
  return {errc::bad_event, sentence + ": " + why.sentence()};
}

}  // namespace

void client_impl::on_message(message const& said) {
  if (!said.text) return report(error(errc::bad_event, "the server sent a binary message"));
  json::monotonic_resource memory(message_memory_.data(), message_memory_.size());
  boost::system::error_code ec;
  json::value const parsed = json::parse(said.data, ec, &memory);
  if (ec || !parsed.is_object())
    return report(error(errc::bad_event, "the server sent what is no JSON object"));
  auto const& object = parsed.get_object();
  if (object.if_contains("event")) {
    on_event(object);
  } else {
    on_reply(object);
  }
}

void client_impl::on_reply(json::object const& said) {
  auto const* id = said.if_contains("id");
  outcome const reply = read_reply(said);
  if (!id) {
    if (reply.wrong) report(*reply.wrong, json::object(said, json::storage_ptr()));
    return;
  }
  // One that isn't waited for any more has timed out or was cancelled.
  if (id->is_int64() && id->get_int64() > 0)
    pending_.finish(static_cast<std::uint64_t>(id->get_int64()), reply);
  send_waiting();
}

void client_impl::on_event(json::object const& said) {
  if (watch_) watch_->heard(loop_->now());
  auto const* name = said.if_contains("event");
  if (!name->is_string())
    return on_unreadable_event(said, error(errc::bad_event, "'event' must be a string"));
  auto const& which = name->get_string();
  if (which == "heartbeat") return on_heartbeat(said);
  if (which == "drain") return on_drain(read_drain(said));
  if (which == "error") {
    auto const* wrong = said.if_contains("error");
    return report(*read_error(wrong ? *wrong : json::value()).wrong,
                  json::object(said, json::storage_ptr()));
  }
  try {
    on_channel_event(said);
  } catch (error const& e) {
    on_unreadable_event(said, e);
  }
}

/// Whatever was sent before it has come before it: a head beyond what is held is a loss.
void client_impl::on_heartbeat(json::object const& said) {
  if (auto const ts = read_ts(&said)) venue_time_.learn(*ts, loop_->now());
  for (auto const& head : read_heads(said)) {
    for (auto const& each : std::vector(feeds_)) {
      auto const behind = each->on_head(head);
      if (!behind) continue;
      tell_gap(*each, behind->symbol);
      if (behind->meant == reaction::resync) resync(each, behind->symbol);
    }
  }
}

void client_impl::on_channel_event(json::object const& said) {
  envelope const e = read_envelope(said);
  auto const from = owner_of(e);
  if (!from) return;  // on its way while it was unsubscribed
  auto meant = reaction::none;
  try {
    meant = from->on_event(e);
  } catch (error const& wrong) {
    report(unreadable(e.channel, e.symbol, wrong), json::object(said, json::storage_ptr()));
    meant = from->on_bad_event(e.symbol, wrong);
  }
  tell(*from, e, meant, said);
  if (meant == reaction::resync) resync(from, std::string(e.symbol));
}

void client_impl::tell(feed const& from, envelope const& e, reaction meant,
                       json::object const& said) {
  if (meant == reaction::none || !listeners_.any(from.event_name())) return;
  if (meant != reaction::told) return tell_gap(from, e.symbol);
  notice what(from.event_name());
  what.about(e.kind, e.channel, e.symbol).body(json::object(said, json::storage_ptr()));
  listeners_.tell(what);
}

void client_impl::tell_gap(feed const& from, std::string_view symbol) {
  if (!listeners_.any(from.event_name())) return;
  notice what(from.event_name());
  what.about(event_kind::gap, from.channel(), symbol);
  listeners_.tell(what);
}

/// The connection stays: only the symbol it was about needs a new start, in whatever holds it.
void client_impl::on_unreadable_event(json::object const& said, error const& why) {
  auto const place = read_place(said);
  report(unreadable(place.channel, place.symbol, why), json::object(said, json::storage_ptr()));
  for (auto const& each : std::vector(feeds_)) {
    if (!each->active() || !each->holds(place.channel, place.symbol)) continue;
    if (each->on_bad_event(place.symbol, why) == reaction::resync)
      resync(each, std::string(place.symbol));
  }
}

client_impl::shared_feed client_impl::owner_of(envelope const& e) const {
  shared_feed best;
  int most = 0;
  for (auto const& each : feeds_) {
    if (!each->active()) continue;  // not answered yet: of a subscription before it
    int const score = each->fit(e);
    if (score <= most) continue;
    most = score;
    best = each;
  }
  return best;
}

void client_impl::report(error const& why, json::object body) {
  counters_.errors.add();
  log::write(severity::warning, {"client"}, why.sentence());
  notice what("error");
  what.error(why).body(std::move(body));
  listeners_.tell(what);
}

}  // namespace runes::detail
