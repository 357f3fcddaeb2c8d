#include "server/ip_range.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace std::string_view_literals;
using range = runes::detail::ip_range;

namespace {

std::string read(std::string_view text) {
  auto const result = range::parse(text);
  return result ? result->str() : "none";
}

bool holds(std::string_view text, char const* address) {
  return range::parse(text).value().contains(boost::asio::ip::make_address(address));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ip_range)

BOOST_AUTO_TEST_CASE(reads_addresses_and_ranges) {
  BOOST_TEST(read("10.0.0.1") == "10.0.0.1/32");
  BOOST_TEST(read("10.0.0.0/8") == "10.0.0.0/8");
  BOOST_TEST(read("0.0.0.0/0") == "0.0.0.0/0");
  BOOST_TEST(read("::1") == "::1/128");
  BOOST_TEST(read("2001:DB8::/32") == "2001:db8::/32");
  BOOST_TEST(read("::/0") == "::/0");
}

BOOST_AUTO_TEST_CASE(masks_the_bits_behind_the_prefix) {
  BOOST_TEST(read("10.1.2.3/8") == "10.0.0.0/8");
  BOOST_TEST(read("192.168.1.255/25") == "192.168.1.128/25");
  BOOST_TEST(read("2001:db8::dead:beef/64") == "2001:db8::/64");
}

BOOST_AUTO_TEST_CASE(mapped_ranges_are_ipv4) {
  BOOST_TEST(read("::ffff:10.0.0.1") == "10.0.0.1/32");
  BOOST_TEST(read("::ffff:10.1.2.3/104") == "10.0.0.0/8");
  BOOST_TEST(read("::ffff:0:0/96") == "0.0.0.0/0");
}

BOOST_AUTO_TEST_CASE(refuses_everything_else) {
  for (auto text : {"",
                    " ",
                    "10",
                    "10.0.0",
                    "10.0.0.256",
                    "010.0.0.1",
                    "10.0.0.1 ",
                    " 10.0.0.1",
                    "10.0.0.0/",
                    "10.0.0.0/33",
                    "10.0.0.0/-1",
                    "10.0.0.0/+8",
                    "10.0.0.0/08",
                    "10.0.0.0/8/8",
                    "10.0.0.0/8 ",
                    "10.0.0.0/99999999999999",
                    "/8",
                    "::/129",
                    "::g",
                    "fe80::1%1",
                    "[::1]",
                    "localhost",
                    "10.0.0.1:80",
                    "10.0.0.*"}) {
    BOOST_TEST(read(text) == "none", "for \"" << text << '"');
  }
  BOOST_TEST(read("10.0.0.1\0/8"sv) == "none");
  BOOST_TEST(read("10.0.0.1\0"sv) == "none");
}

BOOST_AUTO_TEST_CASE(contains_what_begins_alike) {
  BOOST_TEST(holds("10.0.0.0/8", "10.255.255.255"));
  BOOST_TEST(!holds("10.0.0.0/8", "11.0.0.0"));
  BOOST_TEST(holds("10.1.2.3", "10.1.2.3"));
  BOOST_TEST(!holds("10.1.2.3", "10.1.2.4"));
  BOOST_TEST(holds("0.0.0.0/0", "203.0.113.9"));
  BOOST_TEST(holds("192.168.1.128/25", "192.168.1.128"));
  BOOST_TEST(!holds("192.168.1.128/25", "192.168.1.127"));
  BOOST_TEST(holds("2001:db8::/32", "2001:db8:ffff::1"));
  BOOST_TEST(!holds("2001:db8::/32", "2001:db9::1"));
  BOOST_TEST(holds("::1", "::1"));
  BOOST_TEST(holds("2001:db8::/33", "2001:db8:7fff::"));
  BOOST_TEST(!holds("2001:db8::/33", "2001:db8:8000::"));
}

BOOST_AUTO_TEST_CASE(families_do_not_mix_but_mapped_addresses_are_ipv4) {
  BOOST_TEST(holds("10.0.0.0/8", "::ffff:10.1.1.1"));
  BOOST_TEST(!holds("10.0.0.0/8", "::ffff:11.1.1.1"));
  BOOST_TEST(holds("::ffff:10.0.0.0/104", "10.1.1.1"));
  BOOST_TEST(!holds("::/0", "10.1.1.1"));
  BOOST_TEST(!holds("::/0", "::ffff:10.1.1.1"));
  BOOST_TEST(!holds("0.0.0.0/0", "::1"));
}

BOOST_AUTO_TEST_CASE(the_interface_of_an_address_does_not_matter) {
  boost::asio::ip::address_v6::bytes_type bytes{0xfe, 0x80};
  boost::asio::ip::address_v6 const scoped(bytes, 3);
  BOOST_TEST(range::parse("fe80::/10").value().contains(scoped));
}

BOOST_AUTO_TEST_CASE(mapped_addresses_lose_their_mapping) {
  using boost::asio::ip::make_address;
  BOOST_TEST((runes::detail::unmapped(make_address("::ffff:1.2.3.4")) == make_address("1.2.3.4")));
  BOOST_TEST((runes::detail::unmapped(make_address("1.2.3.4")) == make_address("1.2.3.4")));
  BOOST_TEST((runes::detail::unmapped(make_address("::1.2.3.4")) == make_address("::1.2.3.4")));
}

BOOST_AUTO_TEST_SUITE_END()
