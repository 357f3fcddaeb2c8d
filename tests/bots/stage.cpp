// A stage's life, and the way of every request. Its connection: stage_wire.cpp; what it judges:
// stage_judge.cpp.
#include "stage.hpp"

#include "client/client_impl.hpp"
#include "service/markets.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <stdexcept>
#include <utility>

namespace bots::test {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using std::chrono::milliseconds;

char const* const bots_account = "bot";
/// A bound against hanging; nothing is measured by it.
constexpr std::chrono::seconds patience{20};
/// What follows from a message within one process is over after fewer turns than this.
constexpr int turns_of_a_reaction = 40;

runes::server_config small_config(memory of_venue) {
  runes::server_config config;
  config.threads = 1;
  config.timeouts.drain_notice = milliseconds(0);
  config.rate_limit.max_requests_per_minute = 0;
  if (of_venue == memory::short_lived) config.history.account_max_bytes = 0;
  return config;
}

exchange::host::host_config markets(memory of_venue) {
  exchange::host::host_config config;
  config.venue = exchange::service::sample_markets();
  if (of_venue == memory::short_lived) config.venue.max_closed_orders = 1;
  return config;
}

runes::identity by_token(runes::credentials const& brought) {
  return runes::identity(brought.token);
}

}  // namespace

// ---- the ways in

/// The venue's own handler, past which every request goes one by one.
class stage::door final : public runes::handler {
 public:
  explicit door(stage& of) : stage_(of), venue(of.host_, by_token) {}

  runes::awaitable<runes::identity> authenticate(runes::session& peer,
                                                 runes::credentials const& brought) override {
    return venue.authenticate(peer, brought);
  }
  runes::awaitable<> on_subscribe(runes::session& peer,
                                  runes::subscription_request const& wanted) override {
    return venue.on_subscribe(peer, wanted);
  }
  runes::awaitable<json::value> on_request(runes::session& peer,
                                           runes::request const& asked) override {
    return stage_.admit(peer, asked);
  }
  runes::awaitable<> on_close(runes::session& peer, runes::close_reason const& why) override {
    return venue.on_close(peer, why);
  }

 private:
  stage& stage_;

 public:
  exchange::host::trading_handler venue;
};

party::party(runes::asio::any_io_executor on, runes::local_endpoint here, std::string account)
    : client(std::move(on), std::move(here)), trader(client), name(std::move(account)) {}

// ---- its life

stage::stage(runes::decimal stock, memory of_venue)
    : server_(small_config(of_venue)), host_(server_, markets(of_venue)), stock_(stock) {
  door_ = std::make_shared<door>(*this);
  server_.mount("/ws", door_);
}

stage::~stage() = default;

void stage::run(std::function<runes::awaitable<>()> body) {
  server_.listen(here_);
  server_.spawn([this, body] { return live(body); });
  host_.start();
  server_.run();
  host_.finish();
  if (failed_) std::rethrow_exception(failed_);
  for (auto const& each : broken_) BOOST_ERROR(each);
  BOOST_TEST(self_trades == 0u);
}

runes::awaitable<> stage::live(std::function<runes::awaitable<>()> body) {
  try {
    auditor_ = host_.new_connection();
    account_ = co_await host_.enter(bots_account, auditor_);
    co_await body();
  } catch (...) {
    failed_ = std::current_exception();
  }
  if (running_) {
    bot_->stop();
    co_await client_->close();
    co_await until([this] { return !running_; }, "the bot ends with its client");
  }
  bot_.reset();
  client_.reset();
  server_.stop();
}

runes::awaitable<std::unique_ptr<party>> stage::enter(std::string name, runes::decimal bitcoins) {
  auto made = std::make_unique<party>(executor(), here_, name);
  co_await made->client.connect();
  runes::credentials const token(name);
  co_await made->client.authenticate(token);
  co_await made->trader.deposit("USD", "10000000");
  if (bitcoins > runes::decimal()) co_await made->trader.deposit("BTC", bitcoins);
  co_return made;
}

runes::awaitable<> stage::start(making make, bool keeps_orders) {
  loop_ = runes::detail::loop::make(executor());
  runes::client_config config;
  config.reconnect.base = config.reconnect.cap = milliseconds(1);
  config.reconnect.seed = 7;
  client_.emplace(std::make_shared<runes::detail::client_impl>(
      loop_, config, [this](std::size_t) { return dial(); }));
  client_->on("state", [](runes::notice const& what) {
    BOOST_TEST_MESSAGE("the client is " << runes::name_of(what.state())
                                        << (what.error() ? ": " + what.error()->sentence() : ""));
  });
  co_await client_->connect();
  runes::credentials const token(bots_account);
  co_await client_->authenticate(token);
  desk_settings settings;
  settings.trading.client_id_prefix = "bot";
  settings.trading.timeout = milliseconds(150);  // so long a placement that is lost may arrive
  settings.trading.settle_margin = milliseconds(5);
  settings.keeps_orders = keeps_orders_ = keeps_orders;
  settings.stock = stock_;
  settings.longest_close = longest_close;
  settings.say = [](std::string const& line) { BOOST_TEST_MESSAGE(line); };
  bot_ = make(*client_, settings);
  running_ = true;
  trades_ = false;
  asio::co_spawn(executor(), bot_->run(), [this](std::exception_ptr failed) {
    running_ = false;
    if (failed && !failed_) failed_ = failed;
  });
}

runes::awaitable<> stage::ended() {
  co_await until([this] { return !running_; }, "the bot has ended");
  if (failed_) std::rethrow_exception(failed_);
}

runes::awaitable<std::string> stage::failure() {
  co_await until([this] { return !running_; }, "the bot has ended");
  try {
    if (failed_) std::rethrow_exception(std::exchange(failed_, nullptr));
  } catch (runes::error const& wrong) {
    co_return wrong.sentence();
  }
  co_return std::string();
}

runes::awaitable<> stage::set_status(std::string symbol, std::string status) {
  json::object const body{{"symbol", symbol}, {"status", status}};
  runes::request const wanted("status.set", body);
  co_await host_.request(wanted, account_, auditor_);
}

runes::awaitable<> stage::finish() {
  bot().stop();
  co_await ended();
  auto const left = co_await ask();
  BOOST_TEST(left.open.empty());
}

// ---- turns

runes::awaitable<> stage::hop() { return asio::post(executor(), asio::use_awaitable); }

runes::awaitable<> stage::breathe() {
  std::uint64_t before = 0;
  do {
    before = requests;
    for (int n = 0; n < turns_of_a_reaction; ++n) co_await hop();
  } while (before != requests);
}

runes::awaitable<> stage::until(std::function<bool()> holds, std::string what) {
  auto const latest = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > latest)
      throw std::runtime_error("this did not come about: " + what);
    co_await hop();
  }
}

runes::awaitable<> stage::agree() {
  auto const latest = std::chrono::steady_clock::now() + patience;
  for (;;) {
    co_await breathe();
    auto const now = co_await ask();
    auto const& desk = bot_->account();
    bool same = desk.tracker().current() && desk.tracker().open_orders() == now.open;
    for (auto const& [symbol, lots] : now.positions) {
      if (limits.contains(symbol)) same = same && held_by_its_word(symbol) == lots;
    }
    if (same) co_return;
    if (!running_) throw std::runtime_error("the bot has ended");
    if (std::chrono::steady_clock::now() > latest)
      throw std::runtime_error("the bot's view does not become the venue's: " + difference(now));
  }
}

std::string stage::difference(truth const& now) const {
  auto const text = [](runes::order_list const& of) {
    std::string all;
    for (auto const& each : of)
      all += " " + std::to_string(each.order_id) + ":" + each.remaining.str() + "@" +
             (each.price ? each.price->str() : "stop") + "(" + each.reason + ")";
    return all;
  };
  auto const& desk = bot_->account();
  std::string all = desk.tracker().current() ? "" : "it is not current,";
  all += " its client is " + std::string(runes::name_of(client_->state())) + ",";
  if (desk.tracker().next_question()) all += " it has a question,";
  all += " it has" + text(desk.tracker().open_orders()) + ", the venue" + text(now.open);
  for (auto const& [symbol, limit] : limits)
    all += "; " + symbol + " " + std::to_string(held_by_its_word(symbol)) + ", " +
           std::to_string(now.positions.at(symbol));
  return all;
}

/// A bot that leaves what it finds goes by the positions' own stream.
std::int64_t stage::held_by_its_word(std::string const& symbol) const {
  auto const& desk = bot_->account();
  if (!keeps_orders_) return desk.position(symbol);
  auto const* const held = desk.tracker().position(symbol);
  return held == nullptr ? 0 : steps_of(held->size, desk.instrument(symbol).lot_size);
}

// ---- every request

runes::awaitable<json::value> stage::admit(runes::session& peer, runes::request const& asked) {
  bool const by_bot = peer.peer() == peer_;
  std::optional<cut_at> accident;
  if (by_bot && asked.op() == "order.place") trades_ = true;
  if (by_bot && trades_ && asked.op().starts_with("order.")) accident = std::exchange(planned_, {});
  if (by_bot) ++requests;
  while (busy_) co_await hop();
  busy_ = true;
  std::shared_ptr<void> const over(nullptr, [this](void*) { busy_ = false; });
  if (accident == cut_at::arrival) {
    note_request(asked, runes::errc::connection_lost);
    cut();
    throw runes::error(runes::errc::internal, "it has never arrived");
  }
  std::optional<runes::error> refused;
  json::value answer;
  try {
    answer = co_await door_->venue.on_request(peer, asked);
  } catch (runes::error const& e) {
    refused = e;
  }
  if (by_bot) note_request(asked, refused ? std::optional(refused->code()) : std::nullopt);
  auto const now = co_await read_truth();
  judge(now);
  if (accident == cut_at::answer) {
    if (asked.op() == "order.place") unsettled_ = client_id_of(asked);
    cut();
  }
  if (accident == cut_at::delivery) cut_after(3);
  if (refused) throw *refused;
  co_return answer;
}

}  // namespace bots::test
