// A server for those who have an API key. It makes one when it starts, for the account ann, and
// shows it; its one request, `whoami`, says whose key it is.
#include <runes/runes.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>

namespace json = boost::json;

// [handler]
class members_only : public runes::handler {
 public:
  explicit members_only(runes::api_keys keys) : keys_(std::move(keys)) {}

  runes::awaitable<runes::identity> authenticate(runes::session&,
                                                 runes::credentials const& brought) override {
    co_return keys_.check(brought, std::chrono::system_clock::now());
  }

  // {"id":2,"op":"whoami"}
  runes::awaitable<json::value> on_request(runes::session& peer,
                                           runes::request const& asked) override {
    if (asked.op() != "whoami") co_return co_await handler::on_request(peer, asked);
    json::value name(peer.identity()->account);
    co_return name;
  }

 private:
  runes::key_check keys_;
};
// [handler]

int main(int argc, char** argv) try {
  auto line = runes::parse_command_line(argc, argv, "private_server", "says whose key it is");
  line.change([](runes::server_config& of) { of.security.require_authentication = true; });
  runes::log::start(line.config.log.level, line.config.log.format);
  runes::api_keys keys;
  auto const key = runes::new_api_key("ann");
  keys.add(key);
  runes::server server(line.config);
  server.mount("/ws", std::make_shared<members_only>(std::move(keys)));
  std::printf("API_KEY=%s\nAPI_SECRET=%s\n", key.id.c_str(), key.secret.c_str());
  runes::serve(server, line);
} catch (std::exception const& e) {
  std::fprintf(stderr, "private_server: %s\n", e.what());
  return 2;
}
