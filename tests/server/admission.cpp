#include "server/admission.hpp"

#include <runes/error.hpp>

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using decider = runes::detail::admission;

namespace {

auto const start = decider::time_point(1h);

boost::asio::ip::address ip(char const* text) { return boost::asio::ip::make_address(text); }

unsigned status(decider& door, char const* peer) { return door.admit(ip(peer), start).status; }

runes::server_config at_most(std::uint32_t per_address) {
  runes::server_config config;
  config.rate_limit.max_connections_per_ip = per_address;
  return config;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(admission)

BOOST_AUTO_TEST_CASE(admits_everyone_by_default) {
  decider door{runes::server_config{}};
  for (int i = 0; i < 100; ++i) BOOST_REQUIRE(door.admit(ip("192.0.2.1"), start).admitted());
  BOOST_TEST(status(door, "2001:db8::1") == 0u);
  BOOST_TEST(door.connections() == 101u);
}

BOOST_AUTO_TEST_CASE(a_full_house_is_503_until_someone_leaves) {
  runes::server_config config;
  config.max_connections = 2;
  decider door(config);
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  BOOST_TEST(status(door, "192.0.2.2") == 0u);
  auto const refused = door.admit(ip("192.0.2.3"), start);
  BOOST_TEST(refused.status == 503u);
  BOOST_TEST(refused.retry_after.count() == 5);
  BOOST_TEST(!refused.admitted());
  BOOST_TEST(!refused.reason.empty());
  door.release(ip("192.0.2.1"));
  BOOST_TEST(status(door, "192.0.2.3") == 0u);
  BOOST_TEST(status(door, "192.0.2.1") == 503u);
}

BOOST_AUTO_TEST_CASE(who_has_no_address_takes_a_place_and_nothing_else_counts) {
  auto config = at_most(1);
  config.max_connections = 3;
  config.security.enable_ip_whitelist = true;
  config.security.whitelisted_ips = {"192.0.2.1"};
  decider door(config);
  BOOST_TEST(door.admit_local().admitted());
  BOOST_TEST(door.admit_local().admitted());
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  BOOST_TEST(door.admit_local().status == 503u);
  door.release_local();
  {
    decider::place const held(door);
  }
  BOOST_TEST(door.connections() == 1u);
  BOOST_TEST(status(door, "192.0.2.1") == 429u);
}

BOOST_AUTO_TEST_CASE(an_address_has_its_share) {
  decider door(at_most(2));
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  BOOST_TEST(status(door, "192.0.2.1") == 429u);
  BOOST_TEST(status(door, "192.0.2.2") == 0u);
  BOOST_TEST(door.connections() == 3u);
  door.release(ip("192.0.2.1"));
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  BOOST_TEST(status(door, "192.0.2.1") == 429u);
}

BOOST_AUTO_TEST_CASE(who_does_not_wait_is_told_to_wait_longer) {
  decider door(at_most(1));
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  auto const told = [&](std::chrono::milliseconds after) {
    return door.admit(ip("192.0.2.1"), start + after).retry_after.count();
  };
  BOOST_TEST(told(0ms) == 1);
  BOOST_TEST(told(999ms) == 2);
  BOOST_TEST(told(1s) == 4);
  BOOST_TEST(told(5s) == 1);  // it waited
  for (int i = 0; i < 10; ++i) told(5s);
  BOOST_TEST(told(5s) == 60);
}

BOOST_AUTO_TEST_CASE(mapped_addresses_are_ipv4) {
  decider door(at_most(1));
  BOOST_TEST(status(door, "::ffff:192.0.2.1") == 0u);
  BOOST_TEST(status(door, "192.0.2.1") == 429u);
  BOOST_TEST(status(door, "::ffff:192.0.2.2") == 0u);
  door.release(ip("192.0.2.1"));
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
}

BOOST_AUTO_TEST_CASE(ipv6_counts_by_the_first_64_bits) {
  decider door(at_most(1));
  BOOST_TEST(status(door, "2001:db8:0:1::1") == 0u);
  BOOST_TEST(status(door, "2001:db8:0:1:ffff::2") == 429u);
  BOOST_TEST(status(door, "2001:db8:0:2::1") == 0u);
  door.release(ip("2001:db8:0:1::1"));
  BOOST_TEST(status(door, "2001:db8:0:1::3") == 0u);
}

BOOST_AUTO_TEST_CASE(only_the_whitelisted_get_in) {
  runes::server_config config;
  config.security.enable_ip_whitelist = true;
  config.security.whitelisted_ips = {"10.0.0.0/8", "2001:db8::/32", "192.0.2.7"};
  decider door(config);
  BOOST_TEST(status(door, "10.9.8.7") == 0u);
  BOOST_TEST(status(door, "::ffff:10.9.8.7") == 0u);
  BOOST_TEST(status(door, "2001:db8::1") == 0u);
  BOOST_TEST(status(door, "192.0.2.7") == 0u);
  BOOST_TEST(status(door, "192.0.2.8") == 403u);
  BOOST_TEST(status(door, "127.0.0.1") == 403u);
  BOOST_TEST(status(door, "::1") == 403u);
  BOOST_TEST(door.connections() == 4u);
}

BOOST_AUTO_TEST_CASE(an_empty_whitelist_lets_nobody_in_and_a_disabled_one_everybody) {
  runes::server_config config;
  config.security.enable_ip_whitelist = true;
  decider closed(config);
  BOOST_TEST(status(closed, "127.0.0.1") == 403u);
  config.security.enable_ip_whitelist = false;
  config.security.whitelisted_ips = {"10.0.0.0/8"};
  decider open(config);
  BOOST_TEST(status(open, "127.0.0.1") == 0u);
}

BOOST_AUTO_TEST_CASE(the_whitelist_comes_before_the_address_and_that_before_the_house) {
  auto config = at_most(1);
  config.max_connections = 1;
  config.security.enable_ip_whitelist = true;
  config.security.whitelisted_ips = {"10.0.0.0/8"};
  decider door(config);
  BOOST_TEST(status(door, "10.0.0.1") == 0u);
  BOOST_TEST(status(door, "10.0.0.1") == 429u);
  BOOST_TEST(status(door, "10.0.0.2") == 503u);
  BOOST_TEST(status(door, "11.0.0.2") == 403u);
}

BOOST_AUTO_TEST_CASE(a_range_that_is_none_is_named) {
  runes::server_config config;
  config.security.whitelisted_ips = {"10.0.0.0/40"};
  BOOST_CHECK_EXCEPTION(decider{config}, runes::error, [](runes::error const& e) {
    return e.sentence() ==
           "security.whitelistedIPs: \"10.0.0.0/40\" is no IP address or CIDR range";
  });
}

// ---- another configuration

BOOST_AUTO_TEST_CASE(who_is_in_stays_in_and_counts) {
  decider door{runes::server_config{}};
  for (int i = 0; i < 3; ++i) BOOST_TEST(status(door, "192.0.2.1") == 0u);
  door.reload(at_most(2));  // there was no limit when these came
  BOOST_TEST(door.connections() == 3u);
  BOOST_TEST(status(door, "192.0.2.1") == 429u);
  BOOST_TEST(status(door, "192.0.2.2") == 0u);
  door.release(ip("192.0.2.1"));
  BOOST_TEST(status(door, "192.0.2.1") == 429u);
  door.release(ip("192.0.2.1"));
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  door.reload(at_most(0));
  for (int i = 0; i < 5; ++i) BOOST_TEST(status(door, "192.0.2.1") == 0u);
}

BOOST_AUTO_TEST_CASE(a_full_house_may_be_made_larger_or_smaller) {
  runes::server_config config;
  config.max_connections = 2;
  decider door(config);
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  BOOST_TEST(status(door, "192.0.2.2") == 0u);
  BOOST_TEST(status(door, "192.0.2.3") == 503u);
  config.max_connections = 3;
  door.reload(config);
  BOOST_TEST(status(door, "192.0.2.3") == 0u);
  config.max_connections = 1;
  door.reload(config);
  door.release(ip("192.0.2.1"));
  door.release(ip("192.0.2.2"));
  BOOST_TEST(status(door, "192.0.2.4") == 503u);
  door.release(ip("192.0.2.3"));
  BOOST_TEST(status(door, "192.0.2.4") == 0u);
}

BOOST_AUTO_TEST_CASE(another_whitelist_counts_from_then_on) {
  runes::server_config config;
  decider door(config);
  config.security.enable_ip_whitelist = true;
  config.security.whitelisted_ips = {"192.0.2.0/24"};
  door.reload(config);
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  BOOST_TEST(status(door, "198.51.100.1") == 403u);
  config.security.whitelisted_ips = {"300.0.0.1"};
  BOOST_CHECK_THROW(door.reload(config), runes::error);
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
  BOOST_TEST(status(door, "198.51.100.1") == 403u);
}

BOOST_AUTO_TEST_CASE(a_place_is_given_back_when_it_goes) {
  decider door(at_most(1));
  {
    BOOST_TEST(status(door, "192.0.2.1") == 0u);
    decider::place const held(door, ip("192.0.2.1"));
    BOOST_TEST(status(door, "192.0.2.1") == 429u);
  }
  BOOST_TEST(door.connections() == 0u);
  BOOST_TEST(status(door, "192.0.2.1") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
