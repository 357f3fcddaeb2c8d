// The state that servers publish, and how it changes.
#pragma once

#include "simulation/random.hpp"
#include "simulation/truth.hpp"

#include <runes/channel.hpp>
#include <runes/instrument.hpp>
#include <runes/payloads.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace runes::simulation {

/// Names a topic: channel, symbol, and of an account channel whose.
struct topic_name {
  std::string channel, symbol, account;
  auto operator<=>(topic_name const&) const = default;
  std::string text() const;
};

/// One change, as it is published, and what it leads to.
struct change {
  topic_name topic;
  payload_ptr data;
  bool is_log = false;
  std::vector<std::uint64_t>
      values;  ///< a log's entries; else the one digest of the state after it
};

/// Symbols and accounts, and what goes on with them. A plain object; its numbers come from its
/// seed.
class market {
 public:
  /// `levels`: prices a side of a book at which something may rest; `most_trades`: in one change.
  market(random chance, unsigned symbols, unsigned accounts, unsigned levels, unsigned most_trades);

  std::vector<std::string> const& symbols() const noexcept { return symbols_; }
  static std::string account_name(unsigned which) { return "trader" + std::to_string(which); }
  /// The one symbol of the account channels' topics.
  static constexpr std::string_view account_symbol = "MAIN";

  /// Something happens.
  change next(timestamp now);
  /// All there is, as changes that lead a new server to it; of a log there is nothing to tell.
  std::vector<change> present() const;
  std::vector<topic_name> logs() const;

  /// The state of a topic; of a book the best levels only, with a depth.
  digest state(topic_name const& of, unsigned depth = 0) const;

 private:
  struct symbol_state {
    ticker prices;
    level_map book;
    std::int64_t middle = 10'000;
  };
  struct account_state {
    std::map<std::string, std::map<std::string, std::string>> texts;  ///< JSON by channel and key
    std::map<std::string, key_map> keys;                              ///< by channel
    std::uint64_t orders = 0;
  };

  change tick(std::string const& symbol);
  change move_book(std::string const& symbol);
  change trades(std::string const& symbol, timestamp now);
  change order(std::string const& account);
  change fill(std::string const& account);
  change balance(std::string const& account, char const* channel, char const* const (&keys)[3]);
  change keyed(topic_name topic, std::vector<keyed_entry> entries);
  instrument of(std::string const& symbol) const;

  random chance_;
  unsigned levels_, most_trades_;
  std::vector<std::string> symbols_, accounts_;
  std::map<std::string, symbol_state> markets_;
  std::map<std::string, account_state> books_;
  std::uint64_t last_id_ = 0;
};

}  // namespace runes::simulation
