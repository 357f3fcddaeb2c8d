// A new connection is made ready, watched, and left when its server drains.
#include "client/client_impl.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

/// The time between two heartbeats as the server has granted it; 0: it sends none.
std::chrono::milliseconds read_heartbeat(json::value const& hello) {
  auto const* object = hello.if_object();
  auto const* ms = object ? object->if_contains("heartbeatMs") : nullptr;
  if (!ms || !ms->is_int64() || ms->get_int64() < 0) return {};
  return std::chrono::milliseconds(std::min<std::int64_t>(ms->get_int64(), 3'600'000));
}

/// One of the server's limits, by its own word; 0 where it has said nothing.
std::uint64_t read_limit(json::value const& hello, std::string_view name) {
  auto const* object = hello.if_object();
  auto const* limits = object ? object->if_contains("limits") : nullptr;
  auto const* found =
      limits && limits->is_object() ? limits->get_object().if_contains(name) : nullptr;
  return found && found->is_int64() && found->get_int64() > 0
             ? static_cast<std::uint64_t>(found->get_int64())
             : 0;
}

/// Half of what the server takes in one message, and of what the outbox does.
std::size_t room_for_a_request(json::value const& hello, std::size_t outbox) {
  std::uint64_t const most = read_limit(hello, "maxMessageBytes");
  return std::min<std::size_t>(most > 0 ? most : 64 * 1024, outbox) / 2;
}

std::vector<subscribed_symbol> all_refused(feed::selection const& what, error const& why) {
  std::vector<subscribed_symbol> entries;
  for (auto const& name : what.symbols) {
    subscribed_symbol entry;
    entry.symbol = name;
    entry.wrong = why;
    entries.push_back(std::move(entry));
  }
  return entries;
}

bool may_pass_later(outcome const& refused) {
  return refused.wrong->code() == errc::timed_out || refused.advice != retry::never;
}

}  // namespace

awaitable<> client_impl::go_live(std::shared_ptr<session_impl> on) {
  auto const self = shared_from_this();
  last_failure_.reset();
  json::object hello;
  hello["client"] = config_.name;
  hello["heartbeatMs"] = config_.timeouts.heartbeat.count();
  outcome const greeted = co_await ask("hello", std::move(hello), config_.timeouts.request);
  if (session_ != on || !on->is_open()) co_return;
  if (greeted.wrong && greeted.wrong->code() == errc::timed_out) {
    last_failure_ = greeted.wrong;
    on->abort();
    co_return;
  }
  venue_time_.forget();
  if (auto const said = read_ts(greeted.ok.if_object())) venue_time_.learn(*said, loop_->now());
  // Without hello a connection is as good; only its answer shows that somebody is there.
  if (credentials_) {
    credentials brought =
        credentials_();  // what it throws breaks the connection off, and is tried again
    outcome const known = co_await send_credentials(std::move(brought));
    if (session_ != on || !on->is_open()) co_return;
    if (known.wrong) report(*known.wrong);
    // Without a name what is ours would be refused, though it won't be the next time.
    if (known.wrong && may_pass_later(known)) {
      last_failure_ = known.wrong;
      on->abort();
      co_return;
    }
  }
  on_greeting(greeted.ok);
  was_live_ = ever_live_ = true;
  policy_.live(loop_->now());
  endpoints_.succeeded();
  if (!greeted.wrong) {
    watch_.emplace(read_heartbeat(greeted.ok), loop_->now());
    look_for_heartbeat();
  }
  if (feeds_.empty()) {
    set_state(connection_state::live);
  } else {
    set_state(connection_state::resuming);
    std::shared_ptr<void> const all(nullptr, [weak = weak_from_this(), session = on.get()](void*) {
      if (auto const alive = weak.lock()) alive->on_all_resubscribed(session);
    });
    for (auto const& each : std::vector(feeds_)) resubscribe(each, all);
  }
  send_waiting();
}

void client_impl::on_greeting(json::value const& hello) {
  request_bytes_ = room_for_a_request(hello, config_.limits.max_outbox_bytes);
  auto const most = std::numeric_limits<std::uint32_t>::max();
  granted_ = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(read_limit(hello, "maxRequestsPerMinute"), most));
  ++connections_made_;
}

void client_impl::on_all_resubscribed(session_impl const* on) {
  if (session_.get() == on && on->is_open() && state_ == connection_state::resuming)
    set_state(connection_state::live);
}

// ---- what was subscribed

void client_impl::resubscribe(shared_feed const& which, std::shared_ptr<void> all) {
  if (which->ended()) return;
  auto const parts = which->parts(which->all_wanted(), request_bytes_);
  for (auto const& each : parts) which->asked(each);
  resubscribe(which, {parts.begin(), parts.end()}, std::move(all));
}

/// The first of them; the others follow when it is answered.
void client_impl::resubscribe(shared_feed const& which, parts_to_ask parts,
                              std::shared_ptr<void> all) {
  if (which->ended() || !session_) return;
  while (!parts.empty()) {
    parts.front() = which->still_wanted(parts.front());
    if (!parts.front().empty()) break;
    which->not_subscribed(parts.front());  // nobody reads it any more
    parts.pop_front();
  }
  if (parts.empty()) return;
  auto const answered = [weak = weak_from_this(), which, parts, all](outcome const& reply) {
    if (auto const self = weak.lock()) self->on_resubscribed(which, parts, all, reply);
  };
  try {
    send("subscribe", which->resubscription(parts.front()), config_.timeouts.request, answered);
  } catch (error const& e) {
    if (e.code() != errc::backpressure) return;  // there will be another connection
    later(which, symbol_feed::first_resync_pause,
          [this, parts, all](auto const& f) { resubscribe(f, parts, all); });
  }
}

void client_impl::on_resubscribed(shared_feed const& which, parts_to_ask parts,
                                  std::shared_ptr<void> const& all, outcome const& reply) {
  if (which->ended() || stopping_) return;
  auto const what = parts.front();
  outcome said = reply;
  std::vector<subscribed_symbol> entries;
  if (!said.wrong) {
    try {
      entries = read_subscribed(said.ok);
    } catch (error const& e) {
      // Nobody would hear of it again.
      said.wrong = e;
      said.advice = retry::never;
      report(e);
    }
  }
  if (said.wrong) {
    if (said.wrong->code() == errc::connection_lost || said.wrong->code() == errc::closed) return;
    if (said.wrong->code() == errc::timed_out) {  // nobody is there
      if (session_) session_->abort();
      return;
    }
    if (said.advice != retry::never) {
      auto const wait = std::max(said.wrong->retry_after().value_or(std::chrono::milliseconds(0)),
                                 symbol_feed::first_resync_pause);
      return later(which, wait, [this, parts](auto const& f) { resubscribe(f, parts, {}); });
    }
    if (what.all || !what.partial) {
      // Those that were asked for by name before are held there.
      if (what.partial) send_unanswered("unsubscribe", which->fields_to_leave(what, false));
      return end_feed(which, said.wrong);
    }
    entries = all_refused(what, *said.wrong);
  }
  for (auto const& symbol : which->resubscribed(what, entries)) resync(which, symbol);
  if (which->readers().empty()) return end_feed(which, {});
  parts.pop_front();
  resubscribe(which, std::move(parts), all);
}

void client_impl::end_feed(shared_feed const& which, std::optional<error> const& why) {
  std::erase(feeds_, which);
  which->end(why);
}

// ---- a server that is up but silent

void client_impl::look_for_heartbeat() {
  if (!session_ || !session_->is_open() || !watch_) return;
  if (watch_->is_lost(loop_->now())) {
    fell_silent_ = true;
    return session_->abort();
  }
  auto const next = watch_->next();
  if (!next) return;
  loop_->at(*next, [weak = weak_from_this(), on = std::weak_ptr(session_)] {
    auto const self = weak.lock();
    auto const session = on.lock();
    if (self && session && self->session_ == session) self->look_for_heartbeat();
  });
}

// ---- a server that goes away

void client_impl::on_drain(std::chrono::milliseconds by) {
  if (!session_ || moving_) return;
  moving_ = true;
  policy_.drain(by);
  departure const how(loop_->now(), by, random_());
  leave_at(how.begins(), how);
}

void client_impl::leave_at(time_point when, departure const& how) {
  loop_->at(when, [weak = weak_from_this(), on = std::weak_ptr(session_), how] {
    auto const self = weak.lock();
    auto const session = on.lock();
    if (!self || !session || self->session_ != session || !session->is_open()) return;
    auto const later = how.next(self->loop_->now(), self->pending_.size() > 0);
    if (later) return self->leave_at(*later, how);
    self->left_ = true;
    session->close({close_code::going_away, "the server drains"});
  });
}

}  // namespace runes::detail
