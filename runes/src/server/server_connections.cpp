// A server's connections: admitted or turned away, answered in HTTP, and handed to a session; those
// from within the process likewise, but for HTTP.
#include "server/server_impl.hpp"
#include "session/raw_memberships.hpp"

#include <runes/log.hpp>

#include <utility>

namespace runes {

using detail::worker;

namespace {

/// Connections told at one time why they were refused; beyond that they are cut off without a word.
constexpr std::size_t most_turned_away = 256;

detail::accept_options accept_options_of(server_config const& config) noexcept {
  return {config.timeouts.handshake, config.limits.max_header_bytes,
          config.limits.max_outbox_bytes};
}

}  // namespace

void server::impl::take(asio::ip::tcp::socket socket, worker& on) {
  boost::system::error_code ec;
  auto const peer = socket.remote_endpoint(ec).address();
  if (ec) return;  // gone already
  auto const verdict = admission_.admit(peer, std::chrono::steady_clock::now());
  if (!verdict.admitted()) return refuse(std::move(socket), peer, verdict, on);
  auto const held = std::make_shared<detail::admission::place>(admission_, peer);
  auto const moved = std::make_shared<asio::ip::tcp::socket>(std::move(socket));
  on.start(
      "a connection",
      [this, moved, held, &on](worker::patience& at_end) {
        return serve(std::move(*moved), held, on, at_end);
      },
      worker::patience::none);
}

void server::impl::refuse(asio::ip::tcp::socket socket, asio::ip::address const& peer,
                          detail::admission::verdict const& why, worker& on) {
  ++refused_;
  if (auto const held_back = refusal_words_.write(on.own_loop()->now()))
    log::write(severity::info, {"server", 0},
               "refused " + peer.to_string() + " with " + std::to_string(why.status) + ": " +
                   std::string(why.reason) + detail::and_more(*held_back));
  if (turned_away_ >= most_turned_away) return;
  auto reply = detail::plain_reply(why.status, why.reason);
  if (why.retry_after.count() > 0) reply.retry_after = why.retry_after;
  auto const moved = std::make_shared<asio::ip::tcp::socket>(std::move(socket));
  on.start(
      "a refusal", [this, moved, &on, reply] { return turn_away(std::move(*moved), on, reply); },
      worker::patience::none);
}

awaitable<> server::impl::turn_away(asio::ip::tcp::socket socket, worker& on,
                                    detail::http_reply reply) {
  struct one_more {
    explicit one_more(std::atomic<std::size_t>& of) noexcept : count(of) { ++count; }
    ~one_more() { --count; }
    std::atomic<std::size_t>& count;
  };
  one_more const here(turned_away_);
  co_await detail::refuse(std::move(socket), on.own_loop(), std::move(reply),
                          accept_options_of(on.config()));
}

/// What the door asks, for one connection: remembers which handler it is for.
class server::impl::visit final : public detail::reception {
 public:
  visit(impl const& house, worker const& on, worker::patience& at_end)
      : house_(house), on_(on), at_end_(at_end) {}

  detail::http_reply on_request(std::string_view method, std::string_view path) override {
    return house_.answer(method, path);
  }

  std::variant<detail::http_reply, detail::upgrade_terms> on_upgrade(
      std::string_view path, std::vector<std::string> const& subprotocols) override {
    chosen = house_.mounts.find(path);
    if (!chosen) return detail::plain_reply(404, "nothing is served on this path");
    if (house_.stopping_) return detail::plain_reply(503, "the server is going away");
    // Its peer may know of the upgrade before we do, and is told of the end like all others.
    at_end_ = worker::patience::till_the_end;
    return detail::agree(*chosen, subprotocols, on_.config());
  }

  detail::mount const* chosen = nullptr;

 private:
  impl const& house_;
  worker const& on_;
  worker::patience& at_end_;  ///< of the coroutine that serves this connection
};

awaitable<> server::impl::serve(asio::ip::tcp::socket socket,
                                std::shared_ptr<detail::admission::place> held, worker& on,
                                worker::patience& at_end) {
  visit desk(*this, on, at_end);
  auto& shard = on.own_shard();
  auto wire = co_await detail::accept(std::move(socket), on.own_loop(), &shard->counters(), desk,
                                      accept_options_of(on.config()));
  if (wire) begin(std::move(wire), *desk.chosen, std::move(held), on);
}

/// A connection has been made.
void server::impl::begin(std::unique_ptr<detail::transport> wire, detail::mount const& chosen,
                         std::shared_ptr<detail::admission::place> held, worker& on) {
  auto& shard = on.own_shard();
  auto const session =
      std::make_shared<detail::session_impl>(on.own_loop(), &shard->counters(), std::move(wire),
                                             chosen.make(), detail::limits_of(on.config()));
  if (chosen.options.is_raw()) {
    session->use_raw_topics(std::make_unique<detail::raw_memberships>(shard));
  } else {
    session->use(std::make_unique<detail::runes_dialect>(*session, on.services(), shard));
  }
  if (log::enabled(severity::debug))
    log::write(severity::debug, {"session", session->id()}, "open: " + session->peer());
  on.run_session(session, std::move(held));
}

/// Of a client of this process, on its thread.
void server::impl::take(detail::local_call who) {
  worker& on = nearest(who.wanted().from);
  auto const moved = std::make_shared<detail::local_call>(std::move(who));
  on.start(
      "a local connection", [this, moved, &on] { return serve(moved, on); },
      worker::patience::till_the_end);
}

awaitable<> server::impl::serve(std::shared_ptr<detail::local_call> who, worker& on) {
  auto const verdict = admission_.admit_local();
  if (!verdict.admitted()) {
    ++refused_;
    auto reply = detail::plain_reply(verdict.status, verdict.reason);
    reply.retry_after = verdict.retry_after;
    who->refuse(reply);
    co_return;
  }
  auto held = std::make_shared<detail::admission::place>(admission_);
  auto patience = worker::patience::till_the_end;
  visit desk(*this, on, patience);
  auto const& wanted = who->wanted();
  auto const path = std::string_view(wanted.target).substr(0, wanted.target.find('?'));
  auto const decision = desk.on_upgrade(path, wanted.subprotocols);
  if (auto const* reply = std::get_if<detail::http_reply>(&decision)) {
    who->refuse(*reply);
    co_return;
  }
  auto wire =
      who->accept(on.own_loop(), &on.own_shard()->counters(),
                  std::get<detail::upgrade_terms>(decision), on.config().limits.max_outbox_bytes);
  if (wire) begin(std::move(wire), *desk.chosen, std::move(held), on);
}

detail::http_reply server::impl::answer(std::string_view method, std::string_view path) const {
  if (method != "GET" && method != "HEAD")
    return detail::plain_reply(405, "only GET is served here");
  detail::http_reply reply;
  if (path == "/health") {
    auto const components = health();
    reply.type = "application/json";
    reply.body = detail::health_object(components);
    if (detail::worst_of(components) == component_health::state::unhealthy) reply.status = 503;
    return reply;
  }
  if (path == "/metrics") {
    reply.type = detail::prometheus_type;
    reply.body = metrics_text();
    return reply;
  }
  if (mounts.find(path)) return detail::plain_reply(426, "this path speaks WebSocket");
  return detail::plain_reply(404, "nothing is served on this path");
}

}  // namespace runes
