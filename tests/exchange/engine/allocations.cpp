// An engine takes its memory when it is made, and none after: counted for this whole program.
#include "engine_test.hpp"
#include "random_commands.hpp"

#include <cstdlib>
#include <new>

namespace {

bool counts = false;
std::uint64_t counted = 0;

void* taken(std::size_t size) {
  counted += counts ? 1 : 0;
  if (void* const memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return taken(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace exchange::engine;

namespace {

class counter final : public event_sink {
 public:
  void on_events(std::span<event const> events) noexcept override { count += events.size(); }
  std::size_t count = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(memory)

BOOST_AUTO_TEST_CASE(allocations_are_counted) {
  counts = true;
  auto* const one = new int(1);
  counts = false;
  delete one;
  BOOST_TEST(counted > 0u);
}

BOOST_AUTO_TEST_CASE(no_command_of_any_kind_asks_for_memory) {
  auto config = active_market();
  config.max_orders = 100;
  config.window = 64;
  config.reference = 100;
  config.band_basis_points = 900;
  config.band_action = band_action::halt;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    counter out;
    playground where;
    where.spacing = seed % 2 == 0 ? 1 : 3;
    random_commands commands(where, seed);
    matching_engine engine(config, out);
    counted = 0;
    for (int i = 0; i < 3'000; ++i) {
      auto const one = commands.next(engine.state());
      counts = true;
      engine.apply(one);
      counts = false;
    }
    BOOST_TEST(counted == 0u);
    BOOST_TEST(out.count > 3'000u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
