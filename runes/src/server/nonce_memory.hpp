// Which nonces have been used, so that no signed request is accepted twice.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace runes::detail {

/// Remembers the nonces of rightly signed requests as long as their timestamps may come once more,
/// in a bounded number. Where it must forget one earlier, or has forgotten some and the clock jumps
/// back, it accepts no timestamp of that key up to the forgotten one's any more: it never forgets
/// what it would accept. Not thread-safe.
class nonce_memory {
 public:
  using milliseconds = std::chrono::milliseconds;  ///< since the epoch

  enum class verdict {
    fresh,     ///< never seen, and remembered now
    replayed,  ///< seen
    unknown,   ///< not to be told: what was seen at that time is forgotten
  };
  struct answer {
    verdict is;
    milliseconds wait{0};  ///< unknown: how much later the timestamp would have to be
  };

  /// `window`: how far a timestamp may lie behind. Of each key `per_key` nonces, of all keys
  /// `overall`; both at least 1.
  nonce_memory(milliseconds window, std::size_t per_key, std::size_t overall) noexcept;

  /// So many keys share the room evenly from now on: what no longer fits is forgotten, and with it
  /// keys that were not used within the window.
  void share_among(std::size_t keys);

  /// Whether this nonce of `key` is new. Precondition: `timestamp` is within the window of `now`.
  answer take(std::string_view key, std::string_view nonce, milliseconds timestamp,
              milliseconds now);

  /// Of all keys.
  std::size_t size() const noexcept;

 private:
  struct used_nonce {
    milliseconds timestamp;
    std::string nonce;
  };
  struct key_memory {
    std::deque<used_nonce> used;               ///< by timestamp
    milliseconds floor = milliseconds::min();  ///< up to here, nonces have been forgotten
  };

  static void forget_oldest(key_memory& of);
  void forget_expired(key_memory& of) const;
  milliseconds floor_for(key_memory const& of) const;
  static void remember(key_memory& of, milliseconds timestamp, std::string_view nonce);

  milliseconds const window_;
  std::size_t const per_key_, overall_;
  std::size_t share_;
  milliseconds now_{0};                       ///< the last that we were told
  milliseconds floor_ = milliseconds::min();  ///< of the keys that are not in the map any more
  std::map<std::string, key_memory, std::less<>> keys_;
};

}  // namespace runes::detail
