#include "venue_host.hpp"

#include "time_of_day.hpp"
#include "wire/answers.hpp"
#include "wire/market_values.hpp"
#include "wire/requests.hpp"

#include <runes/error.hpp>
#include <runes/log.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

namespace exchange::host {
namespace {

using venue::micros;

/// Updates that may wait for busy loops before nothing more is taken.
constexpr std::size_t most_waiting = 100'000;
constexpr std::chrono::seconds between_ticks{1};
/// What could not be taken when it was due is tried again after that.
constexpr micros try_again = 10'000;

venue::venue_config checked(host_config& config) {
  if (config.recorded && config.store)
    throw std::invalid_argument("a venue that plays a recording keeps nothing: it takes no store");
  wire::validate(config.venue);
  return std::move(config.venue);
}

runes::error too_much() {
  return {runes::errc::overloaded, "the venue has too much to do; nothing was done, try again"};
}

runes::error stopped(std::string const& why) {
  return {runes::errc::internal, "trading has stopped: " + why};
}

}  // namespace

venue_host::venue_host(runes::server& in, host_config config)
    : server_(in),
      loop_(in.executor()),
      venue_(checked(config)),
      reports_(venue_, config.store.has_value()),
      store_(config.store ? std::make_unique<durable_store>(
                                *config.store, venue_, reports_, loop_.executor(),
                                store_reports{[this](auto up_to) { on_durable(up_to); },
                                              [this](auto why) { on_failed(std::move(why)); }})
                          : nullptr),
      topics_(in, venue_),
      service_(venue_, reports_, store_.get(), *this, store_ ? store_->recovered() : 0),
      due_(loop_.executor()),
      second_(loop_.executor()),
      last_connection_(static_cast<venue::connection_id>(now())) {
  if (config.recorded) {
    recorded_.emplace(venue_);
  } else {
    marks_.emplace(venue_.config());
  }
  add_reports();
}

venue_host::~venue_host() = default;

void venue_host::start() {
  for (auto const each : venue_.connections()) {
    service_.insist(venue::connection_down{each}, now());
  }
  service_.tell(reports_.begin(now()));
  arm();
  wait_for_tick();
}

bool venue_host::finish() {
  due_.cancel();
  second_.cancel();
  for (auto const each : venue_.connections()) {
    service_.insist(venue::connection_down{each}, now());
  }
  if (!store_) return true;
  storage::sequence last = 0;
  // What waited for room makes records of its own.
  do {
    last = service_.last();
    if (!store_->wait_for(last)) return false;
    on_durable(last);
  } while (service_.last() != last);
  return store_->save_at_end(last);
}

// ---- what the others ask, on their executors

bool venue_host::serves(std::string_view op) noexcept {
  return wire::is_command(op) || wire::is_query(op);
}

bool venue_host::is_public(std::string_view op) noexcept { return wire::is_public(op); }

permission venue_host::permission_for(std::string_view op) noexcept {
  return wire::permission_for(op);
}

runes::awaitable<venue::account_id> venue_host::enter(std::string name,
                                                      venue::connection_id connection) {
  using answer = answer_to<venue::account_id>;
  return loop_.call<venue::account_id>([this, name = std::move(name), connection](answer& to) {
    auto account = venue_.find_account(name);
    if (!account) account = take(venue::open_account{name}).account;
    if (connection != 0) take(venue::connection_up{*account, connection});
    answer_when_durable(to, *account);
  });
}

void venue_host::leave(venue::connection_id connection) {
  boost::asio::dispatch(loop_.executor(), [this, connection] {
    service_.insist(venue::connection_down{connection}, now());
    settle();
  });
}

runes::awaitable<bool> venue_host::follow(venue::account_id account) {
  return loop_.call<bool>([this, account](answer_to<bool>& to) {
    topics_.open(account, venue_.name_of(account));
    service_.tell(reports_.follow(account, now()));
    answer_when_durable(to, true);
  });
}

runes::awaitable<boost::json::value> venue_host::request(runes::request const& asked,
                                                         venue::account_id account,
                                                         venue::connection_id connection) {
  return loop_.call<boost::json::value>([this, &asked, account, connection](json_answer& to) {
    carry_out(asked, account, connection, to);
  });
}

runes::awaitable<bool> venue_host::play(step const& what) {
  return loop_.call<bool>([this, &what](answer_to<bool>& to) {
    bool const room = topics_.waiting() < most_waiting / 10;
    if (room) play_now(what);
    to(nullptr, bool{room});
  });
}

// ---- on the venue's loop

// There is no journal, so nothing has to be told request by request.
void venue_host::play_now(step const& what) {
  std::vector<venue::outcome> all;
  venue::result last;
  recorded_->follow(what, [&](venue::command const& each) {
    auto const done = venue_.apply({each, now(), 0});
    if (!done.result.ok()) note_unplayed(done.result.error);
    all.insert(all.end(), done.outcomes.begin(), done.outcomes.end());
    last.ts = done.result.ts;
  });
  service_.tell(reports_.report({last, all}));
  settle();
}

// What the book lacks from now on is said, the more seldom the oftener it happens.
void venue_host::note_unplayed(venue::error why) {
  ++unplayed_;
  if ((unplayed_ & (unplayed_ - 1)) != 0) return;
  runes::log::write(runes::severity::warning, {"venue", 0},
                    std::to_string(unplayed_) +
                        " changes of the recording could not be carried out, the last one for: " +
                        std::string(venue::name_of(why)));
}

void venue_host::carry_out(runes::request const& asked, venue::account_id account,
                           venue::connection_id connection, json_answer& answer) {
  wire::caller const who{account, connection, now()};
  if (wire::is_query(asked.op())) {
    answer_when_durable(answer, wire::answer_query(asked.op(), asked.body(), who, venue_));
    return;
  }
  auto const wanted = wire::read_command(asked.op(), asked.body(), who, venue_);
  // A refusal is told at once: it has changed nothing that could get lost.
  answer_when_durable(answer, wire::answer(wanted, take(wanted), venue_));
}

venue::result venue_host::take(venue::command what) {
  auto const result = take(venue::request{std::move(what), now(), 0});
  if (result.ok()) return result;
  throw runes::error(static_cast<runes::errc>(result.error),
                     "the venue refuses it: " + std::string(venue::name_of(result.error)));
}

venue::result venue_host::take(venue::request const& asked) {
  bool const busy = topics_.waiting() > most_waiting || (store_ && store_->overloaded());
  if (busy) throw too_much();
  auto const taken = service_.take(asked);
  switch (taken.verdict) {
    case service::verdict::overloaded:
      throw too_much();
    case service::verdict::stopped:
      throw stopped(service_.failed().empty() ? "the journal can't be written" : service_.failed());
    case service::verdict::taken:
      break;
  }
  ++requests_;
  if (!taken.result.ok()) ++refused_;
  settle();
  return taken.result;
}

template <class T>
void venue_host::answer_when_durable(answer_to<T>& answer, T value) {
  service_.when_durable(
      [answer = std::move(answer), value = std::move(value)](std::string const* why_not) mutable {
        if (why_not == nullptr) return answer(nullptr, std::move(value));
        answer(std::make_exception_ptr(stopped(*why_not)), T());
      });
}

void venue_host::tell(service::news&& what) { topics_.publish(what); }

void venue_host::on_durable(storage::sequence up_to) {
  service_.durable(up_to, now());
  store_->go_on(up_to);
  settle();
}

void venue_host::on_failed(std::string why) {
  runes::log::write(runes::severity::fatal, {"venue", 0}, why);
  failed_ = true;
  service_.fail(std::move(why));
}

// After whatever may have changed when something is due.
void venue_host::settle() {
  if (venue_.next_due() != armed_for_) arm();
}

// ---- time

void venue_host::arm() {
  armed_for_ = venue_.next_due();
  if (!armed_for_) {
    due_.cancel();
    return;
  }
  // An order a year away is looked at again sooner: clocks are set, and waits have an end.
  constexpr micros longest = 60'000'000;
  wait_until_due(std::clamp<micros>(*armed_for_ - now(), 0, longest));
}

void venue_host::wait_until_due(micros wait) {
  due_.expires_after(std::chrono::microseconds(wait));
  due_.async_wait([this](boost::system::error_code const& ec) {
    if (!ec) on_due();
  });
}

void venue_host::on_due() {
  if (failed_) return;  // nothing is carried out any more
  if (armed_for_ && *armed_for_ <= now()) {
    auto const taken = service_.take({venue::advance_time{}, now(), 0});
    if (taken.verdict != service::verdict::taken) return wait_until_due(try_again);
  }
  arm();
}

void venue_host::wait_for_tick() {
  second_.expires_after(between_ticks);
  second_.async_wait([this](boost::system::error_code const& ec) {
    if (ec) return;
    tick();
    wait_for_tick();
  });
}

void venue_host::tick() {
  if (marks_) {
    for (auto const& each : marks_->changed(venue_)) service_.take({each, now(), 0});
  }
  service_.tell(reports_.advance(now()));
  settle();
}

// ---- reports

void venue_host::add_reports() {
  server_.add_metric("exchange_requests_total",
                     "Requests that the venue has carried out or refused",
                     [this] { return static_cast<double>(requests_.load()); });
  server_.add_metric("exchange_requests_refused_total", "Requests that the venue has refused",
                     [this] { return static_cast<double>(refused_.load()); });
  server_.add_health("venue", [this] { return health(); });
}

runes::component_health venue_host::health() const {
  using state = runes::component_health::state;
  if (failed_) return {state::unhealthy, "trading has stopped: the journal can't be written"};
  auto details = std::to_string(requests_.load()) + " requests";
  if (store_ && store_->mirror_failed()) {
    return {state::degraded, details + ", the mirror has stopped"};
  }
  return {state::healthy, std::move(details)};
}

}  // namespace exchange::host
