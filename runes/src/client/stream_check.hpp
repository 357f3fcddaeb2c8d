// Whether an event may be believed: the sequence of one symbol of a subscription.
#pragma once

#include <runes/subscription.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace runes::detail {

/// Follows epoch and numbers (protocol.md, "Events") and says what each event is. A plain object.
class stream_check {
 public:
  enum class verdict {
    deliver,          ///< it follows
    gap_and_deliver,  ///< something is missing before it; it is of a log, and right by itself
    gap,              ///< something is missing, and nothing else is to be done
    resync,           ///< something is missing, and the state with it: only a new snapshot helps
    ignore,           ///< of a time before the snapshot that is awaited
  };
  struct answer {
    verdict what;
    std::uint64_t from = 0, to = 0;  ///< what is missing; 0 and 0: not known
  };

  /// Where the model is not known, what was missed before a snapshot is told as it is of a log.
  explicit stream_check(event_model model, bool model_known = true) noexcept
      : model_(model), may_be_log_(!model_known || model == event_model::log) {}

  /// Whether a snapshot was seen and everything after it.
  bool live() const noexcept { return live_; }
  std::uint64_t seq() const noexcept { return seq_; }
  std::string const& epoch() const noexcept { return epoch_; }

  /// What is missing; 0 and 0: not known.
  struct missing {
    std::uint64_t from = 0, to = 0;
  };

  /// A snapshot replaces everything held. Of a log it holds nothing: returned is what was missed
  /// between the place before and it.
  std::optional<missing> snapshot(std::string_view epoch, std::uint64_t seq) {
    bool const had_place = std::exchange(has_place_, false) || live_;
    bool const same_life = had_place && epoch == epoch_ && seq >= seq_;
    missing const between = same_life ? missing{seq_ + 1, seq} : missing{};
    bool const nothing = !had_place || (same_life && seq == seq_);
    epoch_ = epoch;
    seq_ = seq;
    live_ = true;
    if (nothing || !may_be_log_) return {};
    return between;
  }

  /// Nothing is believed for now: the connection is lost, or the subscription is made anew. What is
  /// held is right up to its place, from which it may go on.
  void pause() noexcept {
    if (std::exchange(live_, false)) has_place_ = true;
  }
  /// Whether there is a place to go on from: epoch() and seq().
  bool has_place() const noexcept { return has_place_; }
  /// All that was missed follows. False: there is no place to go on from.
  bool resume() noexcept {
    if (!std::exchange(has_place_, false)) return false;
    return live_ = true;
  }

  answer update(std::string_view epoch, std::uint64_t prev, std::uint64_t seq) {
    if (!live_) return {verdict::ignore};
    bool const same_life = epoch == epoch_;
    if (same_life && prev == seq_ && seq > prev) {
      seq_ = seq;
      return {verdict::deliver};
    }
    // The past repeated, or numbers that cannot be: nothing that follows could be trusted.
    if (seq <= prev || (same_life && prev < seq_)) return lose(0, 0);
    std::uint64_t const from = same_life ? seq_ + 1 : 0;
    std::uint64_t const to = same_life ? prev : 0;
    // Entries of a log are applied to nothing. Any state, a latest one too, is replaced by a
    // snapshot only, or by what follows it.
    if (model_ != event_model::log) return lose(from, to);
    epoch_ = epoch;
    seq_ = seq;
    return {verdict::gap_and_deliver, from, to};
  }

  /// The server says that it has dropped from..to.
  answer dropped(std::string_view epoch, std::uint64_t from, std::uint64_t to) {
    if (!live_) return {verdict::ignore};
    if (epoch != epoch_ || from > to || to <= seq_) return lose(0, 0);
    std::uint64_t const first = seq_ + 1;
    // The next update's `prev` is `to`; of a latest state it is all that is needed.
    if (!stands_alone()) return lose(first, to);
    seq_ = to;
    return {verdict::gap, first, to};
  }

  /// From here on a snapshot is awaited.
  void lost() noexcept {
    live_ = false;
    has_place_ = false;
  }

 private:
  /// Whether an event makes sense without those before it.
  bool stands_alone() const noexcept {
    return model_ == event_model::latest || model_ == event_model::log;
  }
  answer lose(std::uint64_t from, std::uint64_t to) noexcept {
    live_ = false;
    return {verdict::resync, from, to};
  }

  event_model model_;
  bool may_be_log_;
  std::string epoch_;
  std::uint64_t seq_ = 0;
  bool live_ = false;
  bool has_place_ = false;  ///< while paused
};

}  // namespace runes::detail
