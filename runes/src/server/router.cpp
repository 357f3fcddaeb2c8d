#include "server/router.hpp"

#include "protocol/request_text.hpp"
#include "session/runes_dialect.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace runes::detail {

void router::add(std::string path, std::function<std::shared_ptr<handler>()> make) {
  if (path != "*" && !path.starts_with('/'))
    throw std::invalid_argument("a path begins with '/', or is '*': " + path);
  handler_options options = make()->options();
  if (!mounts_.emplace(path, mount{std::move(make), std::move(options)}).second) {
    throw std::invalid_argument("there is a handler on " + path + " already");
  }
}

mount const* router::find(std::string_view path) const {
  auto it = mounts_.find(path);
  if (it == mounts_.end()) it = mounts_.find("*");
  return it == mounts_.end() ? nullptr : &it->second;
}

upgrade_terms agree(mount const& on, std::vector<std::string> const& offered,
                    server_config const& config) {
  upgrade_terms terms;
  terms.compression = on.options.has_compression() || config.compression.enabled;
  terms.min_compressed_bytes = config.compression.min_bytes;
  terms.max_message_bytes = message_limit(on.options, config);
  if (on.options.max_fragments() > 0) terms.max_fragments = on.options.max_fragments();
  std::vector<std::string> spoken = on.options.subprotocols();
  if (spoken.empty() && !on.options.is_raw()) spoken.emplace_back(protocol_name);
  auto const common =
      std::find_first_of(spoken.begin(), spoken.end(), offered.begin(), offered.end());
  if (common != spoken.end()) terms.subprotocol = *common;
  return terms;
}

http_reply plain_reply(unsigned status, std::string_view line) {
  http_reply reply;
  reply.status = status;
  reply.body = std::string(line) + "\n";
  return reply;
}

}  // namespace runes::detail
