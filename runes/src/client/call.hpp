// A coroutine's wait for its reply.
#pragma once

#include "client/bell.hpp"
#include "client/pending_requests.hpp"

#include <optional>

namespace runes::detail {

struct call {
  explicit call(asio::any_io_executor const& executor) : done(executor) {}
  bell done;
  std::optional<outcome> reply;
};

}  // namespace runes::detail
