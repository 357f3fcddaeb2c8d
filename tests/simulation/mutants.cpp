#include "simulation/mutants.hpp"

#include "simulation/broken_variants.hpp"
#include "simulation/trace.hpp"

namespace runes::simulation {

std::vector<mutant> const& mutants() {
  namespace by = invariant;
  static std::vector<mutant> const all{
      {broken::skip_on_resume(), "connections", 4, by::private_events},
      {broken::skip_on_resume_unseen(), "connections", 2, by::exact_log},
      {broken::double_on_resume(), "connections", 1, by::sound_server},
      {broken::no_snapshot(), "histories", 3, by::convergence},
      {broken::claim_recovery(), "histories", 3, by::sound_server},
      {broken::repeated_epochs(), "restarts", 3, by::exact_log},
      {broken::lose_last_message(), "calm", 1, by::convergence},
      {broken::swap_updates(), "calm", 1, by::sound_server},
      {broken::merge_out_of_order(), "slow", 1, by::truth},
      {broken::wrong_prev_after_merge(), "slow", 1, by::sound_server},
      {broken::short_gap(), "flood", 5, by::sound_server},
      {broken::long_gap(), "flood", 5, by::exact_log},
      {broken::silent_gap(), "flood", 5, by::exact_log},
      {broken::unbounded_outbox(), "flood", 1, by::bounds},
      {broken::merge_without_bound(), "flood", 1, by::bounds},
      {broken::unbounded_history(), "histories", 1, by::bounds},
      {broken::broker_left_open(), "calm", 1, by::clean_end},
      {broken::deny_what_was_done(), "calm", 1, by::requests},
      {broken::no_greeting(), "connections", 1, by::liveness},
      {broken::hide_gap(), "restarts", 1, by::exact_log},
      {broken::shorten_gap(), "flood", 5, by::continuity},
      {broken::repeat_after_resume(), "connections", 1, by::continuity},
      {broken::never_resumed(), "connections", 1, by::truth},
      {broken::lose_an_update(), "calm", 1, by::continuity},
  };
  return all;
}

}  // namespace runes::simulation
