// What the mirror has to be told of, gathered from the outcomes of requests. It lies behind the
// journal anyway, so that of what has changed several times meanwhile the last is enough.
#pragma once

#include "storage/mirror.hpp"
#include "venue/venue.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace exchange::service {

/// An outcome and the time of the request whose it is.
template <class Outcome>
struct dated {
  Outcome what;
  venue::micros ts = 0;
};

/// Plain values, as they are after the last request of which they are.
struct changed_values {
  std::vector<venue::order> orders;
  std::vector<venue::fill> fills;
  std::vector<dated<venue::balance_changed>> balances;
  std::vector<dated<venue::position_changed>> positions;
  std::vector<std::string> names;  ///< of the accounts that are new since the values before

  std::size_t rows() const noexcept {
    return orders.size() + fills.size() + balances.size() + positions.size();
  }
};

/// Not thread-safe: of the thread that owns the venue, which outlives it.
class mirror_changes {
 public:
  explicit mirror_changes(venue::trading_venue const& of) : venue_(of) {}

  /// What the venue's last request gave. To be called before the next one.
  void add(venue::applied const& done);
  std::size_t rows() const noexcept { return values_.rows(); }
  /// What was added since the last time.
  changed_values take();

 private:
  struct teller;
  using places = std::unordered_map<std::uint64_t, std::size_t>;

  venue::trading_venue const& venue_;
  changed_values values_;
  places orders_, balances_, positions_;  // where in `values_` a key's value is
  venue::account_id named_ = 0;           // the last account whose name was taken
};

/// Makes rows of values, on whatever thread; `next` are those of one mirror_changes, in their
/// order.
class mirror_rows {
 public:
  /// The configuration outlives it.
  explicit mirror_rows(venue::venue_config const& config) : config_(config) {}
  storage::mirror_batch of(changed_values const& next);

 private:
  std::string const& name_of(venue::account_id account) const { return names_.at(account - 1); }

  venue::venue_config const& config_;
  std::vector<std::string> names_;  // from account 1 on
};

}  // namespace exchange::service
