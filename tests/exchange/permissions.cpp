#include "permissions.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using exchange::permission;
using exchange::permissions;
using names = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(permissions_of_keys)

BOOST_AUTO_TEST_CASE(a_key_without_any_has_all_but_the_operators) {
  auto const may = permissions::of(names{});
  BOOST_TEST(may.names() == (names{"read", "trade", "transfer"}));
  BOOST_TEST(!may.has(permission::admin));
}

BOOST_AUTO_TEST_CASE(a_key_has_those_it_names_and_may_always_read) {
  BOOST_TEST(permissions::of(names{"read"}).names() == (names{"read"}));
  BOOST_TEST(permissions::of(names{"transfer", "trade"}).names() ==
             (names{"read", "trade", "transfer"}));
  auto const operators = permissions::of(names{"admin"});
  BOOST_TEST(operators.has(permission::admin));
  BOOST_TEST(operators.has(permission::read));
  BOOST_TEST(!operators.has(permission::trade));
  BOOST_TEST(!operators.has(permission::transfer));
  BOOST_TEST(permissions::of(names{"everything"}).names() == (names{"read"}));
}

BOOST_AUTO_TEST_CASE(each_has_a_name) {
  for (auto const one :
       {permission::read, permission::trade, permission::transfer, permission::admin}) {
    BOOST_TEST((exchange::permission_of(name_of(one)) == one));
  }
  BOOST_TEST(!exchange::permission_of("Trade").has_value());
  BOOST_TEST(exchange::all_permissions() == "read, trade, transfer or admin");
}

BOOST_AUTO_TEST_SUITE_END()
