// What a client asks to subscribe to, checked against the channel before anything is done.
#pragma once

#include "broker/memory_broker.hpp"
#include "protocol/request_text.hpp"

#include <runes/channel.hpp>
#include <runes/session.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

struct subscription_limits {
  std::size_t max_subscriptions = 1'000;
  std::chrono::milliseconds min_interval{10};
  unsigned max_depth = 5'000;
};

/// A request's options with the defaults filled in.
struct subscription_options {
  std::shared_ptr<channel const> of;
  std::string window;   ///< of a channel with windows
  std::string account;  ///< of an account channel
  std::chrono::milliseconds interval{0};
  unsigned depth = 0;
  overflow policy = overflow::gap;
  std::vector<sequence_point> since;

  /// Where to resume this symbol; null for none.
  sequence_point const* place_in(std::string_view symbol) const noexcept;
};

/// `who` is null for a peer that has not authenticated. Throws error(errc::unknown_channel),
/// error(errc::auth_required) or error(errc::bad_options).
subscription_options read_options(subscription_fields const& fields, memory_broker const& channels,
                                  identity const* who, subscription_limits const& limits);

}  // namespace runes::detail
