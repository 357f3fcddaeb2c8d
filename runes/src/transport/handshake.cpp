#include "transport/handshake.hpp"

#include "transport/accept.hpp"
#include "transport/connect.hpp"
#include "transport/deflate_handshake.hpp"
#include "transport/outbox_stream.hpp"

#include <runes/config.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/option.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <utility>

namespace runes::detail {
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
namespace {

std::string join(std::vector<std::string> const& names) {
  std::string all;
  for (auto const& name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

// Deadlines are the door's, on the loop's one timer.
websocket::stream_base::timeout no_timeout() {
  return {websocket::stream_base::none(), websocket::stream_base::none(), false};
}

/// With the widest window deflate refers no further back than it reaches, whatever the message's
/// size.
deflate_sizes sizes_of(deflate_agreement const& agreed, upgrade_terms const& terms) {
  constexpr std::uint32_t widest = 32 * 1024;
  return {terms.min_compressed_bytes,
          agreed.window < widest ? agreed.window : deflate_sizes::largest};
}

/// Whether a client may accept the subprotocol that was chosen (RFC 6455, section 4.1).
bool was_offered(websocket::response_type const& answer, connect_options const& options) {
  auto const chosen = answer.find(http::field::sec_websocket_protocol);
  auto const& wanted = options.subprotocols;
  return chosen == answer.end() ||
         std::find(wanted.begin(), wanted.end(), chosen->value()) != wanted.end();
}

}  // namespace

std::vector<std::string> tokens_of(http::fields const& headers, http::field name) {
  std::vector<std::string> tokens;
  for (auto [it, end] = headers.equal_range(name); it != end; ++it) {
    for (auto const token : http::token_list(it->value())) tokens.emplace_back(token);
  }
  return tokens;
}

awaitable<upgraded> accept_upgrade(std::shared_ptr<wire> over,
                                   websocket::request_type const& request,
                                   upgrade_terms const& terms) {
  upgraded result;
  result.subprotocol = terms.subprotocol;
  deflate_agreement agreed;
  if (terms.compression) agreed = answer_deflate_offers(request);
  if (!agreed.answer.empty()) {
    result.compression = agreed.client;
    result.deflates = sizes_of(agreed, terms);
  }

  websocket::stream<outbox_stream> stream{outbox_stream(std::move(over))};
  stream.set_option(no_timeout());
  auto const decorate = [&result, &agreed](websocket::response_type& response) {
    response.set(http::field::server, "runes/" + std::string(version()));
    if (response.result() != http::status::switching_protocols) return;
    if (!result.subprotocol.empty())
      response.set(http::field::sec_websocket_protocol, result.subprotocol);
    if (!agreed.answer.empty()) response.set(http::field::sec_websocket_extensions, agreed.answer);
  };
  stream.set_option(websocket::stream_base::decorator(decorate));
  co_await stream.async_accept(request, asio::redirect_error(asio::use_awaitable, result.ec));
  co_return result;
}

awaitable<upgraded> ask_for_upgrade(std::shared_ptr<wire> over, std::string const& host,
                                    std::string const& target, connect_options const& options,
                                    websocket::response_type& answer) {
  upgraded result;
  websocket::stream<outbox_stream> stream{outbox_stream(std::move(over))};
  stream.set_option(no_timeout());
  auto const decorate = [&options](websocket::request_type& request) {
    request.set(http::field::user_agent, "runes/" + std::string(version()));
    if (!options.subprotocols.empty())
      request.set(http::field::sec_websocket_protocol, join(options.subprotocols));
    if (options.compression)
      request.set(http::field::sec_websocket_extensions, std::string(deflate_offer));
  };
  stream.set_option(websocket::stream_base::decorator(decorate));
  co_await stream.async_handshake(answer, host, target,
                                  asio::redirect_error(asio::use_awaitable, result.ec));
  if (result.ec) co_return result;
  auto const compression = read_deflate_answer(answer, options.compression);
  if (!compression.valid || !was_offered(answer, options))
    result.ec = make_error_code(boost::system::errc::protocol_error);
  result.compression = compression.server;
  result.subprotocol = std::string(answer[http::field::sec_websocket_protocol]);
  result.already_read = stream.next_layer().take_rest();
  co_return result;
}

}  // namespace runes::detail
