#include "client/stream_check.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using detail::stream_check;
using verdict = detail::stream_check::verdict;

namespace {

constexpr event_model all_models[] = {event_model::latest, event_model::log, event_model::keyed,
                                      event_model::book};

stream_check at(event_model model, std::uint64_t seq) {
  stream_check s(model);
  s.snapshot("e", seq);
  return s;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stream_check_verdicts)

BOOST_AUTO_TEST_CASE(nothing_counts_before_a_snapshot) {
  for (auto const model : all_models) {
    stream_check s(model);
    BOOST_TEST((s.update("e", 1, 2).what == verdict::ignore));
    BOOST_TEST((s.dropped("e", 1, 2).what == verdict::ignore));
    BOOST_TEST(!s.live());
    s.snapshot("e", 0);
    BOOST_TEST((s.update("e", 0, 1).what == verdict::deliver));
  }
}

BOOST_AUTO_TEST_CASE(what_follows_is_delivered_merged_or_not) {
  for (auto const model : all_models) {
    auto s = at(model, 5);
    BOOST_TEST((s.update("e", 5, 6).what == verdict::deliver));
    BOOST_TEST((s.update("e", 6, 20).what == verdict::deliver));
    BOOST_TEST(s.seq() == 20u);
  }
}

BOOST_AUTO_TEST_CASE(a_hole_is_a_gap_and_a_state_starts_anew) {
  for (auto const model : all_models) {
    auto s = at(model, 5);
    auto const found = s.update("e", 8, 9);
    bool const alone =
        model == event_model::log;  // a latest state isn't: only what follows is applied
    BOOST_TEST((found.what == (alone ? verdict::gap_and_deliver : verdict::resync)));
    BOOST_TEST(found.from == 6u);
    BOOST_TEST(found.to == 8u);
    BOOST_TEST(s.live() == alone);
    BOOST_TEST((s.update("e", 9, 10).what == (alone ? verdict::deliver : verdict::ignore)));
  }
}

BOOST_AUTO_TEST_CASE(another_epoch_is_a_gap_of_unknown_size) {
  for (auto const model : all_models) {
    auto s = at(model, 5);
    auto const found = s.update("f", 5, 6);
    bool const alone = model == event_model::log;
    BOOST_TEST((found.what == (alone ? verdict::gap_and_deliver : verdict::resync)));
    BOOST_TEST(found.from == 0u);
    BOOST_TEST(found.to == 0u);
  }
}

BOOST_AUTO_TEST_CASE(the_past_is_never_believed) {
  for (auto const model : all_models) {
    auto old = at(model, 5);
    BOOST_TEST((old.update("e", 4, 5).what == verdict::resync));
    auto overlapping = at(model, 5);
    BOOST_TEST((overlapping.update("e", 4, 7).what == verdict::resync));
    auto backwards = at(model, 5);
    BOOST_TEST((backwards.update("e", 5, 5).what == verdict::resync));
    auto other = at(model, 5);
    BOOST_TEST((other.update("f", 9, 8).what == verdict::resync));
  }
}

BOOST_AUTO_TEST_CASE(what_the_server_drops_is_followed) {
  auto s = at(event_model::log, 5);
  auto const found = s.dropped("e", 6, 9);
  BOOST_TEST((found.what == verdict::gap));
  BOOST_TEST(found.from == 6u);
  BOOST_TEST(found.to == 9u);
  BOOST_TEST((s.update("e", 9, 10).what == verdict::deliver));
  // It begins later than it should: what is missing before is missing as well.
  auto const wider = s.dropped("e", 15, 20);
  BOOST_TEST(wider.from == 11u);
  BOOST_TEST((s.dropped("e", 19, 20).what == verdict::resync));

  auto latest = at(event_model::latest, 5);
  BOOST_TEST((latest.dropped("e", 6, 9).what == verdict::gap));
  BOOST_TEST((latest.update("e", 9, 10).what == verdict::deliver));
  auto book = at(event_model::book, 5);
  BOOST_TEST((book.dropped("e", 6, 9).what == verdict::resync));
  auto strange = at(event_model::log, 5);
  BOOST_TEST((strange.dropped("f", 6, 9).what == verdict::resync));
}

BOOST_AUTO_TEST_CASE(a_snapshot_always_replaces) {
  for (auto const model : all_models) {
    auto s = at(model, 500);
    s.snapshot("e", 3);
    BOOST_TEST((s.update("e", 3, 4).what == verdict::deliver));
    s.lost();
    BOOST_TEST((s.update("e", 4, 5).what == verdict::ignore));
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_a_log_says_what_it_passes_over) {
  auto s = at(event_model::log, 5);
  auto const passed = s.snapshot("e", 9);
  BOOST_REQUIRE(passed);
  BOOST_TEST(passed->from == 6u);
  BOOST_TEST(passed->to == 9u);
  BOOST_TEST(!s.snapshot("e", 9));
  auto const elsewhere = s.snapshot("f", 9);
  BOOST_REQUIRE(elsewhere);
  BOOST_TEST(elsewhere->from == 0u);
  auto state = at(event_model::latest, 5);
  BOOST_TEST(!state.snapshot("e", 9));
}

BOOST_AUTO_TEST_CASE(what_is_paused_goes_on_from_its_place) {
  for (auto const model : all_models) {
    auto s = at(model, 5);
    s.pause();
    BOOST_TEST(s.has_place());
    BOOST_TEST((s.update("e", 5, 6).what == verdict::ignore));
    s.pause();  // twice is once
    BOOST_TEST(s.resume());
    BOOST_TEST(!s.has_place());
    BOOST_TEST((s.update("e", 5, 6).what == verdict::deliver));
    s.lost();
    s.pause();
    BOOST_TEST(!s.resume());
  }
}

BOOST_AUTO_TEST_SUITE_END()
