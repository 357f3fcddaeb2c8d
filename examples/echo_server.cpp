// echo_server [PORT]: sends every message back as it came, text or binary, on any path.
#include <runes/runes.hpp>

#include <cstdio>
#include <memory>
#include <string>

class echo : public runes::handler {
 public:
  runes::handler_options options() const override {
    return runes::handler_options().raw().max_message_bytes(16 << 20).compression();
  }

  runes::awaitable<> on_message(runes::session& peer, runes::message const& said) override {
    if (said.text) {
      co_await peer.send(std::string(said.data));
    } else {
      co_await peer.send_binary(std::string(said.data));
    }
  }
};

int main(int argc, char** argv) {
  auto line = runes::parse_command_line(
      argc, argv, "echo_server", "sends every message back; its port may stand behind the options");
  try {
    line.take_port();
    runes::log::start(line.config.log.level, line.config.log.format);
    runes::server server(line.config);
    server.mount("*", std::make_shared<echo>());
    runes::serve(server, line);
  } catch (std::exception const& e) {
    std::fprintf(stderr, "echo_server: %s\n", e.what());
    return 2;
  }
}
