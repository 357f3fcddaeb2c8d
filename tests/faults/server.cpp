// fault_server: publishes when it is told to, and tells what is true. `publish` is meant for one
// connection, that of the test itself.
#include "truth.hpp"

#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string_view>

namespace json = boost::json;

namespace {

std::size_t field(json::object const& body, std::string_view name, std::size_t most) {
  auto const* value = body.if_contains(name);
  if (!value) return 0;
  if (!value->is_int64() || value->get_int64() < 0) {
    throw runes::error(runes::errc::bad_request,
                       "'" + std::string(name) + "' must be a whole number");
  }
  return std::min(static_cast<std::size_t>(value->get_int64()), most);
}

class teller final : public runes::handler {
 public:
  explicit teller(runes::server& server) : truth_(server) {}

  runes::awaitable<runes::identity> authenticate(runes::session&,
                                                 runes::credentials const& brought) override {
    runes::identity who(brought.token);
    co_return who;
  }

  // {"id":1,"op":"publish","count":100,"padding":1000}: so many changes of everything.
  runes::awaitable<json::value> on_request(runes::session& peer,
                                           runes::request const& asked) override {
    if (asked.op() != "publish") co_return co_await handler::on_request(peer, asked);
    auto const count = field(asked.body(), "count", 100'000);
    auto const padding = field(asked.body(), "padding", 60'000);
    for (std::size_t i = 0; i < count; ++i) co_await truth_.step(padding);
    json::value told = truth_.tell();
    co_return told;
  }

 private:
  faults::truth truth_;
};

}  // namespace

int main(int argc, char** argv) {
  auto const line = runes::parse_command_line(argc, argv, "fault_server", "tells the truth");
  runes::log::start(line.config.log.level, line.config.log.format);
  try {
    runes::server server(line.config);
    server.mount("/ws", std::make_shared<teller>(server));
    boost::asio::signal_set signals(server.executor(), SIGINT, SIGTERM);
    signals.async_wait([&server](boost::system::error_code ec, int) {
      if (!ec) server.stop();
    });
    server.listen();
    std::printf("listening on %s\n", server.addresses().front().c_str());
    std::fflush(stdout);
    server.run();
  } catch (std::exception const& e) {
    std::fprintf(stderr, "fault_server: %s\n", e.what());
    return 2;
  }
}
