#include "simulation/trader.hpp"

#include <boost/asio/error.hpp>
#include <boost/json/value.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace runes::simulation {
namespace {

using std::chrono::milliseconds;

constexpr nanoseconds before_trying_again = milliseconds(400);
constexpr std::uint64_t requests_a_trader = 1'000'000;

bool is_about_data(event_kind kind) {
  return kind == event_kind::snapshot || kind == event_kind::update;
}

}  // namespace

trader::trader(world& in, network& net, exchange const& market, std::vector<server*> servers,
               plan const& how, mutation const& broken, unsigned number)
    : world_(in),
      network_(net),
      market_(market),
      servers_(std::move(servers)),
      plan_(how),
      broken_(broken),
      number_(number),
      name_("client " + std::to_string(number)),
      chance_(in.part(100 + number)) {
  std::rotate(servers_.begin(), servers_.begin() + number % servers_.size(), servers_.end());
  wanted_ = wishes();
}

void trader::start() { world_.start("the life of " + name_, live()); }

void trader::make_client() {
  client_config config = plan_.client;
  config.name = name_;
  config.url = "ws://one/ws";
  config.fallback_urls.assign(servers_.size() - 1, "ws://other/ws");
  config.reconnect.seed = chance_.next();
  loop_ = world_.make_loop();
  impl_ = std::make_shared<detail::client_impl>(loop_, std::move(config),
                                                [this](std::size_t which) { return dial(which); });
  clients_.push_back(impl_);
  client_.emplace(impl_);
  client_->on("state", [this](notice const& what) {
    std::string text = "state " + std::string(name_of(what.state()));
    if (what.error()) text += " (" + what.error()->sentence() + ")";
    world_.say(name_, text);
  });
  client_->on("error", [this](notice const& what) {
    if (!what.error()) return;
    world_.say(name_, "error: " + what.error()->sentence());
    if (what.error()->code() == errc::bad_event)
      broken(invariant::sound_server, what.error()->sentence());
  });
}

// ---- the network, as its client sees it

awaitable<std::unique_ptr<detail::transport>> trader::dial(std::size_t which) {
  auto const on = loop_;
  server& to = *servers_[which % servers_.size()];
  auto const aborted = [] {
    return boost::system::system_error(asio::error::operation_aborted, "connecting");
  };
  auto const& terms = network_.terms();
  auto const there_and_back = 2 * chance_.between(terms.least_latency, terms.most_latency);
  if (!co_await on->wait_until(on->now() + there_and_back)) throw aborted();
  if (!to.reachable()) {
    if (!co_await on->wait_until(on->now() + plan_.client.timeouts.connect)) throw aborted();
    throw error(errc::timed_out, "server " + to.name() + " does not answer");
  }
  if (!to.life()) throw error(errc::not_connected, "nobody listens at server " + to.name());
  if (to.life()->draining()) throw detail::upgrade_refused(503, "the server is going away");
  link& made =
      network_.connect(name_ + " to " + to.name(), broken_.frames ? broken_.frames() : nullptr);
  last_reached_ = &to;
  to.life()->accept(made);
  test::memory_transport::options how;
  how.role = role::client;
  how.max_outbox_bytes = plan_.client.limits.max_outbox_bytes;
  co_return std::make_unique<test::memory_transport>(on, counters_.get(), made.client(),
                                                     std::move(how));
}

// ---- its life

awaitable<> trader::live() {
  co_await begin();
  while (!calm_) {
    co_await world_.wait(chance_.about(plan_.between_whims));
    if (!calm_) co_await whim();
  }
}

awaitable<> trader::begin() {
  make_client();
  for (bool there = false; !there && !stopping_;) {
    there = co_await try_connect();
    if (!there) co_await world_.wait(before_trying_again);
  }
  for (wanted_stream const& each : wanted_) {
    wanted_stream wanted = each;
    co_await open(std::move(wanted));
  }
  begun_ = true;
}

awaitable<bool> trader::try_connect() {
  try {
    co_await client_->connect();
    credentials brought(market::account_name(number_));
    co_await client_->authenticate(std::move(brought));
    co_return !stopping_;
  } catch (error const& e) {
    world_.say(name_, "not there yet: " + e.sentence());
  }
  co_return false;
}

awaitable<> trader::open(wanted_stream wanted) {
  while (!stopping_) {
    wanted_stream once = wanted;
    bool const made = co_await try_open(std::move(once));
    if (made) co_return;
    co_await world_.wait(before_trying_again);
  }
}

awaitable<bool> trader::try_open(wanted_stream wanted) {
  auto made = std::make_shared<stream>();
  made->wanted = std::move(wanted);
  if (broken_.events) made->tap = broken_.events();
  try {
    detail::wish wish = made->wanted.wish;
    auto core = co_await impl_->subscribe(std::move(wish));
    made->handle = detail::subscription_handle(std::move(core));
  } catch (error const& e) {
    world_.say(name_, made->wanted.wish.channel + " is not subscribed yet: " + e.sentence());
    co_return false;
  }
  if (stopping_) co_return true;
  world_.say(name_, "reads " + made->wanted.wish.channel);
  streams_.push_back(made);
  world_.start("a reader of " + name_, read(made));
  co_return true;
}

// ---- reading

awaitable<> trader::read(std::shared_ptr<stream> from) {
  for (;;) {
    detail::any_event event = co_await from->handle.next();
    if (event.kind == event_kind::end) {
      from->ended = true;
      bool const expected = from->closing || stopping_;
      std::string const why = event.why ? event.why->sentence() : "no reason";
      world_.say(name_, from->wanted.wish.channel + " ends: " + why);
      if (!expected)
        broken(invariant::liveness, from->wanted.wish.channel + " ended by itself: " + why);
      co_return;
    }
    bool again = false;
    std::optional<detail::any_event> seen;
    if (from->tap) {
      seen = from->tap->pass(std::move(event), again);
    } else {
      seen = std::move(event);
    }
    if (seen && again) take(*from, *seen);
    if (seen) take(*from, std::move(*seen));
    if (from->wanted.pause.count() > 0 && !calm_) co_await world_.wait(from->wanted.pause);
  }
}

void trader::take(stream& by, detail::any_event event) {
  ++events_;
  show(by, event);
  if (event.kind == event_kind::stale || event.kind == event_kind::resumed) {
    for (auto& [symbol, each] : by.views) {
      event.kind == event_kind::stale ? each.stale() : each.resumed();
    }
    return;
  }
  auto found = by.views.find(event.symbol);
  if (found == by.views.end()) {
    view fresh(world_, market_.published(), by.wanted.rules,
               name_ + ", " + by.wanted.wish.channel + " " + event.symbol);
    found = by.views.emplace(event.symbol, std::move(fresh)).first;
  }
  found->second.take(event);
}

void trader::show(stream& by, detail::any_event const& event) {
  bool const often = is_about_data(event.kind);
  if (!world_.traces(often ? trace_level::frames : trace_level::events)) return;
  std::string text =
      by.wanted.wish.channel + " " + event.symbol + " " + std::string(name_of(event.kind));
  if (event.seq > 0)
    text += " " + event.epoch + ":" + std::to_string(event.prev) + ".." + std::to_string(event.seq);
  if (event.why) text += " (" + event.why->sentence() + ")";
  world_.say(name_, text);
}

// ---- whims

awaitable<> trader::whim() {
  auto const what = chance_.below(10);
  if (what < 5) {
    world_.start("a request of " + name_, place());
  } else if (what < 9) {
    co_await reopen();
  } else {
    let_go();
    co_await begin();
  }
}

awaitable<> trader::reopen() {
  std::erase_if(streams_, [](auto const& each) { return each->ended; });
  if (streams_.empty()) co_return;
  auto const which = streams_[chance_.below(streams_.size())];
  which->closing = true;
  co_await which->handle.close();
  if (stopping_) co_return;
  wanted_stream wanted = which->wanted;
  std::erase(streams_, which);
  co_await open(std::move(wanted));
}

awaitable<> trader::place() {
  std::uint64_t const n = number_ * requests_a_trader + requests_.size();
  requests_[n] = outcome_known::pending;
  params fields;
  fields.set("n", n);
  outcome_known known = outcome_known::done;
  try {
    co_await client_->request("place", std::move(fields));
  } catch (error const& e) {
    world_.say(name_, "'place' failed: " + e.sentence());
    switch (e.code()) {
      case errc::not_connected:
      case errc::backpressure:
        known = outcome_known::not_sent;
        break;
      case errc::connection_lost:
      case errc::timed_out:
      case errc::closed:
      case errc::internal:
        known = outcome_known::unsure;
        break;
      default:
        known = outcome_known::refused;
        break;
    }
  }
  requests_[n] = known;
}

// ---- the end

void trader::let_go() {
  world_.say(name_, "lets go of its client");
  begun_ = false;
  for (auto const& each : streams_) each->closing = true;
  client_.reset();
  impl_.reset();
  loop_.reset();
  streams_.clear();
}

void trader::stop() {
  stopping_ = true;
  if (number_ % 2 == 0 && client_) {
    world_.start("the goodbye of " + name_, say_goodbye());
  } else {
    let_go();
  }
}

awaitable<> trader::say_goodbye() {
  co_await client_->close();
  let_go();
}

void trader::broken(std::string_view which, std::string sentence) {
  world_.broken(which, name_ + ": " + std::move(sentence));
}

}  // namespace runes::simulation
