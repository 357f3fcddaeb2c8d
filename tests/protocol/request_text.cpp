#include "protocol/request_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace runes;
using namespace runes::detail;
namespace json = boost::json;

namespace {

json::object object(std::string_view text) { return json::parse(text).get_object(); }

/// What reading the fields throws; nothing when they are right.
template <class Read>
std::optional<error> refusal(Read read, std::string_view body) {
  try {
    read(object(body));
    return {};
  } catch (error const& e) {
    return e;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(request_text)

BOOST_AUTO_TEST_CASE(numbers_that_would_be_written_as_no_json_are_refused) {
  for (std::string const payload : {"1e400", "[-1e999]", R"({"a":[1,{"b":1e400}]})"}) {
    auto const read = parse_request(R"({"id":7,"op":"ping","payload":)" + payload + "}");
    BOOST_REQUIRE(read.wrong.has_value());
    BOOST_TEST((read.wrong->code() == errc::bad_json));
    BOOST_TEST(read.id == "7");
  }
}

BOOST_AUTO_TEST_CASE(ids_of_every_kind_are_echoed_untouched) {
  std::string const longest(36, 'x');
  std::string wide;  // 36 characters of two bytes each
  for (int i = 0; i < 36; ++i) wide += "\xc3\xa9";
  for (std::string const id :
       {"0", "7", "-7", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
        R"("")", R"("a")", R"("a\"b\\c")", R"("é")", R"("7")"}) {
    auto const read = parse_request(R"({"id":)" + id + R"(,"op":"ping"})");
    BOOST_TEST(read.id == id);
    BOOST_TEST(!read.wrong.has_value());
    BOOST_TEST(read.op == "ping");
  }
  for (auto const& id : {longest, wide}) {
    auto const read = parse_request(R"({"id":")" + id + R"(","op":"ping"})");
    BOOST_TEST(read.id == '"' + id + '"');
  }
}

BOOST_AUTO_TEST_CASE(an_id_that_is_none_is_said_so) {
  std::string const too_long = '"' + std::string(37, 'x') + '"';
  for (auto const& id : {std::string("null"), std::string("true"), std::string("1.5"),
                         std::string("1.0"), std::string("1e3"), std::string("[1]"),
                         std::string("{}"), std::string("18446744073709551616"), too_long}) {
    BOOST_TEST_CONTEXT(id) {
      auto const read = parse_request(R"({"id":)" + id + R"(,"op":"ping"})");
      BOOST_TEST(read.id.empty());
      BOOST_REQUIRE(read.wrong.has_value());
      BOOST_TEST((read.wrong->code() == errc::bad_request));
    }
  }
}

BOOST_AUTO_TEST_CASE(malformed_messages) {
  struct malformed {
    std::string text;
    errc code;
    std::string id;
  };
  std::string deep(100, '[');
  for (auto const& each : std::vector<malformed>{
           {"", errc::bad_json, ""},
           {" ", errc::bad_json, ""},
           {"ping", errc::bad_json, ""},
           {"{", errc::bad_json, ""},
           {R"({"id":1,"op":"ping")", errc::bad_json, ""},
           {R"({"id":1,"op":"ping"} x)", errc::bad_json, ""},
           {R"({'id':1})", errc::bad_json, ""},
           {R"({"id":1,"op":"ping",})", errc::bad_json, ""},
           {"{\"id\":1,\"op\":\"\xff\"}", errc::bad_json, ""},
           {std::string("{\"id\":1\0}", 9), errc::bad_json, ""},
           {deep, errc::bad_json, ""},
           {"[]", errc::bad_request, ""},
           {"null", errc::bad_request, ""},
           {"7", errc::bad_request, ""},
           {"\"ping\"", errc::bad_request, ""},
           {"{}", errc::bad_request, ""},
           {R"({"op":"ping"})", errc::bad_request, ""},
           {R"({"id":1})", errc::bad_request, "1"},
           {R"({"id":"a","op":null})", errc::bad_request, "\"a\""},
           {R"({"id":1,"op":7})", errc::bad_request, "1"},
           {R"({"id":1,"op":["ping"]})", errc::bad_request, "1"},
       }) {
    BOOST_TEST_CONTEXT(each.text) {
      auto const read = parse_request(each.text);
      BOOST_REQUIRE(read.wrong.has_value());
      BOOST_TEST(name_of(read.wrong->code()) == name_of(each.code));
      BOOST_TEST(read.id == each.id);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_body_is_handed_on_whole) {
  auto const read = parse_request(R"( {"op":"trade","id":3,"price":"1.5","more":[1,{}]} )");
  BOOST_TEST(!read.wrong.has_value());
  BOOST_TEST((read.body == object(R"({"op":"trade","id":3,"price":"1.5","more":[1,{}]})")));
}

// It is read into one block of memory, and goes on in the heap.
BOOST_AUTO_TEST_CASE(a_body_may_be_large_and_its_copies_may_grow) {
  std::string const text = R"({"op":"trade","id":3,"list":[")" + std::string(5'000, '1') +
                           R"(","a text that needs memory of its own"],"last":"x"})";
  auto read = std::make_unique<parsed_request>(parse_request(text));
  BOOST_TEST((read->body == object(text)));
  auto copy = read->body;
  auto const part = read->body.at("list");
  read.reset();
  for (int i = 0; i < 1'000; ++i) copy["more"] = std::string(100, static_cast<char>('a' + i % 26));
  BOOST_TEST(copy.at("more").as_string().size() == 100u);
  BOOST_TEST((part == copy.at("list")));
}

BOOST_AUTO_TEST_CASE(replies) {
  BOOST_TEST(ok_reply("7", "{}") == R"({"id":7,"ok":{}})");
  BOOST_TEST(ok_reply("\"a\"", "[1]") == R"({"id":"a","ok":[1]})");
  error const refused(errc::unknown_channel, "no channel 'bo\"k'");
  std::string const body =
      R"({"code":4002,"name":"unknown_channel","message":"no channel 'bo\"k'","retry":"never"})";
  BOOST_TEST(error_reply("7", refused) == R"({"id":7,"error":)" + body + "}");
  BOOST_TEST(error_reply("", refused) == R"({"error":)" + body + "}");
  BOOST_TEST(error_event(refused) == R"({"event":"error","error":)" + body + "}");
}

BOOST_AUTO_TEST_CASE(an_error_says_when_to_come_again) {
  error limited(errc::rate_limited, "too many requests");
  limited.retry_after(std::chrono::milliseconds(800));
  BOOST_TEST(error_reply("1", limited) ==
             R"({"id":1,"error":{"code":3001,"name":"rate_limited","message":"too many requests",)"
             R"("retry":"later","retryAfterMs":800}})");
}

BOOST_AUTO_TEST_CASE(subscription_fields_as_far_as_they_are_said) {
  auto const bare = read_subscription(object(R"({"channel":"ticker"})"));
  BOOST_TEST(bare.wanted.channel == "ticker");
  BOOST_TEST(!bare.wanted.symbols.has_value());
  BOOST_TEST(!bare.wanted.interval.has_value());
  BOOST_TEST(!bare.wanted.depth.has_value());
  BOOST_TEST(bare.since.empty());
  BOOST_TEST(!bare.when_slow.has_value());

  auto const full = read_subscription(object(
      R"({"channel":"orderbook","symbols":["A","B"],"interval":"100ms","depth":10,)"
      R"("since":{"A":{"epoch":"k3","seq":18446744073709551615}},"overflow":"gap","other":1})"));
  BOOST_TEST(full.wanted.symbols.value() == (std::vector<std::string>{"A", "B"}),
             boost::test_tools::per_element());
  BOOST_TEST(full.wanted.interval.value() == "100ms");
  BOOST_TEST(full.wanted.depth.value() == 10u);
  BOOST_REQUIRE(full.since.size() == 1u);
  BOOST_TEST(full.since[0].symbol == "A");
  BOOST_TEST(full.since[0].epoch == "k3");
  BOOST_TEST(full.since[0].seq == 18446744073709551615u);
  BOOST_TEST((full.when_slow == overflow::gap));
}

BOOST_AUTO_TEST_CASE(wrong_subscription_fields_are_named) {
  for (auto const& [body, field] : std::vector<std::pair<std::string, std::string>>{
           {R"({})", "'channel'"},
           {R"({"channel":7})", "'channel'"},
           {R"({"channel":null})", "'channel'"},
           {R"({"channel":"t","symbols":"A"})", "'symbols'"},
           {R"({"channel":"t","symbols":[]})", "'symbols'"},
           {R"({"channel":"t","symbols":null})", "'symbols'"},
           {R"({"channel":"t","symbols":["A",1]})", "'symbols'"},
           {R"({"channel":"t","interval":100})", "'interval'"},
           {R"({"channel":"t","interval":null})", "'interval'"},
           {R"({"channel":"t","depth":"10"})", "'depth'"},
           {R"({"channel":"t","depth":-1})", "'depth'"},
           {R"({"channel":"t","depth":1.5})", "'depth'"},
           {R"({"channel":"t","depth":4294967296})", "'depth'"},
           {R"({"channel":"t","since":[]})", "'since'"},
           {R"({"channel":"t","since":{"A":1}})", "'since.A.epoch'"},
           {R"({"channel":"t","since":{"A":{"seq":1}}})", "'since.A.epoch'"},
           {R"({"channel":"t","since":{"A":{"epoch":"e"}}})", "'since.A.seq'"},
           {R"({"channel":"t","since":{"A":{"epoch":"e","seq":-1}}})", "'since.A.seq'"},
           {R"({"channel":"t","since":{"A":{"epoch":"e","seq":"1"}}})", "'since.A.seq'"},
           {R"({"channel":"t","overflow":"merge"})", "'overflow'"},
           {R"({"channel":"t","overflow":1})", "'overflow'"},
       }) {
    BOOST_TEST_CONTEXT(body) {
      auto const why = refusal([](json::object const& o) { read_subscription(o); }, body);
      BOOST_REQUIRE(why.has_value());
      BOOST_TEST((why->code() == errc::bad_options));
      BOOST_TEST(why->sentence().find(field) != std::string::npos, why->sentence());
    }
  }
}

BOOST_AUTO_TEST_CASE(credentials_of_both_kinds) {
  auto const key = read_credentials(
      object(R"({"apiKey":"k","timestamp":1700000000000,"nonce":"n","signature":"00ff"})"));
  BOOST_TEST(key.api_key == "k");
  BOOST_TEST(key.timestamp == 1'700'000'000'000);
  BOOST_TEST(key.nonce == "n");
  BOOST_TEST(key.signature == "00ff");
  BOOST_TEST(read_credentials(object(R"({"token":"t"})")).token == "t");
}

BOOST_AUTO_TEST_CASE(wrong_credentials_are_named) {
  for (auto const& [body, field] : std::vector<std::pair<std::string, std::string>>{
           {R"({})", "'apiKey'"},
           {R"({"apiKey":""})", "'apiKey'"},
           {R"({"apiKey":7})", "'apiKey'"},
           {R"({"token":null})", "'token'"},
           {R"({"apiKey":"k","nonce":7})", "'nonce'"},
           {R"({"apiKey":"k","signature":[]})", "'signature'"},
           {R"({"apiKey":"k","timestamp":"1700000000000"})", "'timestamp'"},
           {R"({"apiKey":"k","timestamp":1.5})", "'timestamp'"},
           {R"({"apiKey":"k","timestamp":18446744073709551615})", "'timestamp'"},
       }) {
    BOOST_TEST_CONTEXT(body) {
      auto const why = refusal([](json::object const& o) { read_credentials(o); }, body);
      BOOST_REQUIRE(why.has_value());
      BOOST_TEST((why->code() == errc::bad_request));
      BOOST_TEST(why->sentence().find(field) != std::string::npos, why->sentence());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
