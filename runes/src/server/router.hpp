// Which handler serves which path, and what plain requests are answered.
#pragma once

#include "transport/accept.hpp"

#include <runes/config.hpp>
#include <runes/handler.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

/// A path's handlers.
struct mount {
  std::function<std::shared_ptr<handler>()> make;
  handler_options options;
};

/// Set up before the server runs, read by all loops after that.
class router {
 public:
  /// Throws std::invalid_argument when the path is taken or is none.
  void add(std::string path, std::function<std::shared_ptr<handler>()> make);
  bool empty() const noexcept { return mounts_.empty(); }
  /// Null when nothing serves it.
  mount const* find(std::string_view path) const;

 private:
  std::map<std::string, mount, std::less<>> mounts_;
};

/// The first subprotocol of the handler's that the client offers, too. Where there is none the
/// answer names none, which leaves it to the client whether it goes on (RFC 6455, section 4.2.2).
upgrade_terms agree(mount const& on, std::vector<std::string> const& offered,
                    server_config const& config);

/// A plain error page's worth: the status and a line.
http_reply plain_reply(unsigned status, std::string_view line);

}  // namespace runes::detail
