#include "server/flush_choice.hpp"

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

#include "server/config_support.hpp"

using namespace runes::detail;
using runes::flush_mode;

namespace {

struct no_sender final : batch_sender {
  std::size_t least() const noexcept override { return 2; }
  std::size_t capacity() const noexcept override { return 8; }
  boost::system::error_code send(std::span<socket_write>) override { return {}; }
};

/// Makes so many, then says that it is forbidden.
struct factory {
  std::size_t most = 100;
  std::size_t asked = 0;

  flush_choice choose(flush_mode told, std::size_t loops) {
    return choose_flush(told, loops, [this]() -> made_sender {
      if (++asked > most) return {nullptr, "io_uring is forbidden"};
      return {std::make_unique<no_sender>(), {}};
    });
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(flush_choices)

BOOST_AUTO_TEST_CASE(one_for_each_loop_where_they_can_be_had) {
  for (auto const told : {flush_mode::automatic, flush_mode::uring}) {
    auto const chosen = factory().choose(told, 3);
    BOOST_REQUIRE(chosen.senders.size() == 3u);
    for (auto const& each : chosen.senders) BOOST_TEST(each.get() != nullptr);
    BOOST_TEST(chosen.in_words() == "by io_uring");
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_tried_when_send_was_asked_for) {
  factory from;
  auto const chosen = from.choose(flush_mode::send, 2);
  BOOST_TEST(from.asked == 0u);
  BOOST_REQUIRE(chosen.senders.size() == 2u);
  BOOST_TEST(chosen.senders[0].get() == nullptr);
  BOOST_TEST(chosen.in_words() == "by send");
}

BOOST_AUTO_TEST_CASE(auto_does_without_and_says_why) {
  for (std::size_t most = 0; most < 3; ++most) {
    factory from;
    from.most = most;
    auto const chosen = from.choose(flush_mode::automatic, 3);
    BOOST_REQUIRE(chosen.senders.size() == 3u);
    for (auto const& each : chosen.senders) BOOST_TEST(each.get() == nullptr);
    BOOST_TEST(chosen.in_words() == "by send: io_uring is forbidden");
  }
}

BOOST_AUTO_TEST_CASE(uring_that_cannot_be_had_is_an_error_of_the_configuration) {
  factory from;
  from.most = 1;
  BOOST_TEST(complaint_of([&] { from.choose(flush_mode::uring, 2); }) ==
             "flush must be auto or send here: io_uring is forbidden");
}

BOOST_AUTO_TEST_CASE(modes_have_names) {
  for (auto const* name : {"auto", "uring", "send"}) {
    auto const mode = runes::flush_mode_from(name);
    BOOST_REQUIRE(mode.has_value());
    BOOST_TEST(name_of(*mode) == name);
  }
  BOOST_TEST(!runes::flush_mode_from("io_uring"));
}

BOOST_AUTO_TEST_SUITE_END()
