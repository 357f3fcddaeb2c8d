#include "transport/accept.hpp"

#include "transport/deadline.hpp"
#include "transport/endpoint_text.hpp"
#include "transport/http_date.hpp"
#include "transport/outbox_stream.hpp"
#include "transport/ws_transport.hpp"

#include <runes/config.hpp>
#include <runes/log.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <functional>
#include <utility>

namespace runes::detail {
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace {

using request_parser = http::request_parser<http::empty_body>;

void close_socket(tcp_socket& socket) {
  boost::system::error_code ignored;
  socket.close(ignored);
}

/// Of the absolute form, too, which a server has to accept (RFC 9112, section 3.2.2).
std::string_view path_of(std::string_view target) {
  if (auto const authority = target.find("://");
      authority != std::string_view::npos && !target.starts_with('/')) {
    auto const path = target.find('/', authority + 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  return target.substr(0, target.find('?'));
}

/// Reads one request's header.
awaitable<boost::system::error_code> read_request(tcp_socket& socket, beast::flat_buffer& buffer,
                                                  request_parser& parser) {
  boost::system::error_code ec;
  co_await http::async_read_header(socket, buffer, parser,
                                   asio::redirect_error(asio::use_awaitable, ec));
  co_return ec;
}

/// The status for what was no request; 0 when the connection has merely ended.
unsigned status_of(boost::system::error_code ec) {
  if (ec == http::error::header_limit) return 431;
  bool const ended = ec == http::error::end_of_stream || ec == http::error::partial_message;
  bool const malformed = ec.category() == make_error_code(http::error::bad_method).category();
  return malformed && !ended ? 400 : 0;
}

/// True when the connection may carry another request.
awaitable<bool> write_reply(tcp_socket& socket, loop const& on, http_reply reply, unsigned version,
                            bool keep_alive, bool head) {
  http::response<http::string_body> response(static_cast<http::status>(reply.status), version);
  response.set(http::field::server, "runes/" + std::string(runes::version()));
  response.set(http::field::date,
               http_date(std::chrono::floor<std::chrono::seconds>(on.time().wall())));
  response.set(http::field::content_type, reply.type);
  response.set(http::field::cache_control, "no-store");
  if (reply.retry_after)
    response.set(http::field::retry_after, std::to_string(reply.retry_after->count()));
  if (reply.status == 405) response.set(http::field::allow, "GET, HEAD");
  if (reply.status == 426) response.set(http::field::upgrade, "websocket");
  response.keep_alive(keep_alive);
  response.body() = std::move(reply.body);
  response.prepare_payload();
  if (head) response.body().clear();
  boost::system::error_code ec;
  co_await http::async_write(socket, response, asio::redirect_error(asio::use_awaitable, ec));
  co_return !ec && response.keep_alive();
}

/// A polite end: what the peer still sends is read for a moment, so that it sees the reply and not
/// a reset.
awaitable<> end(tcp_socket& socket) {
  boost::system::error_code ec;
  socket.shutdown(tcp_socket::shutdown_send, ec);
  std::array<char, 512> passed_over;
  for (int reads = 0; !ec && reads < 64; ++reads) {
    co_await socket.async_read_some(asio::buffer(passed_over),
                                    asio::redirect_error(asio::use_awaitable, ec));
  }
}

/// Says what was wrong with what came, if it was no request, and ends.
awaitable<> answer_malformed(tcp_socket& socket, std::shared_ptr<loop> on, unsigned status,
                             accept_options const& options) {
  if (status == 0) co_return;
  deadline const limit(*on, options.timeout, [&socket] { close_socket(socket); });
  http_reply reply;
  reply.status = status;
  reply.body = status == 431 ? "the header is too large\n" : "this is no HTTP request\n";
  co_await write_reply(socket, *on, std::move(reply), 11, false, false);
  co_await end(socket);
}

/// The upgrade, once it is agreed to.
awaitable<std::unique_ptr<transport>> upgrade(tcp_socket socket, std::shared_ptr<loop> on,
                                              loop_counters* counters, std::string already_read,
                                              request_parser& parser, upgrade_terms terms,
                                              accept_options const& options) {
  boost::system::error_code ec;
  auto const peer = socket.remote_endpoint(ec);
  auto const over =
      std::make_shared<wire>(std::move(socket), on, counters, options.max_outbox_bytes);
  deadline const limit(*on, options.timeout, [over] { over->close(); });
  auto const request = parser.release();
  upgraded agreed = co_await accept_upgrade(over, request, terms);
  if (agreed.ec) {
    over->close();
    log::write(severity::debug, {"transport", 0},
               "upgrade of " + text_of(peer) + " failed: " + agreed.ec.message());
    co_return nullptr;
  }
  agreed.already_read = std::move(already_read);
  std::string target(request.target());
  message_limits const limits{terms.max_message_bytes, terms.max_fragments};
  std::unique_ptr<transport> made = std::make_unique<ws_transport>(
      over, runes::role::server, std::move(agreed), limits, peer, std::move(target));
  co_return made;
}

}  // namespace

awaitable<std::unique_ptr<transport>> accept(tcp_socket socket, std::shared_ptr<loop> on,
                                             loop_counters* counters, reception& asked,
                                             accept_options options) {
  beast::flat_buffer buffer;
  boost::system::error_code ec;
  for (bool more = true; more;) {
    request_parser parser;
    parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
    {
      deadline const limit(*on, options.timeout, [&socket] { close_socket(socket); });
      ec = co_await read_request(socket, buffer, parser);
    }
    if (ec) {
      co_await answer_malformed(socket, on, status_of(ec), options);
      break;
    }
    auto const& request = parser.get();
    std::string const path(path_of(request.target()));
    http_reply reply;
    if (boost::beast::websocket::is_upgrade(request)) {
      auto decision =
          asked.on_upgrade(path, tokens_of(request, http::field::sec_websocket_protocol));
      if (auto* terms = std::get_if<upgrade_terms>(&decision)) {
        std::string already_read = beast::buffers_to_string(buffer.data());
        std::unique_ptr<transport> made = co_await upgrade(
            std::move(socket), on, counters, std::move(already_read), parser, *terms, options);
        co_return made;
      }
      reply = std::get<http_reply>(std::move(decision));
    } else {
      reply = asked.on_request(std::string(request.method_string()), path);
    }
    bool const keep_alive = request.keep_alive() && parser.is_done();
    bool const head = request.method() == http::verb::head;
    deadline const limit(*on, options.timeout, [&socket] { close_socket(socket); });
    more = co_await write_reply(socket, *on, std::move(reply), request.version(), keep_alive, head);
    if (!more) co_await end(socket);
  }
  co_return nullptr;
}

awaitable<> refuse(tcp_socket socket, std::shared_ptr<loop> on, http_reply reply,
                   accept_options options) {
  beast::flat_buffer buffer;
  request_parser parser;
  parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
  deadline const limit(*on, options.timeout, [&socket] { close_socket(socket); });
  if (auto const ec = co_await read_request(socket, buffer, parser); ec) co_return;
  co_await write_reply(socket, *on, std::move(reply), parser.get().version(), false,
                       parser.get().method() == http::verb::head);
  co_await end(socket);
}

}  // namespace runes::detail
