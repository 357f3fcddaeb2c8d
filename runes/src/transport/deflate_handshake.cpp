#include "transport/deflate_handshake.hpp"

#include "transport/extension_list.hpp"

#include <boost/beast/core/string.hpp>

#include <cstdint>
#include <utility>

namespace runes::detail {
namespace http = boost::beast::http;
namespace {

using std::string_view;

constexpr string_view extension_name = "permessage-deflate";
constexpr std::uint8_t widest_window = 15;
/// zlib cannot compress with a window of 256 bytes, as whoever compresses for the client will find.
constexpr std::uint8_t least_server_bits = 9;

struct parameters {
  bool server_no_takeover = false, client_no_takeover = false;
  std::optional<std::uint8_t> server_bits, client_bits;  ///< client_bits may be 0: without a value
};

/// "8" to "15"; nothing for anything else.
std::optional<std::uint8_t> read_bits(string_view value) {
  if (value == "8" || value == "9") return static_cast<std::uint8_t>(value[0] - '0');
  if (value.size() != 2 || value[0] != '1' || value[1] < '0' || value[1] > '5') return {};
  return static_cast<std::uint8_t>(10 + value[1] - '0');
}

bool set_flag(bool& flag, string_view value) { return value.empty() && !std::exchange(flag, true); }

bool set_bits(std::optional<std::uint8_t>& bits, string_view value, bool may_lack) {
  if (bits) return false;
  bits = value.empty() && may_lack ? std::uint8_t{0} : read_bits(value);
  return bits.has_value();
}

/// Nothing if one is unknown, there twice, or has no good value. Only an offer may say
/// client_max_window_bits without one.
std::optional<parameters> read(extension const& from, bool offer) {
  parameters all;
  for (auto const& [key, value] : from.parameters) {
    bool good = false;
    if (key == "server_no_context_takeover") {
      good = set_flag(all.server_no_takeover, value);
    } else if (key == "client_no_context_takeover") {
      good = set_flag(all.client_no_takeover, value);
    } else if (key == "server_max_window_bits") {
      good = set_bits(all.server_bits, value, false);
    } else if (key == "client_max_window_bits") {
      good = set_bits(all.client_bits, value, offer);
    }
    if (!good) return {};
  }
  return all;
}

deflate_agreement agree(parameters const& offer) {
  deflate_agreement result;
  // Frames that all subscribers share can only be compressed without a context of one connection's.
  // Nor is one held for what a client sends: it would be 40 KiB a connection, for small requests.
  // Either may be answered though it was not offered (RFC 7692, section 7.1.1).
  result.client.takeover = false;
  result.window = std::uint32_t{1} << offer.server_bits.value_or(widest_window);
  result.answer =
      std::string(extension_name) + "; server_no_context_takeover; client_no_context_takeover";
  if (offer.server_bits)
    result.answer += "; server_max_window_bits=" + std::to_string(*offer.server_bits);
  if (offer.client_bits && *offer.client_bits > 0)
    result.answer += "; client_max_window_bits=" + std::to_string(*offer.client_bits);
  return result;
}

bool is_deflate(extension const& one) { return boost::beast::iequals(one.name, extension_name); }

/// Those of all such headers, in order; nothing if one of them is malformed.
std::optional<std::vector<extension>> extensions_of(http::fields const& message) {
  std::vector<extension> all;
  auto const [begin, end] = message.equal_range(http::field::sec_websocket_extensions);
  for (auto it = begin; it != end; ++it) {
    auto some = read_extensions(it->value());
    if (!some) return {};
    for (auto& one : *some) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

deflate_agreement answer_deflate_offers(http::fields const& request) {
  for (auto const& offer : extensions_of(request).value_or(std::vector<extension>())) {
    if (!is_deflate(offer)) continue;
    auto const wanted = read(offer, true);
    if (wanted && wanted->server_bits.value_or(widest_window) >= least_server_bits)
      return agree(*wanted);
  }
  return {};
}

deflate_answer read_deflate_answer(http::fields const& response, bool offered) {
  deflate_answer result;
  result.valid = false;
  auto const all = extensions_of(response);
  if (!all) return result;
  for (auto const& one : *all) {
    // client_max_window_bits would answer an offer of it, and there was none.
    auto const said = read(one, false);
    bool const wanted = offered && is_deflate(one) && said && !said->client_bits && !result.server;
    if (!wanted) return result;
    result.server = deflate_terms{!said->server_no_takeover};
  }
  result.valid = true;
  return result;
}

}  // namespace runes::detail
