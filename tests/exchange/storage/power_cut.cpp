// The power is cut at every operation of a long run, and at those of the recovery after it: what
// was reported durable is there, what comes after it is a prefix of what was written.
#include "memory_directory.hpp"
#include "storage_test.hpp"

#include <storage/segment_writer.hpp>
#include <storage/snapshots.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <utility>

using namespace exchange::storage;

namespace {

constexpr std::uint64_t segment_bytes = 1'500;  // so that there are many
constexpr std::uint64_t room_bytes = 700;       // so that some batches fit, and some don't

// A venue that starts again and again, and what it may rely on.
class lives {
 public:
  explicit lives(std::uint64_t seed) : chance_(seed) {}

  // Recovers, checks and goes on for so many batches; ends early when the power is cut.
  void live(memory_directory& where, int batches) {
    try {
      recover_and_check(where);
      segment_writer writer(where, written_ + 1, segment_bytes, room_bytes);
      for (int i = 0; i < batches; ++i) work(where, writer);
    } catch (power_cut const&) {
    }
  }

  sequence durable() const { return durable_; }
  std::mt19937_64& chance() { return chance_; }

 private:
  void recover_and_check(memory_directory& where) {
    rebuilt_state found;
    auto const result = recover(where, found);
    BOOST_TEST_REQUIRE(result.last == found.last);
    BOOST_TEST_REQUIRE(found.last >= durable_);
    BOOST_TEST_REQUIRE(found.last <= written_);
    BOOST_REQUIRE((found.state == state_after(found.last)));
    durable_ = written_ = found.last;
  }

  void work(memory_directory& where, segment_writer& writer) {
    std::string batch;
    for (auto left = 1 + chance_() % 5; left > 0; --left) {
      ++written_;
      put_record(batch, written_, record_of(written_));
    }
    writer.write(batch, written_);
    durable_ = written_;
    if (chance_() % 6 == 0) save_snapshot(where, durable_, state_after(durable_));
  }

  std::mt19937_64 chance_;
  sequence durable_ = 0;
  sequence written_ = 0;
};

constexpr int batches = 60;

std::size_t operations_of_a_run(std::uint64_t seed) {
  memory_directory where;
  lives venue(seed);
  where.fail_at(0, memory_directory::fault::none);
  venue.live(where, batches);
  return where.operations();
}

std::vector<tail> const tails{tail::prefix, tail::zeros, tail::holes};

}  // namespace

BOOST_AUTO_TEST_SUITE(power_cut_at)

BOOST_DATA_TEST_CASE(every_operation, boost::unit_test::data::xrange(3), which) {
  auto const how = tails[static_cast<std::size_t>(which)];
  auto const seed = 100u + static_cast<std::uint64_t>(which);
  auto const all = operations_of_a_run(seed);
  BOOST_TEST_REQUIRE(all > 150u);
  sequence most = 0;
  for (std::size_t at = 1; at <= all; ++at) {
    BOOST_TEST_CONTEXT("cut at operation " << at) {
      auto where = std::make_unique<memory_directory>();
      lives venue(seed);
      where->fail_at(at, memory_directory::fault::power);
      venue.live(*where, batches);
      most = std::max(most, venue.durable());
      // While it recovers and begins again, too, and once more.
      for (std::size_t again = 1; again <= 8; ++again) {
        where = where->after_power_cut(venue.chance(), how);
        where->fail_at(again, memory_directory::fault::power);
        venue.live(*where, 2);
      }
      where = where->after_power_cut(venue.chance(), how);
      venue.live(*where, 3);
      BOOST_TEST(where->operations() >= 6u);
    }
  }
  BOOST_TEST(most > 100u);
}

BOOST_AUTO_TEST_SUITE_END()
