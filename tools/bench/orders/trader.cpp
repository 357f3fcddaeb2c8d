#include "bench/orders/trader.hpp"

#include "bench/load/swarm.hpp"
#include "bench/local/websocket.hpp"

#include <runes/api_keys.hpp>

#include <sys/socket.h>

#include <array>
#include <span>

namespace runes::bench {
namespace {

constexpr std::size_t longest_reply = 65'536;

std::string auth_fields(orders_options const& o) {
  auto const signed_now = signed_by(o.key, o.secret)();
  return R"("op":"auth","apiKey":")" + signed_now.api_key + R"(","timestamp":)" +
         std::to_string(signed_now.timestamp) + R"(,"nonce":")" + signed_now.nonce +
         R"(","signature":")" + signed_now.signature + '"';
}

/// The text behind `"orderId":"`; empty where there is none.
std::string order_id_in(std::string_view reply) {
  constexpr std::string_view key = R"("orderId":")";
  auto const at = reply.find(key);
  if (at == std::string_view::npos) return {};
  auto const begin = at + key.size();
  return std::string(reply.substr(begin, reply.find('"', begin) - begin));
}

}  // namespace

trader::trader(orders_options const& o) : socket_(open_websocket(o.port)), frames_(longest_reply) {
  send(auth_fields(o));
  await();
  send(R"("op":"deposit","asset":"USD","amount":"1000000")");
  await();
}

void trader::place() {
  send(
      R"("op":"order.place","symbol":"BTC-USD","side":"buy","quantity":"0.0001","price":"1000.00")");
}

void trader::cancel() {
  send(R"("op":"order.cancel","orderId":")" + order_ + '"');
  order_.clear();
}

void trader::ping() { send(R"("op":"ping")"); }

void trader::send(std::string const& fields) {
  send_text(socket(), R"({"id":)" + std::to_string(++id_) + ',' + fields + '}');
}

std::size_t trader::read() {
  std::array<char, 16'384> bytes;
  auto const got = ::recv(socket(), bytes.data(), bytes.size(), 0);
  if (got <= 0) throw run_error("the exchange has ended the connection");
  std::size_t answers = 0;
  frames_.feed(std::span(bytes.data(), static_cast<std::size_t>(got)),
               [&](frame_head const& head, std::span<char> payload) {
                 std::string_view const text(payload.data(), payload.size());
                 if (head.kind() == ping_frame) send_pong(socket(), text);
                 if (head.kind() != text_frame || !text.starts_with(R"({"id":)")) return true;
                 answered(text);
                 ++answers;
                 return true;
               });
  return answers;
}

void trader::answered(std::string_view text) {
  if (text.find(R"("ok":)") == std::string_view::npos) throw run_error(std::string(text));
  bool const cancelled = text.find(R"("symbol":)") == std::string_view::npos;
  if (!cancelled) order_ = order_id_in(text);
}

}  // namespace runes::bench
