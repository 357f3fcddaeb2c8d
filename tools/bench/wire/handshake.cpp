#include "bench/wire/handshake.hpp"

#include "bench/wire/sha1.hpp"

#include <algorithm>

namespace runes::bench {
namespace {

char lower(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  auto const blank = " \t";
  auto const first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) + 1 - first);
}

}  // namespace

std::string base64(std::span<std::uint8_t const> bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto const count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= count ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return text;
}

std::string accept_for(std::string_view key) {
  return base64(sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

std::string upgrade_request(std::string_view authority, std::string_view path, std::string_view key,
                            std::vector<std::string> const& headers) {
  std::string request = "GET ";
  request.append(path).append(" HTTP/1.1\r\nHost: ").append(authority);
  request += "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
  request.append("Sec-WebSocket-Key: ").append(key).append("\r\n");
  for (auto const& line : headers) request.append(line).append("\r\n");
  return request += "\r\n";
}

std::optional<std::string> upgrade_response(std::string_view head) {
  auto const key = header_value(head, "Sec-WebSocket-Key");
  auto const upgrade = header_value(head, "Upgrade");
  if (!head.starts_with("GET ") || !key || !upgrade || !same_name(*upgrade, "websocket")) return {};
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         accept_for(*key) + "\r\n\r\n";
}

std::string refusal_in(std::string_view head, std::string_view key) {
  auto const status = head.substr(0, head.find("\r\n"));
  if (!status.starts_with("HTTP/1.1 101")) {
    return "the server answered the upgrade with '" + std::string(status) + "'";
  }
  if (header_value(head, "Sec-WebSocket-Accept") != accept_for(key)) {
    return "the server's Sec-WebSocket-Accept does not fit the key";
  }
  return {};
}

std::optional<std::string_view> header_value(std::string_view head, std::string_view name) {
  auto line_end = head.find("\r\n");
  while (line_end != std::string_view::npos) {
    head.remove_prefix(line_end + 2);
    line_end = head.find("\r\n");
    auto const line = head.substr(0, line_end);
    auto const colon = line.find(':');
    if (colon != std::string_view::npos && same_name(line.substr(0, colon), name)) {
      return trimmed(line.substr(colon + 1));
    }
  }
  return {};
}

}  // namespace runes::bench
