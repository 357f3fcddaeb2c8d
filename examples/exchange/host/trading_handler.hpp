// What a connection of the exchange may do: authenticate, trade, and hear of its account.
#pragma once

#include "venue_host.hpp"

#include <runes/handler.hpp>

#include <functional>
#include <string>

namespace exchange::host {

/// Says who brought these credentials. Called on any loop; must be quick and thread-safe.
/// @throws runes::error (2001 to 2005) where that is nobody.
using identifier = std::function<runes::identity(runes::credentials const&)>;

/// One for all connections. The host outlives the server's run().
class trading_handler final : public runes::handler {
 public:
  trading_handler(venue_host& host, identifier who);

  /// Opens the account at its first time, and tells the venue that a connection of it is up.
  runes::awaitable<runes::identity> authenticate(runes::session& peer,
                                                 runes::credentials const& brought) override;
  /// An account's topics begin with the first subscription to one.
  runes::awaitable<> on_subscribe(runes::session& peer,
                                  runes::subscription_request const& wanted) override;
  runes::awaitable<boost::json::value> on_request(runes::session& peer,
                                                  runes::request const& asked) override;
  runes::awaitable<> on_close(runes::session& peer, runes::close_reason const& why) override;

 private:
  venue_host& host_;
  identifier who_;
};

}  // namespace exchange::host
