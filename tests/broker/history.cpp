#include "broker/history.hpp"

#include "broker/broker_test.hpp"

#include <runes/payloads.hpp>

using namespace runes;
using namespace std::chrono_literals;
using runes::detail::history;
using runes::detail::history_bounds;
using runes::detail::history_budget;
using runes::detail::history_rules;
using runes::detail::sequence_point;
using runes::detail::update;
using runes::test::broker_test;
using runes::test::listener;

namespace {

struct fixture {
  std::shared_ptr<history_budget> budget = std::make_shared<history_budget>(history_rules());
  std::size_t encoded = 0;
  history::encoder encode = [this](update const& what) {
    ++encoded;
    return detail::frame::make(detail::opcode::text, std::to_string(what.seq));
  };
  detail::time_point const start{};

  update numbered(std::uint64_t seq, std::chrono::milliseconds at = 0ms, std::size_t bytes = 100,
                  std::uint64_t count = 1) const {
    update what;
    what.data = latest_payload('"' + std::string(bytes, 'x') + '"');
    what.seq = seq;
    what.prev = seq - count;
    what.published = start + at;
    return what;
  }
  std::string after(history& of, std::uint64_t seq, std::uint64_t last) {
    auto const missed = of.after(seq, last, encode);
    if (!missed) return "not all";
    std::string text;
    for (auto const& each : *missed) (text += text.empty() ? "" : " ") += std::to_string(each.seq);
    return text;
  }
};

/// A listener that begins where it left.
sequence_point place(std::string epoch, std::uint64_t seq) { return {"A", std::move(epoch), seq}; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(histories, fixture)

BOOST_AUTO_TEST_CASE(gives_all_after_a_place_or_says_that_it_cannot) {
  history kept({10'000, 1s}, budget);
  BOOST_TEST(after(kept, 5, 5) == "");
  BOOST_TEST(after(kept, 4, 5) == "not all");
  for (std::uint64_t i = 6; i <= 9; ++i) kept.add(numbered(i));
  BOOST_TEST(after(kept, 5, 9) == "6 7 8 9");
  BOOST_TEST(after(kept, 8, 9) == "9");
  BOOST_TEST(after(kept, 9, 9) == "");
  BOOST_TEST(after(kept, 4, 9) == "not all");
  BOOST_TEST(after(kept, 10, 9) == "not all");
  BOOST_TEST(after(kept, 5, 10) == "not all");  // the topic has moved on without it
}

BOOST_AUTO_TEST_CASE(a_place_inside_an_update_is_none) {
  history kept({10'000, 1s}, budget);
  kept.add(numbered(3, 0ms, 10, 3));
  kept.add(numbered(5, 0ms, 10, 2));
  BOOST_TEST(after(kept, 0, 5) == "3 5");
  BOOST_TEST(after(kept, 3, 5) == "5");
  BOOST_TEST(after(kept, 4, 5) == "not all");
  BOOST_TEST(after(kept, 1, 5) == "not all");
}

BOOST_AUTO_TEST_CASE(is_bounded_in_bytes) {
  history kept({4'000, 1s}, budget);
  for (std::uint64_t i = 1; i <= 100; ++i) {
    kept.add(numbered(i));
    BOOST_TEST(kept.bytes() <= 4'000u);
  }
  BOOST_TEST(kept.size() > 3u);
  BOOST_TEST(after(kept, 100 - kept.size(), 100) != "not all");
  BOOST_TEST(after(kept, 100 - kept.size() - 1, 100) == "not all");
  kept.add(numbered(101, 0ms, 10'000));  // alone it is too large
  BOOST_TEST(kept.size() == 0u);
  BOOST_TEST(kept.bytes() == 0u);
  BOOST_TEST(after(kept, 100, 101) == "not all");
  BOOST_TEST(budget->used() == 0u);
}

BOOST_AUTO_TEST_CASE(is_bounded_in_time) {
  history kept({10'000, 1s}, budget);
  kept.add(numbered(1, 0ms));
  kept.add(numbered(2, 900ms));
  kept.expire(start + 1'000ms);
  BOOST_TEST(after(kept, 0, 2) == "1 2");
  kept.expire(start + 1'001ms);
  BOOST_TEST(after(kept, 0, 2) == "not all");
  BOOST_TEST(after(kept, 1, 2) == "2");
}

BOOST_AUTO_TEST_CASE(starts_anew_behind_a_hole) {
  history kept({10'000, 1s}, budget);
  kept.add(numbered(1));
  kept.add(numbered(3));
  BOOST_TEST(after(kept, 0, 3) == "not all");
  BOOST_TEST(after(kept, 1, 3) == "not all");
  BOOST_TEST(after(kept, 2, 3) == "3");
}

BOOST_AUTO_TEST_CASE(encodes_once_what_nobody_heard) {
  history kept({10'000, 1s}, budget);
  kept.add(numbered(1));
  auto const one = kept.after(0, 1, encode), two = kept.after(0, 1, encode);
  BOOST_TEST(encoded == 1u);
  BOOST_TEST((*one)[0].frame == (*two)[0].frame);
}

BOOST_AUTO_TEST_CASE(all_together_have_a_bound_too) {
  history_rules rules;
  rules.total_bytes = 5'000;
  auto const small = std::make_shared<history_budget>(rules);
  history quiet({10'000, 1s}, small);
  for (std::uint64_t i = 1; i <= 5; ++i) quiet.add(numbered(i));
  {
    history busy({10'000, 1s}, small);
    for (std::uint64_t i = 1; i <= 100; ++i) {
      busy.add(numbered(i));
      BOOST_TEST(small->used() <= 5'000u);
    }
    BOOST_TEST(quiet.size() == 5u);
    BOOST_TEST(busy.size() > 0u);
  }
  BOOST_TEST(small->used() == quiet.bytes());
}

// However much is held of public channels, what an account has missed stays.
BOOST_AUTO_TEST_CASE(accounts_do_not_give_way_to_public_channels) {
  history_rules rules;
  rules.total_bytes = 16'000;
  auto const small = std::make_shared<history_budget>(rules);
  history busy({100'000, 1s}, small);
  for (std::uint64_t i = 1; i <= 100; ++i) busy.add(numbered(i));
  BOOST_TEST(small->used() <= 12'000u);

  history orders({100'000, 1s}, small, audience::account);
  for (std::uint64_t i = 1; i <= 5; ++i) orders.add(numbered(i));
  for (std::uint64_t i = 101; i <= 200; ++i) busy.add(numbered(i));
  BOOST_TEST(after(orders, 0, 5) == "1 2 3 4 5");

  for (std::uint64_t i = 6; i <= 100; ++i) orders.add(numbered(i));
  BOOST_TEST(small->used() <= 16'000u);  // among themselves they are bounded all the same
  BOOST_TEST(orders.size() > 0u);
}

// ---- in a topic

COROUTINE_TEST(a_topic_gives_back_what_was_missed, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  publish(ticker, 1);
  std::string epoch;
  {
    listener const ear(ticker.share(), first);
    epoch = ear.start.epoch;
    publish(ticker, 2);
    co_await settled();
  }
  publish(ticker, 3);
  publish(ticker, 4);
  listener const other(ticker.share(), second);
  auto const at = place(epoch, 2);
  detail::joined const back = ticker.get().join(const_cast<listener&>(other), *second, &at);
  ticker.get().leave(const_cast<listener&>(other), *second);
  BOOST_REQUIRE(back.missed.has_value());
  BOOST_TEST(back.seq == 4u);
  BOOST_REQUIRE(back.missed->size() == 2u);
  BOOST_TEST((*back.missed)[0].prev == 2u);
  BOOST_TEST((*back.missed)[1].seq == 4u);
  BOOST_TEST((*back.missed)[1].frame->payload().find(R"("seq":4,"prev":3)") != std::string::npos);
  BOOST_TEST(!back.snapshot);
}

COROUTINE_TEST(what_is_too_old_goes_though_nothing_is_published, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  listener const ear(ticker.share(), first);
  for (int i = 0; i < 10; ++i) publish(ticker, i);
  co_await pass(59s);
  BOOST_TEST(memory.histories().used() > 0u);
  co_await pass(17s);
  BOOST_TEST(memory.histories().used() == 0u);
}

// Before the first subscriber nobody has a place, and long after the last nobody comes back.
COROUTINE_TEST(a_topic_nobody_listens_to_holds_nothing, broker_test) {
  auto const ticker = broker.topic("ticker", "A");
  for (int i = 0; i < 100; ++i) publish(ticker, i);
  BOOST_TEST(memory.histories().used() == 0u);
  {
    listener const ear(ticker.share(), first);
  }
  publish(ticker, 200);
  BOOST_TEST(memory.histories().used() > 0u);
  co_await pass(59s);
  publish(ticker, 201);
  {
    listener const ear(ticker.share(), first);
  }
  co_await pass(59s);
  publish(ticker, 202);
  BOOST_TEST(memory.histories().used() > 0u);
  co_await pass(2s);
  BOOST_TEST(memory.histories().used() == 0u);
  publish(ticker, 203);
  BOOST_TEST(memory.histories().used() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
