#include "trading_handler.hpp"

#include "permissions.hpp"

#include <runes/error.hpp>
#include <runes/session.hpp>

#include <utility>

namespace exchange::host {
namespace {

/// What is remembered of a connection.
struct trader {
  std::string name;
  permissions may;
  venue::account_id account = 0;
  venue::connection_id connection = 0;  ///< 0: it may not trade, so the venue knows of none
};

void check_permission(trader const& who, std::string const& op) {
  auto const needed = venue_host::permission_for(op);
  if (who.may.has(needed)) return;
  throw runes::error(runes::errc::forbidden, "'" + op + "' needs a key with the permission '" +
                                                 std::string(name_of(needed)) + "'");
}

bool is_private(std::string_view channel) noexcept {
  return channel == "orders" || channel == "fills" || channel == "positions" ||
         channel == "account";
}

}  // namespace

trading_handler::trading_handler(venue_host& host, identifier who)
    : host_(host), who_(std::move(who)) {}

runes::awaitable<runes::identity> trading_handler::authenticate(runes::session& peer,
                                                                runes::credentials const& brought) {
  runes::identity proved = who_(brought);
  auto const may = permissions::of(proved.permissions);
  proved.permissions = may.names();
  if (auto* const known = peer.get<trader>()) {
    // The library would refuse another account, too, but only after its connection was up.
    if (known->name != proved.account) {
      throw runes::error(runes::errc::forbidden,
                         "this connection is another account's already: open one for each account");
    }
    bool const begins_to_trade = may.has(permission::trade) && known->connection == 0;
    known->may = may;
    if (begins_to_trade) {
      known->connection = host_.new_connection();
      co_await host_.enter(known->name, known->connection);
    }
    co_return proved;
  }
  trader made;
  made.name = proved.account;
  made.may = may;
  // Who only looks on takes over nobody's orders when their connection is lost.
  if (may.has(permission::trade)) made.connection = host_.new_connection();
  made.account = co_await host_.enter(made.name, made.connection);
  peer.set<trader>(std::move(made));
  co_return proved;
}

runes::awaitable<> trading_handler::on_subscribe(runes::session& peer,
                                                 runes::subscription_request const& wanted) {
  auto const* const who = peer.get<trader>();
  if (who != nullptr && is_private(wanted.channel)) co_await host_.follow(who->account);
}

runes::awaitable<boost::json::value> trading_handler::on_request(runes::session& peer,
                                                                 runes::request const& asked) {
  if (!venue_host::serves(asked.op())) co_return co_await handler::on_request(peer, asked);
  auto const* const who = peer.get<trader>();
  if (who == nullptr && venue_host::is_public(asked.op())) {
    co_return co_await host_.request(asked, 0, 0);
  }
  if (who == nullptr) {
    throw runes::error(runes::errc::auth_required, "'" + asked.op() + "' needs 'auth' first");
  }
  check_permission(*who, asked.op());
  co_return co_await host_.request(asked, who->account, who->connection);
}

runes::awaitable<> trading_handler::on_close(runes::session& peer, runes::close_reason const&) {
  auto const* const who = peer.get<trader>();
  if (who != nullptr && who->connection != 0) host_.leave(who->connection);
  co_return;
}

}  // namespace exchange::host
