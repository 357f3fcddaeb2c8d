#include "session/subscription_manager.hpp"

#include "protocol/json_writer.hpp"
#include "protocol/quoted.hpp"
#include "session/session_impl.hpp"

#include <runes/log.hpp>

#include <algorithm>
#include <utility>

namespace runes::detail {

/// A subscription to all symbols: joins those that come later, too.
class subscription_manager::all_symbols final : public channel_watcher {
 public:
  all_symbols(subscription_manager& manager, subscription_options o)
      : manager_(&manager), options_(std::move(o)) {}
  subscription_options const& what() const noexcept { return options_; }
  /// `since` is about what there is now.
  void forget_places() noexcept { options_.since.clear(); }
  void end() noexcept { manager_ = nullptr; }
  void topic_added(std::shared_ptr<topic> made) override {
    if (manager_) manager_->topic_added(made, options_);
  }

 private:
  subscription_manager* manager_;  ///< null when it has ended
  subscription_options options_;
};

namespace {

/// What names a subscription in replies: symbol, topic, interval, depth.
void append_names(std::string& out, topic const& of) {
  out += R"({"symbol":)";
  append_string(out, of.symbol());
  out += R"(,"topic":)";
  append_string(out, of.name());
  out += R"(,"interval":)";
  append_string(out, of.interval_text());
  out += R"(,"depth":)";
  append_integer(out, std::uint64_t{of.depth()});
}

void append_place(std::string& out, std::string_view epoch, std::uint64_t seq) {
  out += R"("epoch":")";
  out += epoch;
  out += R"(","seq":)";
  append_integer(out, seq);
}

void append_comma(std::string& out) {
  if (!out.empty()) out += ',';
}

void append_started(std::string& out, subscription const& started) {
  append_comma(out);
  append_names(out, started.of());
  out += ',';
  append_place(out, started.epoch(), started.begins_at());
  out += started.recovered() ? R"(,"recovered":true})" : R"(,"recovered":false})";
}

error no_symbol(std::string_view symbol, channel const& of) {
  return {errc::unknown_symbol, "no symbol " + quoted(symbol) + " in " + of.name()};
}

void append_failed(std::string& out, std::string_view symbol, error const& why) {
  append_comma(out);
  out += R"({"symbol":)";
  append_string(out, symbol);
  out += R"(,"error":)";
  append_error(out, why);
  out += '}';
}

}  // namespace

subscription_manager::subscription_manager(session_impl& who, memory_broker& from,
                                           std::shared_ptr<shard> on, subscription_limits limits)
    : session_(who), broker_(from), shard_(std::move(on)), limits_(limits) {}

subscription_manager::~subscription_manager() { clear(); }

// ---- options

subscription_options subscription_manager::read(subscription_fields const& fields) const {
  return read_options(fields, broker_, session_.identity(), limits_);
}

void subscription_manager::check(subscription_fields const& fields) const { read(fields); }

void subscription_manager::require_room(std::size_t more) const {
  if (held_.size() + more > limits_.max_subscriptions) throw too_many();
}

/// How many of these topics would be new, with these options.
std::size_t subscription_manager::not_held(std::vector<std::shared_ptr<topic>> const& roots,
                                           subscription_options const& o) const {
  auto const held = std::ranges::count_if(held_, [&](auto const& each) {
    topic const& t = *each.first;
    return t.of() == o.of.get() && t.interval() == o.interval && t.depth() == o.depth &&
           (o.window.empty() || t.interval_text() == o.window);
  });
  return roots.size() - std::min(roots.size(), static_cast<std::size_t>(held));
}

error subscription_manager::too_many() const {
  return {errc::too_many_subscriptions,
          "at most " + std::to_string(limits_.max_subscriptions) + " subscriptions a connection"};
}

// ---- subscribing

subscription& subscription_manager::hold(std::shared_ptr<topic> const& root,
                                         subscription_options const& o) {
  auto const which = root->derived(o.interval, o.depth, broker_.new_epoch());
  if (held_.contains(which.get()))
    throw error(errc::already_subscribed, "subscribed to " + quoted(which->name()) + " already");
  require_room(1);
  auto made = std::make_unique<subscription>(session_, which, shard_, o.policy, *this,
                                             o.place_in(which->symbol()));
  return *held_.emplace(which.get(), std::move(made)).first->second;
}

void subscription_manager::subscribe(subscription_fields const& fields, std::string_view id) {
  subscription_options const o = read(fields);
  if (fields.wanted.symbols) {
    subscribe_each(o, *fields.wanted.symbols, id);
  } else {
    subscribe_all(o, id);
  }
}

void subscription_manager::subscribe_each(subscription_options const& o,
                                          std::vector<std::string> const& symbols,
                                          std::string_view id) {
  std::string entries;
  std::vector<subscription*> started;
  std::size_t without_room = 0;
  for (auto const& symbol : symbols) {
    try {
      auto const root = broker_.find(o.of->name(), {symbol, o.window, o.account});
      if (!root) throw no_symbol(symbol, *o.of);
      started.push_back(&hold(root, o));
      append_started(entries, *started.back());
    } catch (error const& why) {
      if (why.code() == errc::too_many_subscriptions) ++without_room;
      append_failed(entries, symbol, why);
    }
  }
  if (without_room == symbols.size()) throw too_many();
  reply_and_start(id, entries, started);
}

void subscription_manager::subscribe_all(subscription_options const& o, std::string_view id) {
  for (auto const& w : watching_) {
    if (w->what().of == o.of && w->what().window == o.window && w->what().interval == o.interval &&
        w->what().depth == o.depth) {
      throw error(errc::already_subscribed,
                  "subscribed to all symbols of " + quoted(o.of->name()) + " already");
    }
  }
  // Of a channel without topics they would cost nothing of the limit, however many.
  if (watching_.size() >= limits_.max_subscriptions) throw too_many();
  auto const watcher = std::make_shared<all_symbols>(*this, o);
  auto const roots = broker_.find_all(o.of->name(), o.window, o.account, watcher, shard_.get());
  try {
    require_room(not_held(roots, o));
  } catch (error const&) {
    broker_.unwatch(o.of->name(), watcher);
    throw;
  }
  watching_.push_back(watcher);
  watcher->forget_places();
  std::string entries;
  std::vector<subscription*> started;
  for (auto const& root : roots) {
    try {
      started.push_back(&hold(root, o));
      append_started(entries, *started.back());
    } catch (error const& why) {
      append_failed(entries, root->symbol(), why);
    }
  }
  for (auto const& place : o.since) {
    if (std::none_of(roots.begin(), roots.end(),
                     [&](auto const& root) { return root->symbol() == place.symbol; }))
      append_failed(entries, place.symbol, no_symbol(place.symbol, *o.of));
  }
  reply_and_start(id, entries, started);
}

/// The reply goes first, then each snapshot. Since joining and this are one turn of the strand, no
/// update comes between.
void subscription_manager::reply_and_start(std::string_view id, std::string const& entries,
                                           std::vector<subscription*> const& started) {
  std::string const reply = ok_reply(id, R"({"subscriptions":[)" + entries + "]}");
  session_.writer().push_reserved(session_.encode(opcode::text, reply));
  session_.counters().replies_sent.add();
  for (subscription* s : started) s->start();
}

void subscription_manager::topic_added(std::shared_ptr<topic> const& root,
                                       subscription_options const& o) {
  if (!session_.is_open()) return;
  try {
    require_room(1);
    hold(root, o).start();
  } catch (error const& why) {
    if (why.code() == errc::already_subscribed) return;
    session_.writer().push_reserved(session_.encode(opcode::text, error_event(why)));
  }
}

// ---- unsubscribing

std::size_t subscription_manager::unsubscribe(subscription_fields const& fields) {
  // What is held may be from before a limit was raised.
  subscription_limits any = limits_;
  any.min_interval = {};
  auto const o = read_options(fields, broker_, session_.identity(), any);
  auto const& wanted = fields.wanted;
  auto const matches = [&](topic const& t) {
    if (t.of() != o.of.get()) return false;
    if (wanted.interval &&
        (o.window.empty() ? t.interval() != o.interval : t.interval_text() != o.window))
      return false;
    if (wanted.depth && t.depth() != o.depth) return false;
    return !wanted.symbols || std::find(wanted.symbols->begin(), wanted.symbols->end(),
                                        t.symbol()) != wanted.symbols->end();
  };
  bool stopped_watching = false;
  if (!wanted.symbols) {
    std::erase_if(watching_, [&](auto const& w) {
      auto const& what = w->what();
      if (what.of != o.of) return false;
      if (wanted.interval && (what.window != o.window || what.interval != o.interval)) return false;
      if (wanted.depth && what.depth != o.depth) return false;
      w->end();
      broker_.unwatch(o.of->name(), w);
      return stopped_watching = true;
    });
  }
  std::size_t const count = std::erase_if(held_, [&](auto const& entry) {
    if (!matches(*entry.first)) return false;
    drop(*entry.second);
    return true;
  });
  if (count == 0 && !stopped_watching) {
    throw error(errc::not_subscribed,
                "nothing of " + quoted(wanted.channel) + " like this is subscribed");
  }
  return count;
}

void subscription_manager::drop(subscription const& which) noexcept { std::erase(behind_, &which); }

void subscription_manager::clear() noexcept {
  for (auto const& w : watching_) {
    w->end();
    broker_.unwatch(w->what().of->name(), w);
  }
  watching_.clear();
  behind_.clear();
  held_.clear();
}

// ---- what it holds

std::string subscription_manager::list() const {
  std::vector<subscription const*> sorted;
  sorted.reserve(held_.size());
  for (auto const& [key, s] : held_) sorted.push_back(s.get());
  std::sort(sorted.begin(), sorted.end(),
            [](auto const* a, auto const* b) { return a->of().name() < b->of().name(); });
  std::string entries;
  for (auto const* s : sorted) {
    append_comma(entries);
    append_names(entries, s->of());
    entries += R"(,"channel":)";
    append_string(entries, s->of().of()->name());
    entries += ',';
    append_place(entries, s->epoch(), s->sent());
    entries += '}';
  }
  return R"({"subscriptions":[)" + entries + "]}";
}

std::string subscription_manager::heads() {
  std::vector<std::pair<std::string, subscription const*>> sorted;
  for (auto const& [key, s] : held_) {
    if (s->moved()) sorted.emplace_back(s->of().name(), s.get());
  }
  // By name, so that the same run says the same wherever its objects lie in memory.
  std::sort(sorted.begin(), sorted.end());
  std::string entries;
  for (auto const& [name, s] : sorted) {
    append_comma(entries);
    append_string(entries, name);
    entries += R"(:{)";
    append_place(entries, s->epoch(), s->sent());
    entries += '}';
  }
  return entries;
}

// ---- slow consumers

void subscription_manager::fell_behind(subscription& which) { behind_.push_back(&which); }

void subscription_manager::too_slow(subscription& which) {
  session_.counters().slow_consumers.add();
  log::write(severity::info, {"session", session_.id()}, "too slow for " + which.of().name());
  session_.close({close_code::slow_consumer, "the outbox is full"});
}

/// In turn, so that none waits for ever. Who was sent a part of what it is owed lets the others
/// have the next room; who got nothing, for want of room for a large one, has that to itself.
void subscription_manager::on_room() {
  while (!behind_.empty() && session_.is_open()) {
    subscription* const first = behind_.front();
    auto const sent = first->sent();
    bool const done = first->catch_up();
    if (!done && first->sent() == sent) return;
    behind_.pop_front();
    if (done) continue;
    behind_.push_back(first);
    return;
  }
}

}  // namespace runes::detail
