// One symbol of what is subscribed: its sequence, its state, and who reads it.
#pragma once

#include "client/event_decode.hpp"
#include "client/reconnect_policy.hpp"
#include "client/state_keeper.hpp"
#include "client/stream_check.hpp"

#include <runes/subscription.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

class subscription_core;

/// What an event meant for the readers.
enum class reaction {
  none,    ///< not for them
  told,    ///< they have it
  gap,     ///< they were told of a gap
  resync,  ///< they were told of a gap, and the symbol needs a new snapshot
};

/// Kept by its feed. No wire in here.
class symbol_feed {
 public:
  /// A symbol that fails again and again is resynchronised at once, then after at least this long,
  /// doubled up to the other.
  static constexpr std::chrono::milliseconds first_resync_pause{1'000};
  static constexpr std::chrono::milliseconds longest_resync_pause{60'000};

  /// Whether the server has it subscribed for us, on this connection.
  enum class standing { none, asked, held };

  symbol_feed(std::string symbol, wish const& like);

  std::string const& symbol() const noexcept { return symbol_; }
  stream_check const& check() const noexcept { return check_; }
  order_book const* book() const noexcept { return state_.book(); }

  // Its readers. They outlive their seats.
  void seat(subscription_core& reader);
  void unseat(subscription_core const& reader) noexcept;
  bool is_read() const noexcept { return !seats_.empty(); }
  bool is_read_by(subscription_core const& reader) const noexcept;
  /// What this reader was to get it will not see: it begins anew when there is a state again.
  void missed_by(subscription_core const& reader) noexcept;
  /// Whether a reader waits for a state that is not held, though the sequence is. Then it is lost:
  /// it must come anew from the server.
  bool lose_unknown();

  // What happens.
  reaction on_snapshot(envelope const& e, shared_data data);
  reaction on_update(envelope const& e, shared_data data);
  reaction on_gap(envelope const& e);
  /// The state cannot be trusted any more: only a new snapshot helps.
  reaction lose(std::optional<error> why, std::uint64_t from = 0, std::uint64_t to = 0);
  /// It cannot be had any more.
  void refuse(error const& why);
  void on_disconnected();
  /// It is subscribed anew on this connection; until the answer nothing is believed.
  void pause() noexcept {
    check_.pause();
    recovers_to_ = 0;
  }
  /// The server says that it goes on from our place, and will bring us up to this one. False: it
  /// cannot, since we have none, or not in that epoch, or are further; then nothing is believed.
  bool resume(std::string_view epoch, std::uint64_t seq);
  /// The server has sent up to here, and all of it should have come. What is missing of a log is
  /// told, and it goes on; any other state is lost with it.
  reaction on_head(topic_head const& head);

  /// How long a resync has to wait; counts as one.
  std::chrono::milliseconds resync_pause(time_point now);

  standing at_server = standing::none;
  std::string topic;  ///< as the server calls it; empty while not known

 private:
  /// A reader's place: it sees events from the first whole state on.
  struct seat_of {
    subscription_core* reader;
    bool begun = false;
    bool missed = false;  ///< events between an earlier beginning and the next
  };

  bool is_whole() const noexcept {
    return check_.live() && (model_ == event_model::log || recovers_to_ == 0);
  }
  bool needs_snapshot() const noexcept;
  void forget() noexcept;
  void begin(seat_of& who);
  void begin_all();
  void tell_gap(seat_of& who, std::optional<error> const& why, std::uint64_t from,
                std::uint64_t to);
  bool tell(seat_of& who, envelope const& e, shared_data const& data);
  reaction tell_all(envelope const& e, shared_data const& data);

  std::string symbol_;
  event_model model_;
  stream_check check_;
  state_keeper state_;
  timestamp ts_{};                 ///< of the last event
  std::uint64_t recovers_to_ = 0;  ///< the state is behind until this number; 0: it isn't
  backoff resync_{first_resync_pause, longest_resync_pause};
  std::optional<time_point> last_resync_;
  std::vector<seat_of> seats_;
};

}  // namespace runes::detail
