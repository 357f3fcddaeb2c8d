// A venue: the matching engines of its markets, the accounts, and the orders of each account, as
// one state machine. No networking, no clock, no threads, no randomness: the same requests give the
// same results, outcomes and bytes. docs/venue.md has the rules.
//
//     trading_venue venue(config);
//     auto const applied = venue.apply({place_order{…}, now});
//     // applied.result for who asked; applied.outcomes for everybody's channels
//
// Whoever serves it appends encode(request) to the journal before it tells anybody.
#pragma once

#include "accounts/accounts.hpp"
#include "command.hpp"
#include "config.hpp"
#include "engine/matching_engine.hpp"
#include "funding.hpp"
#include "outcome.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exchange::venue {

class machine;

/// What a request gave. The outcomes last until the next one.
struct applied {
  venue::result result;
  std::span<outcome const> outcomes;
};

/// A part of a history.
struct page {
  market_id market = every_market;
  std::uint32_t limit = 100;
  std::uint64_t before = 0;  ///< ids below this one, the newest of them; 0: the newest of all
  /// Fills and open orders: ids above this one, the oldest of them.
  std::optional<std::uint64_t> after;
};

/// Not thread-safe: one thread at a time.
class trading_venue {
 public:
  /// @throws std::invalid_argument naming the field of the configuration that is wrong.
  explicit trading_venue(venue_config const& config);
  ~trading_venue();
  trading_venue(trading_venue const&) = delete;
  trading_venue& operator=(trading_venue const&) = delete;

  /// Carries out a request; first what was due by its time. Every request is carried out as a whole
  /// or refused as a whole. Also one that is refused belongs into the journal: time went on with
  /// it.
  applied apply(request const& one);

  // --- views ----------------------------------------------------------------------------------
  venue_config const& config() const noexcept;
  micros now() const noexcept;
  /// When something is due by time alone: an order's expiry, a grace, a deadman, funding. nullopt:
  /// nothing.
  std::optional<micros> next_due() const noexcept;

  std::optional<market_id> find_market(std::string_view symbol) const noexcept;
  std::optional<account_id> find_account(std::string_view name) const noexcept;
  std::string_view name_of(account_id account) const noexcept;  ///< empty: no such account
  /// Precondition: market < config().instruments.size().
  engine::matching_engine const& engine(market_id market) const noexcept;
  accounts::clearing_house const& accounts() const noexcept;
  /// As it is at this time. Precondition: the market is a perpetual.
  funding_view funding(market_id market, micros now) const noexcept;

  /// An account's order, open or in its history; nullptr: unknown. Until the next request.
  order const* find_order(account_id account, order_id id) const noexcept;
  order const* find_order(account_id account, std::string_view client_order_id) const noexcept;
  /// All of them, or a part (of which `before` does not count), by id.
  std::vector<order> open_orders(account_id account, market_id market = every_market) const;
  std::vector<order> open_orders(account_id account, page const& which) const;
  /// Those closed, the one with the highest id first.
  std::vector<order> closed_orders(account_id account, page const& which) const;
  /// The newest first; with `after` the oldest first.
  std::vector<fill> fills(account_id account, page const& which) const;
  /// Connections that are up. After a restart none is: send connection_down for each.
  std::vector<connection_id> connections() const;

  /// Whether everything fits together: the accounts' books, and orders, reservations and engines
  /// with each other. Empty, or a sentence. Takes time with the number of accounts and orders.
  std::string check() const;

  // --- state ----------------------------------------------------------------------------------
  /// The whole state as bytes. Equal states have equal bytes.
  std::string save() const;
  /// Takes over a state. Precondition: this is new, with the configuration of the other.
  /// @throws std::runtime_error that says what is wrong with the bytes; this is of no use then.
  void load(std::string_view bytes);

 private:
  std::unique_ptr<machine> machine_;
};

}  // namespace exchange::venue
