// Long seeded streams: everything fits together after each request, and the same bytes give the
// same bytes, also after the state was saved and loaded on the way.
#include "random_requests.hpp"
#include "venue_test.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>

using namespace exchange::venue;

namespace {

constexpr int length = 12'000;

venue_config busy_venue() {
  auto config = small_venue();
  config.max_open_orders = 60;
  config.max_closed_orders = 50;
  config.max_fills = 80;
  config.instruments[perp].engine.band_basis_points = 1'500;
  config.instruments[perp].engine.reference = 2'000;
  config.instruments[perp].funding.interval = 60 * second;
  return config;
}

/// What outcomes add up to, for holding it against the venue.
struct tally {
  std::map<std::pair<account_id, market_id>, lots> positions;
  std::set<std::size_t> kinds;
  int taken_over = 0;

  void take(trading_venue const& venue, applied const& done) {
    for (auto const& one : done.outcomes) {
      kinds.insert(one.index());
      if (auto const* const l = std::get_if<liquidated>(&one)) taken_over += l->by_fund;
      auto const* const f = std::get_if<filled>(&one);
      if (f == nullptr || f->fill.market == spot) continue;
      positions[{f->fill.account, f->fill.market}] +=
          f->fill.side == side::buy ? f->fill.quantity : -f->fill.quantity;
    }
    for (auto const& [key, size] : positions) {
      BOOST_REQUIRE_EQUAL(venue.accounts().position_size(key.first, key.second), size);
    }
  }
};

std::string bytes_of(applied const& done) {
  std::string bytes;
  append_bytes(bytes, done.result);
  for (auto const& one : done.outcomes) append_bytes(bytes, one);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_stream)

BOOST_AUTO_TEST_CASE(everything_fits_together_after_every_request) {
  tally seen;
  std::map<error, int> errors;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    random_requests requests(seed);
    trading_venue venue(busy_venue());
    tally positions;
    for (int i = 0; i < length; ++i) {
      auto const one = requests.next();
      auto const done = venue.apply(one);
      ++errors[done.result.error];
      positions.take(venue, done);
      auto const wrong = venue.check();
      BOOST_REQUIRE_MESSAGE(wrong.empty(), "seed " << seed << ", request " << i << ": " << wrong);
    }
    seen.kinds.merge(positions.kinds);
    seen.taken_over += positions.taken_over;
  }
  BOOST_TEST(seen.kinds.size() == std::variant_size_v<outcome>);
  BOOST_TEST(seen.taken_over > 0);
  for (auto const value : {error::none, error::bad_request, error::expired, error::unknown_symbol,
                           error::insufficient_funds, error::unknown_order, error::order_closed,
                           error::bad_price, error::bad_quantity, error::market_closed,
                           error::would_cross, error::self_trade, error::risk_limit}) {
    BOOST_TEST(errors[value] > 0, name_of(value) << " was never met");
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_changes_nothing_in_the_middle_of_it_all) {
  random_requests requests(4);
  trading_venue venue(busy_venue());
  int refusals = 0;
  for (int i = 0; i < 3'000; ++i) {
    auto const one = requests.next();
    venue.apply({advance_time{}, one.now, 0});
    auto const before = venue.save();
    auto const done = venue.apply(one);
    auto const* const placing = std::get_if<place_order>(&one.what);
    bool const remembered = placing != nullptr && !placing->client_order_id.empty();
    if (done.result.ok() || remembered) continue;
    ++refusals;
    BOOST_REQUIRE((venue.save() == before));
    BOOST_REQUIRE(done.outcomes.empty());
  }
  BOOST_TEST(refusals > 500);
}

BOOST_AUTO_TEST_CASE(the_same_bytes_give_the_same_bytes) {
  random_requests requests(5);
  auto venue = std::make_unique<trading_venue>(busy_venue());
  auto replayed = std::make_unique<trading_venue>(busy_venue());
  for (int i = 0; i < length; ++i) {
    auto const one = requests.next();
    auto const journal = encode(one);
    BOOST_REQUIRE((decode(journal) == one));
    BOOST_REQUIRE((encode(decode(journal)) == journal));
    BOOST_REQUIRE((bytes_of(venue->apply(one)) == bytes_of(replayed->apply(decode(journal)))));
    if (i % 601 != 600) continue;
    auto const bytes = replayed->save();
    BOOST_REQUIRE((bytes == venue->save()));
    replayed = std::make_unique<trading_venue>(busy_venue());
    replayed->load(bytes);
    BOOST_REQUIRE((replayed->save() == bytes));
  }
  BOOST_TEST((venue->save() == replayed->save()));
}

// What these requests gave on the day they were written down. Another hash is another market for
// every journal that was ever written.
BOOST_AUTO_TEST_CASE(with_every_compiler_and_in_every_version) {
  random_requests requests(6);
  trading_venue venue(busy_venue());
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (int i = 0; i < 4'000; ++i) {
    for (char const c : bytes_of(venue.apply(requests.next()))) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    }
  }
  BOOST_TEST(hash == 2'443'905'139'454'530'745u);
}

BOOST_AUTO_TEST_SUITE_END()
