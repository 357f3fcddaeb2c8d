#include "program.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace bots {
namespace {

namespace asio = boost::asio;

runes::awaitable<> live(runes::client& client, std::function<runes::credentials()> sign,
                        asio::signal_set& signals, bot& trades) {
  co_await client.connect();
  co_await client.authenticate(sign);  // now, and on every connection that follows
  std::exception_ptr failed;
  try {
    co_await trades.run();
  } catch (...) {
    failed = std::current_exception();
  }
  signals.cancel();
  co_await client.close();
  if (failed) std::rethrow_exception(failed);
}

void run(std::string const& url, std::function<runes::credentials()> sign, arguments& line,
         bot_maker const& make) {
  asio::io_context loop;
  runes::client_config config;
  config.url = url;
  runes::client client(loop.get_executor(), config);
  auto const trades = make(loop.get_executor(), client, line);
  line.check_all_taken();
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code const& ec, int) {
    signals.clear();  // the next one has its usual effect
    if (!ec) trades->stop();
  });
  asio::co_spawn(loop, live(client, std::move(sign), signals, *trades),
                 [](std::exception_ptr failed) {
                   if (failed) std::rethrow_exception(failed);
                 });
  loop.run();
}

std::invalid_argument without_value(std::string const& option) {
  return std::invalid_argument(option + " has no value: write " + option + "=VALUE");
}

}  // namespace

// ---- the command line

arguments::arguments(int argc, char** argv, std::size_t words) {
  for (int n = 1; n < argc; ++n) {
    std::string const text = argv[n];
    auto const is = text.find('=');
    if (!text.starts_with("--")) {
      words_.push_back(text);
    } else if (is == std::string::npos) {
      throw without_value(text);
    } else {
      options_[text.substr(0, is)] = text.substr(is + 1);
    }
  }
  if (words_.size() != words)
    throw std::invalid_argument(std::to_string(words) + " words are expected, and there are " +
                                std::to_string(words_.size()));
}

runes::decimal arguments::price(std::size_t n) const {
  auto const value = runes::decimal::parse(word(n));
  if (!value || value->units() <= 0)
    throw std::invalid_argument("'" + word(n) + "' must be a decimal above zero");
  return *value;
}

std::string arguments::take(std::string const& option, std::string const& fallback) {
  auto const found = options_.extract(option);
  return found ? found.mapped() : fallback;
}

runes::decimal arguments::amount(std::string const& option, std::string const& fallback) {
  auto const text = take(option, fallback);
  auto const value = runes::decimal::parse(text);
  if (!value || value->units() < 0)
    throw std::invalid_argument(option + " must be a decimal from zero on, not '" + text + "'");
  return *value;
}

std::int64_t arguments::count(std::string const& option, std::int64_t fallback, least from) {
  auto const value = amount(option, std::to_string(fallback));
  std::int64_t const lowest = from == least::zero ? 0 : 1;
  if (value.scale() != 0 || value.units() < lowest || value.units() > most)
    throw std::invalid_argument(option + " must be a whole number from " + std::to_string(lowest) +
                                " to " + std::to_string(most));
  return value.units();
}

void arguments::check_all_taken() const {
  if (!options_.empty())
    throw std::invalid_argument("there is no option " + options_.begin()->first);
}

// ---- main

int run_program(int argc, char** argv, std::size_t words, char const* usage,
                bot_maker const& make) {
  char const* const key = std::getenv("API_KEY");
  char const* const secret = std::getenv("API_SECRET");
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // each line when it is there, into a pipe too
  if (argc == 2 && (std::string_view(argv[1]) == "--help" || std::string_view(argv[1]) == "-h")) {
    std::printf("usage: API_KEY=… API_SECRET=… %s\n", usage);
    return 0;
  }
  try {
    arguments line(argc, argv, words);
    if (!key || !secret) throw std::invalid_argument("API_KEY and API_SECRET are not set");
    run(line.word(0), runes::signed_by(key, secret), line, make);
  } catch (std::invalid_argument const& e) {
    std::fprintf(stderr, "%s\nusage: API_KEY=… API_SECRET=… %s\n", e.what(), usage);
    return 2;
  } catch (std::exception const& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  return 0;
}

desk_settings program_settings(std::string prefix) {
  desk_settings how;
  how.trading.client_id_prefix = std::move(prefix);
  how.say = [](std::string const& line) { std::puts(line.c_str()); };
  return how;
}

}  // namespace bots
