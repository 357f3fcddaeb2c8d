// A market's public topics, and what a step says to them.
#pragma once

#include "market_source.hpp"

#include <runes/broker.hpp>
#include <runes/instrument.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace exchange {

/// `ticker`, `orderbook`, `trades` and `statistics` of one instrument. Making it makes the topics,
/// so that clients may subscribe before the first event.
class market_topics {
 public:
  market_topics(runes::broker& where, runes::instrument of);

  /// One change of one topic.
  struct change {
    runes::topic_ref to;
    runes::payload_ptr what;
  };
  /// All that is to be published of a step of this market, in this order. Its status isn't.
  std::vector<change> changes(step const& now) const;
  /// Whether one of the topics has a subscriber. Any thread.
  bool anyone_listens() const;

 private:
  runes::payload_ptr book_of(book_update const& book) const;

  runes::instrument of_;
  runes::topic_ref ticker_, orderbook_, trades_;
  std::map<std::string, runes::topic_ref, std::less<>> statistics_;  // by window
};

}  // namespace exchange
