// What is read of a request that is right.
#include "wire_test.hpp"

namespace exchange::wire {
namespace {

struct reading_fixture : wire_fixture {
  template <class Command>
  Command read(std::string_view op, std::string_view body) {
    auto const request = read_command(op, object_of(body), {1, 7, now}, venue);
    BOOST_TEST(request.now == now);
    BOOST_REQUIRE(std::holds_alternative<Command>(request.what));
    return std::get<Command>(request.what);
  }
};

BOOST_FIXTURE_TEST_SUITE(reading, reading_fixture)

BOOST_AUTO_TEST_CASE(each_op_is_a_command_or_a_query) {
  for (auto const* const op :
       {"order.place", "order.amend", "order.cancel", "order.cancelAll", "leverage.set", "deposit",
        "withdraw", "cancelOnDisconnect", "deadman", "status.set"}) {
    BOOST_TEST((is_command(op) && !is_query(op)), op);
  }
  for (auto const* const op : {"order.status", "orders.open", "orders.history", "fills.history",
                               "positions", "account", "funding"}) {
    BOOST_TEST((is_query(op) && !is_command(op)), op);
  }
  for (auto const* const op : {"", "order", "order.plac", "order.place ", "Deposit", "ping"}) {
    BOOST_TEST((!is_query(op) && !is_command(op)), op);
  }
}

BOOST_AUTO_TEST_CASE(what_each_op_needs) {
  std::pair<exchange::permission, std::vector<std::string>> const needed[] = {
      {exchange::permission::read,
       {"order.status", "orders.open", "orders.history", "fills.history", "positions", "account"}},
      {exchange::permission::trade,
       {"order.place", "order.amend", "order.cancel", "order.cancelAll", "leverage.set",
        "cancelOnDisconnect", "deadman"}},
      {exchange::permission::transfer, {"deposit", "withdraw"}},
      {exchange::permission::admin, {"status.set"}}};
  for (auto const& [permission, ops] : needed) {
    for (auto const& op : ops) {
      BOOST_TEST((permission_for(op) == permission), op);
      BOOST_TEST(!is_public(op), op);
    }
  }
  BOOST_TEST(is_public("funding"));
}

BOOST_AUTO_TEST_CASE(an_order_with_nothing_said_is_a_limit_order) {
  auto const c = read<place_order>(
      "order.place", R"({"symbol":"BTC-USD","side":"sell","quantity":"1.5","price":"50.05"})");
  place_order expected;
  expected.account = 1;
  expected.connection = 7;
  expected.market = spot;
  expected.side = side::sell;
  expected.quantity = 150;
  expected.price = 5'005;
  BOOST_TEST((c == expected));
  BOOST_TEST(!c.tif);
}

BOOST_AUTO_TEST_CASE(all_of_an_order_is_read) {
  auto const c = read<place_order>(
      "order.place",
      R"({"symbol":"ETH-USD-PERP","side":"buy","type":"stop_limit","quantity":"2.00",
          "price":"50.00","stopPrice":"49.95","timeInForce":"gtd","goodTill":1700000000000009,
          "postOnly":true,"reduceOnly":true,"displayQuantity":"0.10","selfTrade":"cancel_both",
          "clientOrderId":"é1","id":3,"op":"order.place","unheardOf":[1]})");
  place_order expected;
  expected.account = 1;
  expected.connection = 7;
  expected.market = other_perp;
  expected.client_order_id = "é1";
  expected.type = order_type::stop_limit;
  expected.tif = time_in_force::gtd;
  expected.price = 5'000;
  expected.quantity = 200;
  expected.stop_price = 4'995;
  expected.display = 10;
  expected.good_till = 1'700'000'000'000'009;
  expected.post_only = expected.reduce_only = true;
  expected.self = self_trade::cancel_both;
  BOOST_TEST((c == expected));
}

BOOST_AUTO_TEST_CASE(every_name_is_known) {
  auto const type_of = [&](std::string const& more) {
    return read<place_order>("order.place",
                             R"({"symbol":"BTC-USD","side":"buy","quantity":"1",)" + more + '}');
  };
  BOOST_TEST((type_of(R"("type":"limit","price":"1")").type == order_type::limit));
  BOOST_TEST((type_of(R"("type":"market")").type == order_type::market));
  BOOST_TEST((type_of(R"("type":"stop","stopPrice":"1")").type == order_type::stop));
  for (auto const tif :
       {time_in_force::gtc, time_in_force::ioc, time_in_force::fok, time_in_force::day}) {
    auto const name = std::string(name_of(tif));
    BOOST_TEST((type_of(R"("price":"1","timeInForce":")" + name + '"').tif == tif), name);
  }
  for (auto const how : {self_trade::cancel_newest, self_trade::cancel_oldest,
                         self_trade::cancel_both, self_trade::decrement}) {
    auto const name = std::string(name_of(how));
    BOOST_TEST((type_of(R"("price":"1","selfTrade":")" + name + '"').self == how), name);
  }
}

BOOST_AUTO_TEST_CASE(what_the_venue_judges_is_handed_on) {
  auto const place = [&](std::string const& more) {
    return read<place_order>("order.place", R"({"symbol":"BTC-USD","side":"buy",)" + more + '}');
  };
  BOOST_TEST(place(R"("quantity":"1","price":"0")").price == 0);
  BOOST_TEST(place(R"("quantity":"1","price":"-0.01")").price == -1);
  BOOST_TEST(place(R"("quantity":"0.00","price":"1")").quantity == 0);
  BOOST_TEST(place(R"("quantity":"92233720368547758.07","price":"1")").quantity ==
             9'223'372'036'854'775'807);
}

BOOST_AUTO_TEST_CASE(an_amendment_has_the_decimals_of_its_order) {
  auto const placed = id(buy(spot, 100, 5'000).named("mine"));
  auto const by_id = read<amend_order>(
      "order.amend", R"({"orderId":")" + std::to_string(placed) + R"(","price":"50.05"})");
  BOOST_TEST(by_id.order == placed);
  BOOST_TEST(by_id.client_order_id.empty());
  BOOST_TEST(by_id.price.value() == 5'005);
  BOOST_TEST(!by_id.quantity);
  BOOST_TEST(!by_id.stop_price);
  auto const by_name = read<amend_order>(
      "order.amend", R"({"clientOrderId":"mine","quantity":"2.1","stopPrice":"0"})");
  BOOST_TEST(by_name.order == 0u);
  BOOST_TEST(by_name.client_order_id == "mine");
  BOOST_TEST(by_name.quantity.value() == 210);
  BOOST_TEST(by_name.stop_price.value() == 0);
}

BOOST_AUTO_TEST_CASE(the_other_commands) {
  BOOST_TEST((read<cancel_order>("order.cancel", R"({"orderId":"17"})") ==
              cancel_order{1, 17, std::string()}));
  BOOST_TEST(
      (read<cancel_order>("order.cancel", R"({"clientOrderId":"a"})") == cancel_order{1, 0, "a"}));
  BOOST_TEST((read<cancel_all>("order.cancelAll", "{}") == cancel_all{1, every_market}));
  BOOST_TEST(
      (read<cancel_all>("order.cancelAll", R"({"symbol":"BTC-USD-PERP"})") == cancel_all{1, perp}));
  BOOST_TEST((read<set_leverage>("leverage.set", R"({"symbol":"BTC-USD-PERP","leverage":5})") ==
              set_leverage{1, perp, 5, std::nullopt}));
  BOOST_TEST((read<set_leverage>(
                  "leverage.set",
                  R"({"symbol":"BTC-USD-PERP","leverage":4294967295,"marginMode":"isolated"})") ==
              set_leverage{1, perp, 4'294'967'295, margin_mode::isolated}));
  BOOST_TEST((read<venue::deposit>("deposit", R"({"asset":"BTC","amount":"0.00000001"})") ==
              venue::deposit{1, btc, 1}));
  BOOST_TEST((read<venue::withdraw>("withdraw", R"({"asset":"USD","amount":"-2"})") ==
              venue::withdraw{1, usd, -2'000'000}));
  BOOST_TEST((read<cancel_on_disconnect>("cancelOnDisconnect", R"({"enabled":false})") ==
              cancel_on_disconnect{7, false, disconnect_scope::connection, 0}));
  BOOST_TEST((read<cancel_on_disconnect>("cancelOnDisconnect",
                                         R"({"enabled":true,"scope":"account","graceMs":1500})") ==
              cancel_on_disconnect{7, true, disconnect_scope::account, 1'500'000}));
  BOOST_TEST((read<deadman>("deadman", R"({"ms":5000})") == deadman{1, 5 * second}));
  BOOST_TEST((read<deadman>("deadman", R"({"ms":9223372036854775807})").timeout > 0));
}

BOOST_AUTO_TEST_CASE(when_it_expires_is_for_the_venue) {
  auto const request = [&](std::string_view body) {
    return read_command("order.cancelAll", object_of(body), {1, 0, now}, venue);
  };
  BOOST_TEST(request("{}").expires_at == 0);
  BOOST_TEST(request(R"({"expiresAt":1})").expires_at == 1);
  BOOST_TEST(request(R"({"expiresAt":9223372036854775807})").expires_at ==
             9'223'372'036'854'775'807);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace exchange::wire
