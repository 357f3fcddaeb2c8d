#include "client/run_handler.hpp"

#include "support/manual_time.hpp"
#include "support/memory_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace runes;
using namespace runes::test;

namespace {

/// Says back what it is told, as it came.
class echo final : public handler {
 public:
  handler_options options() const override { return handler_options().raw(); }
  awaitable<> on_message(session& peer, message const& said) override {
    std::string data(said.data);
    if (said.text) {
      co_await peer.send(std::move(data));
    } else {
      co_await peer.send_binary(std::move(data));
    }
  }
  awaitable<> on_close(session&, close_reason const&) override {
    ++closed;
    co_return;
  }
  int closed = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(run_handler)

BOOST_AUTO_TEST_CASE(a_handler_serves_a_connection_until_it_ends) {
  manual_strand strand;
  runes::detail::loop_counters counters;
  auto const wire = std::make_shared<memory_wire>();
  auto const user = std::make_shared<echo>();
  std::optional<close_reason> end;
  memory_transport::options options;
  options.role = role::client;
  auto transport =
      std::make_unique<memory_transport>(strand.loop, &counters, wire, std::move(options));
  strand.start([](auto on, auto* counted, auto carrier, auto serves, auto& why) -> awaitable<> {
    why = co_await runes::detail::run_over(on, counted, std::move(carrier), serves, {});
  }(strand.loop, &counters, std::move(transport), user, end));
  wire->say("one");
  wire->say_binary(std::string(1, '\0'));
  strand.settle();
  auto const said = wire->take();
  BOOST_REQUIRE(said.size() == 2u);
  BOOST_TEST(said[0].payload == "one");
  BOOST_TEST(said[0].masked);
  BOOST_TEST((said[1].op == runes::detail::opcode::binary));
  wire->close({close_code::normal, "bye"});
  strand.settle();
  BOOST_REQUIRE(end);
  BOOST_TEST((end->code == close_code::normal));
  BOOST_TEST(user->closed == 1);
  BOOST_TEST(strand.idle());
}

BOOST_AUTO_TEST_SUITE_END()
