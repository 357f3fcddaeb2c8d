#include "simulation/server.hpp"

#include "session/outbox.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace runes::simulation {
namespace {

/// A lagging subscription holds one change a key, or its policy's 64 KiB and one change more; no
/// topic of the simulation has more keys than this takes.
constexpr std::size_t most_backlog = detail::backlog::default_bytes + 16 * 1024;

/// What a handler takes its time over, at most.
constexpr nanoseconds longest_thought = std::chrono::milliseconds(30);
/// A server that stops waits so long for connections to end.
constexpr nanoseconds longest_close = std::chrono::seconds(2);

detail::history_rules histories_of(server_config const& config) {
  detail::history_rules rules;
  rules.everyone = {config.history.max_bytes, config.history.max_age};
  rules.accounts = {config.history.account_max_bytes, config.history.account_max_age};
  rules.total_bytes = config.history.total_bytes;
  return rules;
}

server_config really(server_config config, mutation const& broken) {
  if (broken.configuration) broken.configuration(config);
  return config;
}

}  // namespace

/// What the server's user does: knows who is who, and carries out `place`; both not at once.
class server_life::desk final : public handler {
 public:
  explicit desk(server_life& house) noexcept : house_(house) {}

  awaitable<runes::identity> authenticate(session&, credentials const& brought) override {
    std::string const account = brought.token;
    co_await think();
    co_return runes::identity(account);
  }
  awaitable<> on_subscribe(session&, subscription_request const&) override { co_await think(); }
  awaitable<boost::json::value> on_request(session&, request const& asked) override {
    if (asked.op() != "place") throw error(errc::unknown_op, "no op '" + asked.op() + "'");
    auto const n = asked.body().at("n").to_number<std::uint64_t>();
    co_await think();
    ++house_.carried_out_[n];
    boost::json::value answer(n);
    co_return answer;
  }

 private:
  awaitable<> think() {
    if (house_.chance_.percent(60)) co_return;
    auto const until =
        house_.loop_->now() + house_.chance_.between(nanoseconds(0), longest_thought);
    if (!co_await house_.loop_->wait_until(until))
      throw error(errc::closed, "the connection has ended meanwhile");
  }

  server_life& house_;
};

server_life::server_life(world& in, server_config const& config, std::string name,
                         std::uint64_t seed, mutation const& broken, ledger& carried_out)
    : world_(in),
      promised_(config),
      config_(really(config, broken)),
      name_(std::move(name)),
      broken_(broken),
      carried_out_(carried_out),
      chance_(seed),
      loop_(in.make_loop()),
      home_(std::make_shared<detail::shard>(loop_, 0, config_.limits.max_inbox_updates)),
      broker_({home_}, chance_.next() | 1, histories_of(config_)) {
  for (channel& each : channels::standard())
    broker_.add_channel(broken.channels ? broken.channels(std::move(each)) : std::move(each));
  services_.broker = &broker_;
  services_.config = &config_;
  services_.metrics = services_.health = [] { return "{}"; };
  services_.instruments = [](std::vector<std::string> const*) { return "[]"; };
}

server_life::~server_life() { home_->retire(); }

void server_life::accept(link& over) {
  test::memory_transport::options how;
  how.max_outbox_bytes = config_.limits.max_outbox_bytes;
  auto wire = std::make_unique<test::memory_transport>(loop_, &home_->counters(), over.server(),
                                                       std::move(how));
  detail::session_limits limits;
  limits.ping = config_.timeouts.ping;
  limits.pong = config_.timeouts.pong;
  limits.close = config_.timeouts.close;
  auto const place = tasks_.emplace(tasks_.end());
  place->session = std::make_shared<detail::session_impl>(
      loop_, &home_->counters(), std::move(wire), std::make_shared<desk>(*this), limits,
      ++last_session_);
  place->session->use(std::make_unique<detail::runes_dialect>(*place->session, services_, home_));
  auto ended = [self = shared_from_this(), place, number = over.number()](std::exception_ptr,
                                                                          close_reason const& why) {
    self->world_.say("server " + self->name_, "link " + std::to_string(number) + " ended: " +
                                                  std::to_string(static_cast<unsigned>(why.code)) +
                                                  " " + why.text);
    place->session.reset();
    // A cancellation on its way to this session is still to arrive, and looks for its signal.
    asio::post(self->world_.context(), [self, place] { self->tasks_.erase(place); });
  };
  asio::co_spawn(world_.context(), place->session->run(&place->cancel),
                 asio::bind_cancellation_slot(place->cancel.slot(), std::move(ended)));
}

void server_life::drain(std::chrono::milliseconds by) {
  draining_ = true;
  for (task const& each : tasks_) {
    if (each.session) each.session->drain(by);
  }
}

void server_life::close_all(close_reason const& why) {
  for (task const& each : tasks_) {
    if (each.session) each.session->close(why);
  }
}

void server_life::stop() {
  if (!broken_.leaves_broker_open) broker_.close();
  for (task& each : tasks_) {
    if (!each.session) continue;
    each.session->abort();
    each.cancel.emit(asio::cancellation_type::all);
  }
}

awaitable<> server_life::audit(topic_name of) {
  auto const self = shared_from_this();
  topic_query query(of.channel, of.symbol);
  broker_subscription heard = co_await broker_.subscribe(std::move(query));
  std::uint64_t last = 0;
  for (;;) {
    std::optional<broker_event> const event = co_await heard.next();
    if (!event) co_return;
    if (event->what != broker_event::kind::snapshot && event->prev != last)
      world_.broken(invariant::continuity, "inside server " + name_ + " " + of.text() +
                                               " goes on from " + std::to_string(event->prev) +
                                               " where it was at " + std::to_string(last));
    last = event->seq;
  }
}

void server_life::check_bounds() {
  auto const& told = home_->counters();
  auto const hold = [&](char const* what, std::size_t most, std::size_t seen) {
    if (seen > most)
      world_.broken(invariant::bounds, "server " + name_ + ": " + what + " held " +
                                           std::to_string(seen) + " bytes, and the bound is " +
                                           std::to_string(most));
  };
  hold("an outbox", promised_.limits.max_outbox_bytes + detail::outbox::reserve_bytes,
       told.largest_outbox.get());
  hold("a backlog", most_backlog, told.largest_backlog.get());
  hold("the histories", promised_.history.total_bytes, broker_.histories().used());
}

// ---- one life after another

server::server(world& in, network& net, server_config config, std::string name,
               mutation const& broken)
    : world_(in),
      network_(net),
      config_(std::move(config)),
      name_(std::move(name)),
      broken_(broken) {}

void server::start() {
  auto const address = static_cast<unsigned char>(name_.front());
  std::uint64_t const seed = address * 1'000'003u + (broken_.repeats_epochs ? 0 : lives_.size());
  life_ = std::make_shared<server_life>(world_, config_, name_, world_.part(seed).next(), broken_,
                                        carried_out_);
  lives_.push_back(life_);
  world_.say("server " + name_, "starts, life " + std::to_string(lives_.size()));
}

void server::crash() {
  if (!life_) return;
  world_.say("server " + name_, "is killed");
  network_.reset_all_of(name_);
  end_life();
}

awaitable<> server::stop(std::chrono::milliseconds notice) {
  auto const stopping = life_;
  if (!stopping || stopping->draining()) co_return;
  world_.say("server " + name_, "drains");
  stopping->drain(notice);
  co_await world_.wait(notice);
  if (life_ != stopping) co_return;
  stopping->close_all({close_code::draining, "the server is going away"});
  for (nanoseconds waited{}; stopping->sessions() > 0 && waited < longest_close;) {
    constexpr nanoseconds step = std::chrono::milliseconds(100);
    co_await world_.wait(step);
    waited += step;
  }
  if (life_ != stopping) co_return;
  world_.say("server " + name_, "stops");
  end_life();
}

void server::end_life() {
  life_->stop();
  life_->check_bounds();
  life_.reset();
}

bool server::gone() const noexcept {
  return std::all_of(lives_.begin(), lives_.end(), [](auto const& each) { return each.expired(); });
}

}  // namespace runes::simulation
