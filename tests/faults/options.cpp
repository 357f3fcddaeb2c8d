#include "options.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>

namespace faults {
namespace {

std::uint32_t number(std::string const& name, std::string const& text) {
  std::uint32_t value = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size())
    throw std::invalid_argument(name + " takes a whole number, not '" + text + "'");
  return value;
}

std::vector<std::string> list(std::string const& text) {
  std::vector<std::string> names;
  std::istringstream in(text);
  for (std::string name; std::getline(in, name, ',');) names.push_back(name);
  return names;
}

}  // namespace

options read_options(std::vector<std::string> const& arguments) {
  options o;
  o.client.reconnect.seed = 1;
  auto const time = [](std::chrono::milliseconds& into) {
    return [&into](std::string const& name, std::string const& text) {
      into = std::chrono::milliseconds(number(name, text));
    };
  };
  std::map<std::string, std::function<void(std::string const&, std::string const&)>> const known{
      {"--url", [&](auto const&, auto const& text) { o.client.url = text; }},
      {"--token", [&](auto const&, auto const& text) { o.token = text; }},
      {"--streams", [&](auto const&, auto const& text) { o.streams = list(text); }},
      {"--clients", [&](auto const& name, auto const& text) { o.clients = number(name, text); }},
      {"--threads", [&](auto const& name, auto const& text) { o.threads = number(name, text); }},
      {"--seed",
       [&](auto const& name, auto const& text) { o.client.reconnect.seed = number(name, text); }},
      {"--connectMs", time(o.client.timeouts.connect)},
      {"--requestMs", time(o.client.timeouts.request)},
      {"--pingMs", time(o.client.timeouts.ping)},
      {"--pongMs", time(o.client.timeouts.pong)},
      {"--heartbeatMs", time(o.client.timeouts.heartbeat)},
      {"--closeMs", time(o.client.timeouts.close)},
      {"--baseMs", time(o.client.reconnect.base)},
      {"--capMs", time(o.client.reconnect.cap)},
  };
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    auto const found = known.find(arguments[i]);
    if (found == known.end()) throw std::invalid_argument("there is no option " + arguments[i]);
    if (i + 1 == arguments.size()) throw std::invalid_argument(arguments[i] + " needs a value");
    found->second(arguments[i], arguments[i + 1]);
  }
  if (o.threads == 0) throw std::invalid_argument("--threads must be at least 1");
  return o;
}

}  // namespace faults
