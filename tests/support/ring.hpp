// For tests that need an io_uring: where there is none they are skipped, and the log says why.
#pragma once

#include "broker/uring_sender.hpp"

#include <boost/test/unit_test.hpp>

namespace runes::test {

/// `BOOST_AUTO_TEST_SUITE(…, *boost::unit_test::precondition(needs_ring))`
inline boost::test_tools::assertion_result needs_ring(boost::unit_test::test_unit_id) {
  auto const made = detail::make_uring_sender(1);
  boost::test_tools::assertion_result there(made.sender != nullptr);
  there.message() << made.why_not;
  return there;
}

}  // namespace runes::test
