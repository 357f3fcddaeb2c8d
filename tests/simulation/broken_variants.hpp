// The broken variants by name; each says itself what it does.
#pragma once

#include "simulation/mutation.hpp"

namespace runes::simulation::broken {

// What a server sends (broken_server.cpp).
mutation skip_on_resume();
mutation skip_on_resume_unseen();
mutation double_on_resume();
mutation lose_last_message();
mutation wrong_prev_after_merge();
mutation short_gap();
mutation long_gap();
mutation silent_gap();
mutation swap_updates();
mutation no_snapshot();
mutation claim_recovery();
mutation deny_what_was_done();
mutation no_greeting();

// How it works inside (broken_insides.cpp).
mutation merge_out_of_order();
mutation merge_without_bound();
mutation unbounded_outbox();
mutation unbounded_history();
mutation repeated_epochs();
mutation broker_left_open();

// What a client makes of it (broken_client.cpp).
mutation hide_gap();
mutation shorten_gap();
mutation repeat_after_resume();
mutation never_resumed();
mutation lose_an_update();

}  // namespace runes::simulation::broken
