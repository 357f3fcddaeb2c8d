#include "transport/connect.hpp"

#include <charconv>

namespace runes::detail {
namespace {

[[noreturn]] void bad(std::string_view text, std::string_view why) {
  throw error(errc::bad_url,
              "'" + std::string(text) + "' is no WebSocket URL: " + std::string(why));
}

std::uint16_t read_port(std::string_view whole, std::string_view text) {
  unsigned value = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size() || value == 0 || value > 65'535) {
    bad(whole, "the port must be a number from 1 to 65535");
  }
  return static_cast<std::uint16_t>(value);
}

bool is_clean(std::string_view text) {
  for (char const c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return false;
  }
  return true;
}

}  // namespace

url url::parse(std::string_view text) {
  constexpr std::string_view scheme = "ws://";
  if (text.starts_with("wss://")) bad(text, "wss is not spoken yet, use ws");
  if (!text.starts_with(scheme)) bad(text, "it must begin with ws://");
  if (!is_clean(text)) bad(text, "it holds blanks or control characters");
  std::string_view rest = text.substr(scheme.size());
  url result;
  auto const slash = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, slash);
  if (slash != std::string_view::npos) {
    result.target = rest.substr(slash, rest.find('#') - slash);
    if (result.target.empty() || result.target.front() != '/') result.target.insert(0, 1, '/');
  }
  if (authority.find('@') != std::string_view::npos) bad(text, "user names have no place in it");
  if (authority.starts_with('[')) {
    auto const end = authority.find(']');
    if (end == std::string_view::npos) bad(text, "the bracket of the IPv6 address is not closed");
    result.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    if (!authority.empty() && authority.front() != ':')
      bad(text, "behind the address comes :PORT or /");
  } else {
    auto const colon = authority.find(':');
    result.host = authority.substr(0, colon);
    authority.remove_prefix(colon == std::string_view::npos ? authority.size() : colon);
  }
  if (result.host.empty()) bad(text, "the host is missing");
  if (!authority.empty()) result.port = read_port(text, authority.substr(1));
  return result;
}

}  // namespace runes::detail
