// What a client can be told.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace runes {

/// Everything a client can be told. Every member has a safe default.
struct client_config {
  std::string url = "ws://127.0.0.1:9001/ws";
  /// Tried in turn when `url` can't be reached, each at once after the one before; at most 16. A
  /// connection that is lost is first made again where it was, unless that server goes away
  /// (`drain`). One that has refused us with 401 or 403 is not tried again, one that gave a
  /// Retry-After not before it is over, or a day has passed.
  std::vector<std::string> fallback_urls;
  std::string name = "runes";  ///< what the server's log calls us, sent with `hello`
  bool compression = false;    ///< offer permessage-deflate: fewer bytes for more CPU

  struct timeouts {
    std::chrono::milliseconds connect{
        10'000};  ///< from resolving the name to the upgraded connection
    std::chrono::milliseconds request{
        10'000};  ///< for the reply to a request; what request() is given goes before
    std::chrono::milliseconds ping{20'000};  ///< silence before a ping is sent; 0: none is
    std::chrono::milliseconds pong{10'000};  ///< then the connection counts as lost
    std::chrono::milliseconds heartbeat{
        5'000};  ///< asked of the server; when neither they nor any other event come for three of
                 ///< them, the connection counts as lost, though pongs and replies may come;
                 ///< 0: none is asked for
    std::chrono::milliseconds close{5'000};  ///< for the server's half of the closing handshake
  } timeouts;

  /// How a lost connection is made anew: after a random time up to `base`, doubled with each
  /// failure up to `cap` (full jitter, so that a thousand clients don't come back together).
  struct reconnection {
    std::chrono::milliseconds base{250};
    std::chrono::milliseconds cap{30'000};
    std::chrono::milliseconds stable{
        10'000};                ///< a connection that held this long makes the doubling start anew
    unsigned max_attempts = 0;  ///< failures of all URLs in a row before giving up; 0: never
    unsigned first_attempts =
        1;  ///< the same for connect(), which so says at once that nobody is there
    std::optional<std::uint64_t> seed;  ///< of the random times; none: a different one each run
  } reconnect;

  struct bounds {
    std::size_t max_message_bytes =
        16 * 1024 * 1024;                        ///< a larger one closes the connection with 1009
    std::size_t max_outbox_bytes = 1024 * 1024;  ///< requests waiting to be sent
    std::size_t max_requests = 1'024;            ///< sent and not yet answered
    std::size_t max_waiting_bytes =
        256 * 1024;  ///< requests that wait for a connection: request_options::queue_for()
    std::size_t max_queued_events = 1'024;  ///< a subscription, where its builder says nothing else
  } limits;

  /// Throws error(errc::bad_config) naming the first member that is out of range, as in
  /// `reconnect.base`.
  void validate() const;
};

}  // namespace runes
