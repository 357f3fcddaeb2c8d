// What the server of the fault tests publishes, and what its subscribers must hold in the end.
#pragma once

#include <runes/runes.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>

namespace faults {

inline constexpr char symbol[] = "BTC-USD";
inline constexpr char account[] = "ann";

/// A topic of each kind, and all that was ever published to them: `numbers`, a public log whose
/// entries say their own sequence number; `orderbook`; and of one account `fills`, a log likewise,
/// and `orders`, by key.
///
/// Used by one coroutine at a time.
class truth {
 public:
  explicit truth(runes::server& server);

  /// Publishes one change of everything; each entry of `numbers` has `padding` bytes more.
  runes::awaitable<> step(std::size_t padding);
  /// By the name of a stream: the number of its last change and what a subscriber holds then.
  boost::json::object tell() const;

 private:
  runes::payload_ptr next_order();
  runes::payload_ptr next_levels();

  runes::broker& broker_;
  runes::instrument instrument_;
  runes::topic_ref numbers_, fills_, orders_, levels_;
  std::uint64_t count_ = 0;
  std::map<std::string, std::uint64_t> open_orders_;
  runes::order_book book_;
  std::mt19937 random_{1};
};

}  // namespace faults
