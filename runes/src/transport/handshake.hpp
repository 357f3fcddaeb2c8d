// The upgrade of both roles, by Beast.
#pragma once

#include "protocol/deflater.hpp"
#include "protocol/inflater.hpp"
#include "session/transport.hpp"

#include <boost/beast/http/fields.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace runes::detail {

class wire;
struct upgrade_terms;
struct connect_options;

/// What a handshake has come to.
struct upgraded {
  boost::system::error_code ec;  ///< Beast's, when it failed
  std::string subprotocol;
  std::optional<deflate_terms> compression;  ///< of what the peer sends, if agreed on
  deflate_sizes deflates;                    ///< of what the peer is sent
  std::string already_read;                  ///< frames that came with the last bytes of HTTP
};

/// Answers an upgrade. On the strand of the wire's loop, as all of it. Ends when the wire is
/// closed.
awaitable<upgraded> accept_upgrade(std::shared_ptr<wire> over,
                                   boost::beast::websocket::request_type const& request,
                                   upgrade_terms const& terms);

/// Asks for one. `answer` is the server's, also when it refuses.
awaitable<upgraded> ask_for_upgrade(std::shared_ptr<wire> over, std::string const& host,
                                    std::string const& target, connect_options const& options,
                                    boost::beast::websocket::response_type& answer);

/// The tokens of a comma-separated header, of which a message may have several.
std::vector<std::string> tokens_of(boost::beast::http::fields const& headers,
                                   boost::beast::http::field name);

}  // namespace runes::detail
