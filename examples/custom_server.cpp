// A server of one's own: a chat room. A channel of its own, a request of its own, and who may
// write.
#include <runes/runes.hpp>

#include <boost/json/serialize.hpp>

#include <cstdio>
#include <memory>

namespace json = boost::json;

// [handler]
class chat_room : public runes::handler {
 public:
  explicit chat_room(runes::broker& broker)
      : broker_(broker), lobby_(broker.topic("chat", "lobby")) {}

  // Who is this? Here a token is just a name; a real server looks it up.
  runes::awaitable<runes::identity> authenticate(runes::session&,
                                                 runes::credentials const& brought) override {
    if (brought.token.empty())
      throw runes::error(runes::errc::bad_credentials, "a token is needed");
    runes::identity who;
    who.account = brought.token;
    co_return who;
  }

  // {"id":1,"op":"say","text":"hello"}
  runes::awaitable<json::value> on_request(runes::session& peer,
                                           runes::request const& asked) override {
    if (asked.op() != "say") co_return co_await handler::on_request(peer, asked);
    if (!peer.identity())
      throw runes::error(runes::errc::auth_required, "say who you are with 'auth' first");
    auto const* text = asked.body().if_contains("text");
    if (!text || !text->is_string())
      throw runes::error(runes::errc::bad_request, "'text' must be a string");
    json::object line;
    line["from"] = peer.identity()->account;
    line["text"] = *text;
    co_await broker_.publish(lobby_, runes::log_payload(json::serialize(line)));
    json::object ok;
    ok["lines"] = lobby_.seq();
    co_return ok;
  }

 private:
  runes::broker& broker_;
  runes::topic_ref lobby_;
};
// [handler]

int main(int argc, char** argv) {
  auto const line = runes::parse_command_line(argc, argv, "custom_server", "a chat room");
  runes::log::start(line.config.log.level, line.config.log.format);
  try {
    // [main]
    runes::server server(line.config);
    server.broker().add_channel(runes::channel("chat", runes::models::log()).event("chat"));
    server.mount("/ws", std::make_shared<chat_room>(server.broker()));
    runes::serve(server, line);
    // [main]
  } catch (std::exception const& e) {
    std::fprintf(stderr, "custom_server: %s\n", e.what());
    return 2;
  }
}
