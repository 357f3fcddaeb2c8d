#include "server/admission.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <utility>

namespace runes::detail {
namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds longest_advice{60};
/// How long a full server is left alone: connections end all the time.
constexpr std::chrono::seconds full_advice{5};

/// What a peer's connections are counted under.
asio::ip::address counted_as(asio::ip::address const& peer) {
  auto plain = unmapped(peer);
  if (plain.is_v4()) return plain;
  auto bytes = plain.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes);
}

std::vector<ip_range> ranges(std::vector<std::string> const& texts) {
  std::vector<ip_range> result;
  for (auto const& text : texts) {
    auto const range = ip_range::parse(text);
    if (!range) {
      throw error(errc::bad_config,
                  "security.whitelistedIPs: \"" + text + "\" is no IP address or CIDR range");
    }
    result.push_back(*range);
  }
  return result;
}

}  // namespace

admission::rules::rules(server_config const& config)
    : whitelist(ranges(config.security.whitelisted_ips)),
      whitelist_enabled(config.security.enable_ip_whitelist),
      max_connections(config.max_connections),
      max_per_address(config.rate_limit.max_connections_per_ip) {}

admission::admission(server_config const& config) : rules_(config) {}

void admission::reload(server_config const& config) {
  rules next(config);
  std::lock_guard const lock(mutex_);
  rules_ = std::move(next);
}

bool admission::is_whitelisted(asio::ip::address const& peer) const {
  return std::any_of(rules_.whitelist.begin(), rules_.whitelist.end(),
                     [&](ip_range const& range) { return range.contains(peer); });
}

admission::verdict admission::too_many_from(neighbour& peer, time_point now) const {
  bool const impatient = now < peer.come_back;
  peer.told = impatient ? std::min(peer.told * 2, longest_advice) : std::chrono::seconds(1);
  peer.come_back = now + peer.told;
  return {429, peer.told, "too many connections from this address"};
}

admission::verdict admission::admit(asio::ip::address const& peer, time_point now) {
  std::lock_guard const lock(mutex_);
  if (rules_.whitelist_enabled && !is_whitelisted(peer)) {
    return {403, {}, "this address may not connect"};
  }
  auto const counted = counted_as(peer);
  if (rules_.max_per_address != 0) {
    auto const known = neighbours_.find(counted);
    if (known != neighbours_.end() && known->second.connections >= rules_.max_per_address) {
      return too_many_from(known->second, now);
    }
  }
  auto const placed = take_place();
  // Also where there is no limit: there may be one later.
  if (placed.admitted()) ++neighbours_[counted].connections;
  return placed;
}

admission::verdict admission::admit_local() {
  std::lock_guard const lock(mutex_);
  return take_place();
}

admission::verdict admission::take_place() {
  if (connections_ >= rules_.max_connections) return {503, full_advice, "too many connections"};
  ++connections_;
  return {};
}

void admission::release(asio::ip::address const& peer) noexcept {
  std::lock_guard const lock(mutex_);
  if (connections_ != 0) --connections_;
  auto const known = neighbours_.find(counted_as(peer));
  if (known != neighbours_.end() && --known->second.connections == 0) neighbours_.erase(known);
}

void admission::release_local() noexcept {
  std::lock_guard const lock(mutex_);
  if (connections_ != 0) --connections_;
}

std::size_t admission::connections() const {
  std::lock_guard const lock(mutex_);
  return connections_;
}

}  // namespace runes::detail
