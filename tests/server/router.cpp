// Which handler serves which path, and what is agreed with a client.
#include "server/router.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace runes;
using detail::router;

namespace {

struct spoken final : handler {
  explicit spoken(handler_options how) : how_(std::move(how)) {}
  handler_options options() const override { return how_; }
  handler_options how_;
};

std::function<std::shared_ptr<handler>()> making(handler_options how = {}) {
  return [how] { return std::make_shared<spoken>(how); };
}

using names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(routers)

BOOST_AUTO_TEST_CASE(a_path_has_one_handler_and_a_star_is_for_the_others) {
  router paths;
  BOOST_TEST(!paths.find("/ws"));
  paths.add("/ws", making());
  BOOST_TEST(paths.find("/ws"));
  BOOST_TEST(!paths.find("/ws/more"));
  BOOST_CHECK_THROW(paths.add("/ws", making()), std::invalid_argument);
  BOOST_CHECK_THROW(paths.add("ws", making()), std::invalid_argument);
  paths.add("*", making(handler_options().raw()));
  BOOST_TEST(!paths.find("/ws")->options.is_raw());
  BOOST_TEST(paths.find("/ws/more")->options.is_raw());
}

BOOST_AUTO_TEST_CASE(the_first_subprotocol_of_the_handlers_that_is_offered_is_spoken) {
  router paths;
  paths.add("/ws", making());
  paths.add("/own", making(handler_options().subprotocols({"b", "a"})));
  paths.add("/raw", making(handler_options().raw()));
  server_config const config;
  auto const agreed = [&](std::string const& path, names const& offered) {
    return detail::agree(*paths.find(path), offered, config).subprotocol;
  };
  BOOST_TEST(agreed("/ws", {"x", "runes.v1.json"}) == "runes.v1.json");
  BOOST_TEST(agreed("/ws", {"x"}) == "");
  BOOST_TEST(agreed("/ws", {}) == "");
  BOOST_TEST(agreed("/own", {"a", "b"}) == "b");
  BOOST_TEST(agreed("/raw", {"runes.v1.json"}) == "");
}

BOOST_AUTO_TEST_CASE(limits_are_the_handlers_own_or_the_configurations) {
  router paths;
  paths.add("/ws", making());
  paths.add("/own", making(handler_options().max_message_bytes(77).max_fragments(3)));
  server_config config;
  config.limits.max_message_bytes = 1'000;
  BOOST_TEST(detail::agree(*paths.find("/ws"), {}, config).max_message_bytes == 1'000u);
  auto const own = detail::agree(*paths.find("/own"), {}, config);
  BOOST_TEST(own.max_message_bytes == 77u);
  BOOST_TEST(own.max_fragments == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
