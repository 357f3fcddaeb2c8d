#include "transport/deflate_handshake.hpp"

#include "transport/extension_list.hpp"
#include "transport/header_end.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace runes::detail;
namespace http = boost::beast::http;

namespace {

/// As in "a;b=1;c|d": extensions apart by |.
std::string in_words(std::string_view header) {
  auto const all = read_extensions(header);
  if (!all) return "malformed";
  std::string words;
  for (auto const& one : *all) {
    words.append(words.empty() ? "" : "|").append(one.name);
    for (auto const& [key, value] : one.parameters) {
      words.append(";").append(key);
      if (!value.empty()) words.append("=").append(value);
    }
  }
  return words;
}

http::fields extensions(std::vector<std::string> const& headers) {
  http::fields fields;
  for (auto const& each : headers) fields.insert(http::field::sec_websocket_extensions, each);
  return fields;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(extensions_agreed_on)

BOOST_AUTO_TEST_CASE(lists_are_read) {
  BOOST_TEST(in_words("") == "");
  BOOST_TEST(in_words("a") == "a");
  BOOST_TEST(in_words(" a ;b = 1; c , d,e;f=\"g\" ") == "a;b=1;c|d|e;f=g");
  BOOST_TEST(in_words("a; b, c") == "a;b|c");
  BOOST_TEST(in_words(",a,,b,") == "a|b");
  for (char const* bad : {"a b", ";", "a;", "a;=1", "a;b=", "a;b=\"", "a;b=\"c", "a;b=\"\"",
                          "a;b=c d", "a/b", "a;b=\"c d\""})
    BOOST_TEST(in_words(bad) == "malformed", bad);
}

BOOST_AUTO_TEST_CASE(the_first_offer_that_can_be_kept_is_answered) {
  auto const answer = [](std::vector<std::string> const& headers) {
    return answer_deflate_offers(extensions(headers)).answer;
  };
  std::string const mine =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  BOOST_TEST(answer({}) == "");
  BOOST_TEST(answer({"Permessage-Deflate"}) == mine);
  BOOST_TEST(answer({"permessage-deflate; client_max_window_bits"}) == mine);
  BOOST_TEST(answer({"permessage-deflate; client_max_window_bits=8"}) ==
             mine + "; client_max_window_bits=8");
  BOOST_TEST(answer({"permessage-deflate; server_max_window_bits=8"}) == "");
  BOOST_TEST(answer({"permessage-deflate; server_max_window_bits=8, permessage-deflate"}) == mine);
  BOOST_TEST(answer({"x; y", "permessage-deflate; server_max_window_bits=\"9\""}) ==
             mine + "; server_max_window_bits=9");
  BOOST_TEST(answer({"permessage-deflate, ;"}) == "");  // malformed
  for (char const* bad :
       {"server_max_window_bits", "server_max_window_bits=16", "server_max_window_bits=09",
        "client_max_window_bits=7", "client_max_window_bits; client_max_window_bits",
        "server_no_context_takeover=1", "client_no_context_takeover; client_no_context_takeover",
        "z"})
    BOOST_TEST(answer({std::string("permessage-deflate; ") + bad}) == "", bad);
}

BOOST_AUTO_TEST_CASE(how_the_peer_compresses_follows_from_it) {
  auto const usual = answer_deflate_offers(extensions({"permessage-deflate"}));
  BOOST_TEST(!usual.client.takeover);
  BOOST_TEST(usual.window == 32'768u);
  BOOST_TEST(
      answer_deflate_offers(extensions({"permessage-deflate; server_max_window_bits=9"})).window ==
      512u);
  BOOST_TEST(!answer_deflate_offers(extensions({"permessage-deflate; client_no_context_takeover"}))
                  .client.takeover);
  auto const kept =
      read_deflate_answer(extensions({"permessage-deflate; server_max_window_bits=10"}), true);
  BOOST_TEST((kept.valid && kept.server && kept.server->takeover));
  auto const not_kept =
      read_deflate_answer(extensions({"permessage-deflate; server_no_context_takeover"}), true);
  BOOST_TEST((not_kept.valid && not_kept.server && !not_kept.server->takeover));
  auto const none = read_deflate_answer(extensions({}), true);
  BOOST_TEST((none.valid && !none.server));
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_not_asked_for_is_not_taken) {
  BOOST_TEST(!read_deflate_answer(extensions({"permessage-deflate"}), false).valid);
  for (char const* bad : {"x", "permessage-deflate; client_max_window_bits=10",
                          "permessage-deflate; z", "permessage-deflate; server_max_window_bits=7",
                          "permessage-deflate, permessage-deflate", ";"})
    BOOST_TEST(!read_deflate_answer(extensions({bad}), true).valid, bad);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_header_is_found_however_it_is_cut) {
  std::string const header = "HTTP/1.1 101 x\r\na: b\r\r\n\r\n",
                    all = header + "\x81\x01y\r\n\r\nz";
  for (std::size_t piece = 1; piece <= all.size(); ++piece) {
    header_end end;
    std::size_t shown = 0, at = 0;
    for (; at < all.size() && !end.ended(); at += piece)
      shown += end.take(std::string_view(all).substr(at, piece));
    BOOST_TEST(shown == header.size());
    BOOST_TEST(end.take("more\r\n\r\n") == 8u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
