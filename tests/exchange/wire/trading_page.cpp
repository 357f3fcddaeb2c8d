// docs/trading.md says what is: its examples are played, in their order, against a venue.
//
// In a block of the page that begins with one of these, a line is
//     → {…}       a request of ann's, "bob → {…}" one of bob's; a second goes by before each
//     ← {…}       the reply to it
//     CHANNEL {…} an entry that this channel of ann's gets by it
// and a line that is indented goes on with the one before.
#include "wire_test.hpp"

#include <wire/entries.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <utility>
#include <vector>

namespace exchange::wire {
namespace {

venue_config market_of_the_page() {
  auto config = small_venue();
  config.instruments.resize(2);
  for (auto& one : config.instruments) {
    one.quantity_decimals = 3;
    one.steps = {1, 1};
    one.engine.max_price = 100'000'000;
  }
  return config;
}

struct page_line {
  std::size_t number = 0;
  std::string who, mark, text;
};

// "who mark text", of which the first may be missing; nothing where it is no such line.
std::optional<page_line> read_line(std::size_t number, std::string const& line) {
  for (std::string const mark : {"→", "←"}) {
    auto const at = line.find(mark + " {");
    if (at > 4) continue;
    return page_line{number, line.substr(0, line.find(' ')) == mark ? "" : line.substr(0, at - 1),
                     mark, line.substr(at + mark.size() + 1)};
  }
  for (std::string const channel : {"orders", "fills", "positions", "account"}) {
    if (line.starts_with(channel + " {")) {
      return page_line{number, {}, channel, line.substr(channel.size() + 1)};
    }
  }
  return std::nullopt;
}

std::vector<page_line> read_page() {
  std::ifstream file(RUNES_PROJECT_DIR "/docs/trading.md");
  BOOST_REQUIRE_MESSAGE(file.is_open(), "docs/trading.md can't be read");
  std::vector<page_line> found;
  bool goes_on = false;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    bool const in_block = line.starts_with("    ");
    line.erase(0, in_block ? 4 : 0);
    if (in_block && goes_on && line.starts_with(' ')) {
      found.back().text += line.substr(line.find_first_not_of(' '));
      continue;
    }
    auto one = in_block ? read_line(number, line) : std::nullopt;
    goes_on = one.has_value();
    if (one) found.push_back(*std::move(one));
  }
  return found;
}

struct page_fixture : wire_fixture {
  page_fixture() : wire_fixture(market_of_the_page()) {
    run(connection_up{1, 1});
    run(connection_up{2, 2});
    run(set_mark{perp, 5'000'000});
  }

  std::string reply(page_line const& line) {
    now += second;
    outcomes.clear();
    auto const body = object_of(line.text);
    auto const op = std::string(body.at("op").as_string());
    auto const id = json::serialize(body.at("id"));
    account_id const account = line.who == "bob" ? 2 : 1;
    ++ops[op];
    try {
      return "{\"id\":" + id + ",\"ok\":" + ok(op, body, account, account) + '}';
    } catch (runes::error const& wrong) {
      json::object const shown = {{"code", static_cast<int>(wrong.code())},
                                  {"name", std::string(name_of(wrong.code()))},
                                  {"message", wrong.sentence()},
                                  {"retry", std::string(name_of(retry_of(wrong.code())))}};
      return "{\"id\":" + id + ",\"error\":" + json::serialize(shown) + '}';
    }
  }

  // What a channel of ann's gets.
  std::vector<std::string> entries(std::string const& channel) const {
    std::vector<std::string> found;
    auto const add = [&](char const* name, runes::keyed_entry entry) {
      if (channel != name) return;
      std::string text;
      runes::keyed_payload({std::move(entry)})->encode(text);
      found.push_back(text.substr(1, text.size() - 2));
    };
    for (auto const& one : outcomes) {
      if (auto const* const o = std::get_if<order_changed>(&one); o && o->order.account == 1) {
        add("orders", order_entry(o->order, venue.config()));
      } else if (auto const* const f = std::get_if<filled>(&one); f && f->fill.account == 1) {
        if (channel == "fills") found.push_back(fill_entry(f->fill, venue.config()));
      } else if (auto const* const b = std::get_if<balance_changed>(&one); b && b->account == 1) {
        add("account", balance_entry(*b, venue.config()));
      } else if (auto const* const p = std::get_if<position_changed>(&one); p && p->account == 1) {
        add("positions", position_entry(1, p->market, venue));
      }
    }
    return found;
  }

  std::map<std::string, int> ops;
};

BOOST_FIXTURE_TEST_CASE(the_page_on_trading, page_fixture) {
  std::string said;
  std::map<std::string, int> marks;
  for (auto const& line : read_page()) {
    ++marks[line.mark];
    auto const where = "docs/trading.md:" + std::to_string(line.number) + ": ";
    if (line.mark == "→") {
      said = reply(line);
    } else if (line.mark == "←") {
      BOOST_TEST(line.text == said, where << "it is " << said);
    } else {
      auto const told = entries(line.mark);
      std::string all;
      for (auto const& one : told) all += "\n" + one;
      BOOST_TEST((std::ranges::find(told, line.text) != told.end()), where << "there is" << all);
    }
  }
  for (auto const* const op :
       {"order.place", "order.amend", "order.cancel", "order.cancelAll", "order.status",
        "orders.open", "orders.history", "fills.history", "positions", "account", "leverage.set",
        "deposit", "withdraw", "cancelOnDisconnect", "deadman", "funding", "status.set"}) {
    BOOST_TEST(ops[op] > 0, "docs/trading.md has no example of " << op);
  }
  for (auto const* const mark : {"←", "orders", "fills", "positions", "account"}) {
    BOOST_TEST(marks[mark] > 0, "docs/trading.md has no example of " << mark);
  }
}

}  // namespace
}  // namespace exchange::wire
