#include "transport/ws_transport.hpp"

#include "protocol/request_text.hpp"
#include "transport/accept.hpp"
#include "transport/connect.hpp"
#include "transport/endpoint_text.hpp"

#include <runes/config.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/option.hpp>

#include <algorithm>
#include <utility>

namespace runes::detail {
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
namespace {

/// What an idle connection keeps ready; a small request fits.
constexpr std::size_t first_read = 128;
constexpr std::size_t largest_read = 64 * 1024;
/// A buffer larger than this is given back before the next message is waited for.
constexpr std::size_t kept_buffer = 512;
constexpr std::size_t longest_reason = 123;

/// Cut where no character is split.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

std::string join(std::vector<std::string> const& names) {
  std::string all;
  for (auto const& name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

}  // namespace

std::vector<std::string> tokens_of(http::fields const& headers, http::field name) {
  std::vector<std::string> tokens;
  for (auto [it, end] = headers.equal_range(name); it != end; ++it) {
    for (auto const token : http::token_list(it->value())) tokens.emplace_back(token);
  }
  return tokens;
}

ws_transport::ws_transport(std::shared_ptr<wire> over, std::string already_read,
                           asio::ip::tcp::endpoint peer, std::string target)
    : wire_(over),
      stream_(std::move(over), std::move(already_read)),
      peer_(std::move(peer)),
      target_(std::move(target)) {}

void ws_transport::set_options(bool compression, std::size_t max_message_bytes) {
  // Deadlines are the session's and the door's, on the loop's one timer.
  stream_.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                     websocket::stream_base::none(), false});
  stream_.read_message_max(max_message_bytes);
  if (!compression) return;
  websocket::permessage_deflate offer;
  offer.server_enable = offer.client_enable = true;
  // Frames that all subscribers share can only be compressed without a context of one connection's.
  offer.server_no_context_takeover = true;
  stream_.set_option(offer);
}

awaitable<boost::system::error_code> ws_transport::accept(websocket::request_type const& request,
                                                          upgrade_terms const& terms) {
  set_options(terms.compression, terms.max_message_bytes);
  subprotocol_ = terms.subprotocol;
  std::string const chosen = terms.subprotocol;
  stream_.set_option(
      websocket::stream_base::decorator([chosen](websocket::response_type& response) {
        response.set(http::field::server, "runes/" + std::string(version()));
        if (!chosen.empty()) response.set(http::field::sec_websocket_protocol, chosen);
      }));
  boost::system::error_code ec;
  co_await stream_.async_accept(request, asio::redirect_error(asio::use_awaitable, ec));
  stream_.set_option(websocket::stream_base::decorator([](websocket::response_type&) {}));
  co_return ec;
}

awaitable<boost::system::error_code> ws_transport::handshake(std::string const& host,
                                                             connect_options const& options,
                                                             websocket::response_type& answer) {
  role_ = runes::role::client;
  set_options(options.compression, options.max_message_bytes);
  std::string const offered = join(options.subprotocols);
  stream_.set_option(websocket::stream_base::decorator([offered](websocket::request_type& request) {
    request.set(http::field::user_agent, "runes/" + std::string(version()));
    if (!offered.empty()) request.set(http::field::sec_websocket_protocol, offered);
  }));
  boost::system::error_code ec;
  co_await stream_.async_handshake(answer, host, target_,
                                   asio::redirect_error(asio::use_awaitable, ec));
  stream_.set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));
  if (!ec) subprotocol_ = std::string(answer[http::field::sec_websocket_protocol]);
  co_return ec;
}

awaitable<std::optional<message>> ws_transport::read() {
  buffer_.consume(buffer_.size());
  if (buffer_.capacity() > kept_buffer) buffer_ = beast::flat_buffer();
  boost::system::error_code ec;
  do {
    std::size_t const wanted = std::clamp(3 * buffer_.size(), first_read, largest_read);
    std::size_t const n = co_await stream_.async_read_some(
        buffer_.prepare(wanted), asio::redirect_error(asio::use_awaitable, ec));
    buffer_.commit(n);
  } while (!ec && !stream_.is_message_done());
  if (ec) {
    note_end(ec);
    co_return std::nullopt;
  }
  auto const bytes = buffer_.cdata();
  co_return message{stream_.got_text(), {static_cast<char const*>(bytes.data()), bytes.size()}};
}

void ws_transport::note_end(boost::system::error_code ec) {
  if (ec == websocket::error::closed) {
    auto const& said = stream_.reason();
    auto const code = said.code == websocket::close_code::none ? close_code::no_status
                                                               : static_cast<close_code>(said.code);
    ended_ = {code, std::string(said.reason.c_str(), said.reason.size())};
  } else if (ec == websocket::error::message_too_big || ec == websocket::error::buffer_overflow) {
    ended_ = {close_code::too_big, "a message was too big"};
  } else if (ec == websocket::error::bad_frame_payload) {
    ended_ = {close_code::bad_payload, "a text was no UTF-8"};
  } else if (ec == websocket::condition::protocol_violation) {
    ended_ = {close_code::protocol_error, ec.message()};
  } else {
    ended_ = {close_code::none, ec.message()};
  }
}

void ws_transport::start_close(close_reason const& reason) {
  websocket::close_reason said(static_cast<websocket::close_code>(reason.code));
  auto const text = cut(reason.text, longest_reason);
  said.reason.assign(text.data(), text.size());
  // How it went is what read() says; the session bounds how long it may take.
  stream_.async_close(said, [held = wire_](boost::system::error_code) {});
}

void ws_transport::on_heard(std::function<void()> callback) {
  stream_.control_callback(
      [callback = std::move(callback)](websocket::frame_type, beast::string_view) { callback(); });
}

std::string ws_transport::peer() const { return text_of(peer_); }

}  // namespace runes::detail
