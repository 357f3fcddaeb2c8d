// A server and a client of it in one process, without a socket: as a test of a handler, and as a
// bot that lives beside the server.
#include <runes/runes.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

namespace json = boost::json;

// [handler]
// {"id":1,"op":"add","n":5}: counts together, and tells everybody on the channel `totals`.
class adder : public runes::handler {
 public:
  explicit adder(runes::broker& broker) : broker_(broker), total_(broker.topic("totals", "all")) {}

  runes::awaitable<json::value> on_request(runes::session& peer,
                                           runes::request const& asked) override {
    if (asked.op() != "add") co_return co_await handler::on_request(peer, asked);
    auto const* n = asked.body().if_contains("n");
    if (!n || !n->is_int64())
      throw runes::error(runes::errc::bad_request, "'n' must be a whole number");
    sum_ += n->get_int64();
    co_await broker_.publish(total_, runes::latest_payload(std::to_string(sum_)));
    json::object ok;
    ok["total"] = sum_;
    co_return ok;
  }

 private:
  runes::broker& broker_;
  runes::topic_ref total_;
  std::int64_t sum_ = 0;  // the server runs on one thread
};
// [handler]

// [test]
runes::awaitable<> try_out(runes::local_endpoint here) {
  auto const executor = co_await boost::asio::this_coro::executor;
  runes::client client(executor, here);
  co_await client.connect();
  auto totals = co_await client.subscribe(
      runes::channel_events("totals").symbols("all").model(runes::event_model::latest));

  auto const answer = co_await client.request("add", runes::params().set("n", 5));
  if (answer.at("total").as_int64() != 5) throw std::runtime_error("5 are not 5");
  while (auto const event = co_await totals.next()) {
    if (event.has_data() && event.data() == 5) break;
  }
  auto refused = runes::errc::internal;
  try {
    co_await client.request("add", runes::params().set("n", "five"));
  } catch (runes::error const& e) {
    refused = e.code();
  }
  if (refused != runes::errc::bad_request) throw std::runtime_error("a text was added");
  co_await client.close();
}
// [test]

// [main]
runes::awaitable<> run_test(runes::server& server, runes::local_endpoint here,
                            std::exception_ptr& failed) {
  try {
    co_await try_out(here);
  } catch (...) {
    failed = std::current_exception();
  }
  server.stop();
}

int main() try {
  runes::server server;
  server.broker().add_channel(runes::channel("totals", runes::models::latest()));
  server.mount("/ws", std::make_shared<adder>(server.broker()));

  runes::local_endpoint const here;
  server.listen(here);  // and on no port
  std::exception_ptr failed;
  server.spawn([&] { return run_test(server, here, failed); });
  server.run();
  if (failed) std::rethrow_exception(failed);
  std::puts("the handler does what it should");
} catch (std::exception const& e) {
  std::fprintf(stderr, "in_process: %s\n", e.what());
  return 1;
}
// [main]
