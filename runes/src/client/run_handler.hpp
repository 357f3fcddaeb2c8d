// Running a handler over a connection that is made.
#pragma once

#include "broker/loop.hpp"
#include "monitoring/counters.hpp"
#include "session/session_impl.hpp"
#include "session/transport.hpp"

#include <memory>

namespace runes::detail {

/// What run_handler() does once it is connected. `counters` outlive it.
awaitable<close_reason> run_over(std::shared_ptr<loop> on, loop_counters* counters,
                                 std::unique_ptr<transport> wire, std::shared_ptr<handler> user,
                                 session_limits limits);

}  // namespace runes::detail
