// fault_client: clients of the library that print what they are told; until SIGTERM, or until all
// their streams have ended.
#include "options.hpp"
#include "printer.hpp"
#include "watcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace asio = boost::asio;

namespace {

void fail(std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(std::move(failure));
  } catch (std::exception const& e) {
    std::fprintf(stderr, "fault_client: %s\n", e.what());
    std::fflush(nullptr);
    std::_Exit(1);
  }
}

class crowd {
 public:
  explicit crowd(faults::options given) : options_(std::move(given)) {
    for (unsigned i = 0; i < options_.threads; ++i)
      loops_.push_back(std::make_unique<asio::io_context>(1));
    for (unsigned i = 0; i < options_.clients; ++i) {
      auto& loop = *loops_[i % loops_.size()];
      watchers_.push_back(
          std::make_unique<faults::watcher>(loop.get_executor(), options_, out_, i));
      asio::co_spawn(loop, watchers_.back()->begin(), fail);
    }
  }

  void run() {
    asio::signal_set signals(*loops_.front(), SIGTERM, SIGINT);
    signals.async_wait([this](boost::system::error_code ec, int) {
      if (!ec) close();
    });
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < loops_.size(); ++i)
      threads.emplace_back([this, i] { loops_[i]->run(); });
    loops_.front()->run();
    for (auto& each : threads) each.join();
  }

 private:
  void close() {
    for (auto const& each : watchers_) asio::co_spawn(each->executor(), each->close(), fail);
  }

  faults::options options_;
  faults::printer out_;
  std::vector<std::unique_ptr<asio::io_context>> loops_;
  std::vector<std::unique_ptr<faults::watcher>> watchers_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    std::vector<std::string> const arguments(argv + 1, argv + argc);
    crowd all(faults::read_options(arguments));
    all.run();
  } catch (std::exception const& e) {
    std::fprintf(stderr, "fault_client: %s\n", e.what());
    return 2;
  }
}
