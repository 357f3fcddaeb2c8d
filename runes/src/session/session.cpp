#include <runes/handler.hpp>
#include <runes/session.hpp>

#include <runes/error.hpp>

#include <utility>

namespace runes {

session::~session() = default;

std::any& session::attribute(std::type_index type) {
  if (!attributes_)
    attributes_ = std::make_unique<std::vector<std::pair<std::type_index, std::any>>>();
  for (auto& [key, value] : *attributes_) {
    if (key == type) return value;
  }
  return attributes_->emplace_back(type, std::any()).second;
}

namespace {

error ended() { return {errc::connection_lost, "the connection has ended"}; }

}  // namespace

awaitable<> session::send(std::string text) {
  for (;;) {
    auto const result = try_send(text);
    if (result == push_result::accepted) co_return;
    if (result == push_result::dropped || !co_await wait_for_room()) throw ended();
  }
}

awaitable<> session::send_binary(std::string bytes) {
  for (;;) {
    auto const result = try_send_binary(bytes);
    if (result == push_result::accepted) co_return;
    if (result == push_result::dropped || !co_await wait_for_room()) throw ended();
  }
}

handler::~handler() = default;

handler_options handler::options() const { return {}; }
awaitable<> handler::on_open(session&) { co_return; }

awaitable<identity> handler::authenticate(session&, credentials const&) {
  throw error(errc::bad_credentials, "this server accepts no credentials");
  co_return identity{};  // what makes it a coroutine
}

awaitable<> handler::on_subscribe(session&, subscription_request const&) { co_return; }
awaitable<> handler::on_unsubscribe(session&, subscription_request const&) { co_return; }

awaitable<boost::json::value> handler::on_request(session&, request const& asked) {
  throw error(errc::unknown_op, "no op '" + asked.op() + "'");
  co_return nullptr;
}

awaitable<> handler::on_message(session&, message const&) { co_return; }
awaitable<> handler::on_close(session&, close_reason const&) { co_return; }

}  // namespace runes
