// What two sides agree on about permessage-deflate (RFC 7692, section 7.1).
#pragma once

#include "protocol/deflater.hpp"
#include "protocol/inflater.hpp"

#include <boost/beast/http/fields.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runes::detail {

/// A server's answer to what a client offers: to the first offer that it can keep.
struct deflate_agreement {
  std::string answer;  ///< for the response's Sec-WebSocket-Extensions; empty: nothing is agreed on
  deflate_terms client;      ///< how the client will compress
  std::uint32_t window = 0;  ///< how far back what it is sent may refer, in bytes
};
deflate_agreement answer_deflate_offers(boost::beast::http::fields const& request);

/// What a client offers.
inline constexpr std::string_view deflate_offer = "permessage-deflate; server_no_context_takeover";

/// What a server answered to it.
struct deflate_answer {
  bool valid = true;                    ///< else the client must end the connection
  std::optional<deflate_terms> server;  ///< how the server will compress, if it is agreed on
};
deflate_answer read_deflate_answer(boost::beast::http::fields const& response, bool offered);

}  // namespace runes::detail
