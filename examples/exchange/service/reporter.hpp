// What follows from the venue's outcomes for everybody who is told of them.
#pragma once

#include "market_reports.hpp"
#include "mirror_changes.hpp"
#include "news.hpp"
#include "venue/venue.hpp"

#include <string>
#include <vector>

namespace exchange::service {

/// Not thread-safe: of the thread that owns the venue.
class reporter {
 public:
  /// The venue outlives it. `mirrored`: it gathers what the mirror is told of, too.
  reporter(venue::trading_venue const& of, bool mirrored);
  /// What has changed by all that was reported; nothing where there is no mirror.
  mirror_changes& changes() noexcept { return changes_; }

  /// What the venue's last request gave. To be called before the next one.
  news report(venue::applied const& done);
  /// The same, of which nobody is to be told: only what the markets' reports remember of it.
  void remember(venue::applied const& done);
  /// What they remember, for a snapshot; and back, into new reports of the venue as it was.
  void save(std::string& to) const { markets_.save(to); }
  /// @throws std::runtime_error that says what is wrong with the bytes; this is of no use then.
  void load(engine::byte_reader& in) { markets_.load(in); }
  /// Time went on without a request. What funding has come to is told here, so as often as this.
  news advance(venue::micros now);
  /// The books and the status of all markets, as they are.
  news begin(venue::micros now);
  /// From now on this account's entries are made, beginning with those of all it has. Nothing
  /// where they are already. Precondition: there is this account.
  news follow(venue::account_id account, venue::micros now);

 private:
  struct teller;
  bool follows(venue::account_id account) const noexcept;
  void show_orders(venue::account_id account, news& into) const;
  void show_money(venue::account_id account, news& into) const;
  void show_holders(venue::market_id market, news& into) const;
  void show_position(venue::account_id account, venue::market_id market, news& into) const;
  void show_funding(news& into);

  venue::trading_venue const& venue_;
  market_reports markets_;
  std::vector<bool> followed_;             // by account
  std::vector<std::string> funding_told_;  // by market; what was told last
  bool mirrored_;
  mirror_changes changes_;
};

}  // namespace exchange::service
