// What a reader believes of one symbol, and whether it was ever given reason to believe it.
#pragma once

#include "simulation/truth.hpp"
#include "simulation/world.hpp"

#include <runes/events.hpp>
#include <runes/subscription.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runes::simulation {

/// What may be asked of a stream.
struct view_rules {
  event_model model = event_model::latest;
  bool numbered = true;     ///< its numbers are those of the published topic: no interval, no depth
  bool is_private = false;  ///< nothing may be missing within one life of the topic
  bool patient = true;      ///< the reader's queue is never full
};

/// Applies the events of one symbol as a reader who trusts the library would, and checks on the way
/// that each follows the one before and leads to the state that was published under its number.
class view {
 public:
  view(world& in, truth const& published, view_rules rules, std::string name)
      : world_(in), truth_(published), rules_(rules), name_(std::move(name)) {}

  /// A snapshot, update or gap.
  void take(detail::any_event const& event);
  void stale() noexcept { stale_ = true; }
  void resumed() noexcept { stale_ = false; }

  /// It holds a state, and nothing says that this is not the present one.
  bool current() const noexcept { return known_ && whole_ && !stale_ && !unknown_gap_; }
  std::string const& epoch() const noexcept { return epoch_; }
  std::uint64_t seq() const noexcept { return seq_; }
  digest state() const noexcept;
  std::uint64_t entries() const noexcept { return entries_; }
  std::string const& name() const noexcept { return name_; }

 private:
  void snapshot(detail::any_event const& event);
  void update(detail::any_event const& event);
  void gap(detail::any_event const& event);
  void log_snapshot(detail::any_event const& event);
  void log_entries(detail::any_event const& event);
  void apply(detail::any_event const& event);
  void check_state();
  bool is_log() const noexcept { return rules_.model == event_model::log; }
  void broken(std::string_view which, std::string const& what);
  std::string place() const { return epoch_ + ":" + std::to_string(seq_); }

  world& world_;
  truth const& truth_;
  view_rules rules_;
  std::string name_;

  std::string epoch_;
  std::uint64_t seq_ = 0;
  bool known_ = false;        ///< there was a first snapshot
  bool whole_ = true;         ///< false behind a gap, until there is a state again
  bool stale_ = false;        ///< between two connections
  bool unknown_gap_ = false;  ///< said to miss what no numbers were given for
  digest latest_ = 0;
  key_map keys_;
  level_map levels_;
  std::uint64_t entries_ = 0;
};

}  // namespace runes::simulation
