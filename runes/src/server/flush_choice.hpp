// How a server's loops flush: what it was told, what the system allows.
#pragma once

#include "broker/uring_sender.hpp"

#include <runes/config.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace runes::detail {

/// Made once a server, before it runs.
struct flush_choice {
  std::vector<std::unique_ptr<batch_sender>> senders;  ///< one a loop; null: its sockets are
                                                       ///< written to one by one
  std::string why_not;  ///< where there are none though they were looked for

  /// For the log, as in "by io_uring" and "by send, since io_uring is forbidden".
  std::string in_words() const;
};

/// All loops flush alike: without a ring for each there is none. Throws error(errc::bad_config)
/// when io_uring was asked for and there is none.
flush_choice choose_flush(flush_mode told, std::size_t loops,
                          std::function<made_sender()> const& make);

}  // namespace runes::detail
