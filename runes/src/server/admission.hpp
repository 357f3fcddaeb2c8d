// Who may connect, decided apart from any socket.
#pragma once

#include "server/ip_range.hpp"

#include <runes/config.hpp>

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace runes::detail {

/// Decides over each connection when it is accepted, by `security.*IP*`,
/// `rateLimit.maxConnectionsPerIP` and `maxConnections`, in this order. Holds one small entry for
/// each address that is connected, so it is bounded by `maxConnections`.
///
/// An IPv4-mapped address counts as the IPv4 address. IPv6 addresses are counted by their first 64
/// bits, for a peer commonly has all addresses behind them to itself. Thread-safe: connections end
/// on the threads of their loops.
class admission {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  struct verdict {
    unsigned status = 0;                 ///< HTTP status to refuse with: 403, 429, 503; 0: admitted
    std::chrono::seconds retry_after{};  ///< for `Retry-After`; 0: none is given
    std::string_view reason;             ///< one sentence for the peer; static
    bool admitted() const noexcept { return status == 0; }
  };

  /// Precondition: the configuration is valid.
  explicit admission(server_config const& config);

  /// Goes by this configuration from now on; who is in stays in, and counts. Precondition: it is
  /// valid.
  void reload(server_config const& config);

  /// An admitted connection is counted until release(). An address that knocks again before the
  /// time it was told is told twice that time, up to a minute.
  verdict admit(boost::asio::ip::address const& peer, time_point now);
  /// A connection from this process, which has no address: `maxConnections` alone is for it.
  verdict admit_local();
  /// The connection that was admitted from this address has ended. Call once for each, or leave it
  /// to a place.
  void release(boost::asio::ip::address const& peer) noexcept;
  void release_local() noexcept;

  std::size_t connections() const;

  /// An admitted connection's place, given back when this goes.
  class place {
   public:
    place(admission& from, boost::asio::ip::address const& peer) noexcept
        : from_(from), peer_(peer) {}
    /// Of one from this process.
    explicit place(admission& from) noexcept : from_(from) {}
    ~place() { peer_ ? from_.release(*peer_) : from_.release_local(); }
    place(place const&) = delete;
    place& operator=(place const&) = delete;

   private:
    admission& from_;
    std::optional<boost::asio::ip::address> peer_;
  };

 private:
  struct rules {
    explicit rules(server_config const& config);

    std::vector<ip_range> whitelist;
    bool whitelist_enabled;
    std::size_t max_connections;
    std::uint32_t max_per_address;  ///< 0: no limit
  };

  struct neighbour {
    std::uint32_t connections = 0;
    std::chrono::seconds told{};  ///< the last `Retry-After`
    time_point come_back{};       ///< when it was to end
  };

  verdict take_place();
  bool is_whitelisted(boost::asio::ip::address const& peer) const;
  verdict too_many_from(neighbour& peer, time_point now) const;

  mutable std::mutex mutex_;
  rules rules_;  // guarded by mutex_, as all that follows
  std::size_t connections_ = 0;
  std::unordered_map<boost::asio::ip::address, neighbour> neighbours_;
};

}  // namespace runes::detail
