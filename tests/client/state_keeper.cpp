#include "client/state_keeper.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::detail;
namespace json = boost::json;

namespace {

shared_data shared(event_data what) { return std::make_shared<event_data const>(std::move(what)); }
shared_data entries(std::string_view text) { return shared(json::value(json::parse(text))); }
json::value image_of(state_keeper const& state) {
  return state.image() ? std::get<json::value>(*state.image()) : json::value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(state_keepers)

BOOST_AUTO_TEST_CASE(the_latest_object_is_the_state) {
  state_keeper state(event_model::latest, data_type::json, {});
  BOOST_TEST(!state.known());
  state.replace(nullptr);  // there is none yet, and that is known
  BOOST_TEST(state.known());
  BOOST_TEST(!state.image());
  auto const newer = entries("[2]");
  state.apply(newer);
  BOOST_TEST(state.image() == newer);  // shared, not copied
  state.distrust();
  BOOST_TEST(!state.known());
  BOOST_TEST(!state.image());
  state.trust();
  BOOST_TEST(state.image() == newer);
}

BOOST_AUTO_TEST_CASE(of_a_log_nothing_is_held) {
  state_keeper trades(event_model::log, data_type::trades, {});
  trades.replace(shared(trade_list()));
  trades.apply(shared(trade_list(3)));
  BOOST_TEST(std::get<trade_list>(*trades.image()).empty());
  state_keeper other(event_model::log, data_type::json, {});
  BOOST_TEST(image_of(other) == json::value(json::array()));
}

BOOST_AUTO_TEST_CASE(entries_are_held_by_their_key) {
  state_keeper state(event_model::keyed, data_type::json, "id");
  state.replace(entries(R"([{"id":1},{"id":"1"},{"id":2,"a":1}])"));
  state.apply(entries(R"([{"id":2,"a":2},{"id":1,"removed":true},{"id":9,"removed":true}])"));
  BOOST_TEST(image_of(state) == json::parse(R"([{"id":"1"},{"id":2,"a":2}])"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_unknown_until_the_next_snapshot) {
  for (auto const* text : {"7", "{}", "[7]", R"([{"name":1}])"}) {
    state_keeper state(event_model::keyed, data_type::json, "id");
    state.replace(entries("[]"));
    BOOST_TEST(state.known());
    state.apply(entries(text));
    BOOST_TEST(!state.known(), text);
    state.apply(entries(R"([{"id":1}])"));
    BOOST_TEST(!state.known());
    state.replace(entries(R"([{"id":1}])"));
    BOOST_TEST(state.known());
  }
  state_keeper without_key(event_model::keyed, data_type::json, {});
  without_key.replace(entries("[]"));
  BOOST_TEST(!without_key.known());
}

BOOST_AUTO_TEST_CASE(a_book_that_is_no_more_is_not_shown) {
  state_keeper state(event_model::book, data_type::book, {});
  BOOST_TEST(!state.replace(shared(book_changes())));
  BOOST_TEST(state.book());
  BOOST_TEST(state.image());
  state.replace(nullptr);
  BOOST_TEST(!state.book());
  BOOST_TEST(!state.image());
}

BOOST_AUTO_TEST_CASE(a_book_that_is_read_as_json_is_not_built) {
  state_keeper state(event_model::book, data_type::json, {});
  BOOST_TEST(!state.replace(entries("{}")));
  BOOST_TEST(!state.book());
  BOOST_TEST(!state.known());
}

BOOST_AUTO_TEST_SUITE_END()
