// The same commands give the same bytes, also after the state was saved and loaded on the way.
#include "engine_test.hpp"
#include "random_commands.hpp"

#include <memory>
#include <stdexcept>

using namespace exchange::engine;

namespace {

// FNV-1a over everything that comes out.
class hasher final : public event_sink {
 public:
  void on_events(std::span<event const> events) noexcept override {
    for (auto const& one : events) {
      auto const* const bytes = reinterpret_cast<unsigned char const*>(&one);
      for (std::size_t i = 0; i < sizeof one; ++i) {
        hash = (hash ^ bytes[i]) * 0x100000001B3u;
      }
      ++count;
    }
  }
  std::uint64_t hash = 0xCBF29CE484222325u;
  std::uint64_t count = 0;
};

engine_config busy_market() {
  auto config = active_market();
  config.max_orders = 300;
  config.window = 64;
  config.band_basis_points = 800;
  config.reference = 100;
  return config;
}

constexpr int length = 20'000;

}  // namespace

BOOST_AUTO_TEST_SUITE(determinism)

BOOST_AUTO_TEST_CASE(the_same_commands_give_the_same_bytes) {
  hasher once, twice, other;
  for (auto* const out : {&once, &twice, &other}) {
    random_commands commands({}, out == &other ? 8 : 7);
    matching_engine engine(busy_market(), *out);
    for (int i = 0; i < length; ++i) engine.apply(commands.next(engine.state()));
  }
  BOOST_TEST(once.count > 3u * length / 2);
  BOOST_TEST(once.hash == twice.hash);
  BOOST_TEST(once.hash != other.hash);
}

// What these commands gave on the day they were written down. Another hash is another market for
// every journal that was ever written: then the format of snapshots needs a new number, too.
BOOST_AUTO_TEST_CASE(with_every_compiler_and_in_every_version) {
  hasher out;
  random_commands commands({}, 7);
  matching_engine engine(busy_market(), out);
  for (int i = 0; i < 5'000; ++i) engine.apply(commands.next(engine.state()));
  BOOST_TEST(out.hash == 12'999'185'410'152'935'968u);
}

BOOST_AUTO_TEST_CASE(a_snapshot_on_the_way_changes_nothing) {
  hasher straight, interrupted;
  random_commands commands({}, 9), again({}, 9);
  matching_engine engine(busy_market(), straight);
  auto other = std::make_unique<matching_engine>(busy_market(), interrupted);
  for (int i = 0; i < length; ++i) {
    engine.apply(commands.next(engine.state()));
    other->apply(again.next(other->state()));
    if (i % 501 != 500) continue;
    auto const bytes = other->save();
    BOOST_REQUIRE(bytes == engine.save());
    other = std::make_unique<matching_engine>(busy_market(), interrupted);
    other->load(bytes);
  }
  BOOST_TEST(straight.hash == interrupted.hash);
  BOOST_TEST((engine.save() == other->save()));
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_was_cut_or_changed_is_refused_or_is_another_state) {
  hasher out;
  random_commands commands({}, 10);
  matching_engine engine(busy_market(), out);
  for (int i = 0; i < 1'000; ++i) engine.apply(commands.next(engine.state()));
  auto const bytes = engine.save();
  auto const load = [&](std::string_view what) { matching_engine(busy_market(), out).load(what); };
  for (std::size_t length_left = 0; length_left < bytes.size(); length_left += 7) {
    BOOST_CHECK_THROW(load(std::string_view(bytes).substr(0, length_left)), std::runtime_error);
  }
  BOOST_CHECK_THROW(load(bytes + 'x'), std::runtime_error);
  int refusals = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto broken = bytes;
    broken[at] = static_cast<char>(broken[at] ^ 0x80);
    try {
      matching_engine loaded(busy_market(), out);
      loaded.load(broken);
      BOOST_REQUIRE((loaded.save() == broken));
      for (account_id a = 1; a <= 5; ++a) loaded.cancel_all({a});
    } catch (std::runtime_error const&) {
      ++refusals;
    }
  }
  BOOST_TEST(refusals > 0);
}

BOOST_AUTO_TEST_CASE(a_snapshot_of_another_configuration_is_refused) {
  recorder out;
  auto const bytes = matching_engine(busy_market(), out).save();
  auto config = busy_market();
  ++config.max_orders;
  matching_engine other(config, out);
  BOOST_CHECK_THROW(other.load(bytes), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
