#include "watcher.hpp"

#include "book_digest.hpp"
#include "client/reconnect_policy.hpp"
#include "truth.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <exception>
#include <random>
#include <stdexcept>

namespace faults {
namespace json = boost::json;
namespace {

/// So many of a client's waiting times are foretold.
constexpr unsigned foretold = 12;

runes::client_config config_of(options const& o, unsigned index) {
  auto config = o.client;
  config.reconnect.seed = o.client.reconnect.seed.value_or(0) + index;
  return config;
}

/// What its seed makes a client wait before each attempt while it finds nobody, in milliseconds.
json::array waits_of(runes::client_config const& config) {
  std::mt19937_64 random(*config.reconnect.seed);
  runes::detail::backoff waits(config.reconnect.base, config.reconnect.cap);
  json::array all;
  for (unsigned i = 0; i < foretold; ++i) all.emplace_back(waits.next(random()).count());
  return all;
}

std::int64_t microseconds() {
  auto const now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

void rethrow(std::exception_ptr failure) {
  if (failure) std::rethrow_exception(std::move(failure));
}

/// The numbers that a log's entries say of themselves; the padding is of no use any more.
json::value numbers_of(json::value const& entries) {
  json::array numbers;
  for (auto const& each : entries.as_array()) numbers.push_back(each.at("n"));
  return numbers;
}

void describe(json::object& line, std::string const& name, runes::event<json::value> const& e,
              runes::subscription<json::value> const&) {
  line["data"] = name == "orders" ? e.data() : numbers_of(e.data());
}

void describe(json::object& line, std::string const&, runes::event<runes::book_changes> const&,
              runes::subscription<runes::book_changes> const& stream) {
  auto const* book = stream.book(symbol);
  if (book) line["digest"] = digest(*book);
}

}  // namespace

watcher::watcher(boost::asio::any_io_executor executor, options const& o, printer& out,
                 unsigned index)
    : executor_(executor),
      options_(o),
      out_(out),
      index_(index),
      client_(executor, config_of(o, index)) {
  client_.on("state", [this](runes::notice const& now) {
    json::object line;
    line["state"] = runes::name_of(now.state());
    line["at"] = microseconds();
    if (now.error()) line["why"] = now.error()->sentence();
    print(std::move(line));
  });
  client_.on("error", [this](runes::notice const& wrong) {
    json::object line;
    line["error"] = wrong.error()->sentence();
    print(std::move(line));
  });
}

void watcher::print(json::object line) const {
  line["client"] = index_;
  out_.print(json::serialize(line));
}

runes::awaitable<> watcher::begin() {
  co_await client_.connect();
  if (!options_.token.empty()) {
    runes::credentials const who(options_.token);
    co_await client_.authenticate(who);
  }
  for (auto const& name : options_.streams) co_await subscribe(name);
  json::object line;
  line["ready"] = true;
  line["waits"] = waits_of(config_of(options_, index_));
  print(std::move(line));
}

runes::awaitable<> watcher::subscribe(std::string name) {
  if (name == "orderbook") {
    runes::orderbook const wanted(symbol);
    auto stream = co_await client_.subscribe(wanted);
    spawn(std::move(name), std::move(stream));
    co_return;
  }
  runes::channel_events wanted(name);
  wanted.symbols(symbol);
  if (name == "numbers") wanted.model(runes::event_model::log);
  auto stream = co_await client_.subscribe(wanted);
  spawn(std::move(name), std::move(stream));
}

template <class Data>
void watcher::spawn(std::string name, runes::subscription<Data> stream) {
  boost::asio::co_spawn(executor_, follow(*this, std::move(name), std::move(stream)), rethrow);
}

template <class Data>
runes::awaitable<> watcher::follow(watcher& self, std::string name,
                                   runes::subscription<Data> stream) {
  for (bool more = true; more;) {
    auto const e = co_await stream.next();
    more = static_cast<bool>(e);
    json::object line;
    line["stream"] = name;
    line["kind"] = runes::name_of(e.kind());
    if (e.kind() == runes::event_kind::gap) {
      line["from"] = e.from();
      line["to"] = e.to();
    }
    if (e.has_data()) {
      line["epoch"] = e.epoch();
      line["seq"] = e.seq();
      if (e.is_update()) line["prev"] = e.prev();
      describe(line, name, e, stream);
    }
    if (e.why()) line["why"] = e.why()->sentence();
    self.print(std::move(line));
  }
}

}  // namespace faults
