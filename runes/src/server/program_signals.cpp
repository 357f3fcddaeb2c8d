#include <runes/program_signals.hpp>

#include <runes/config.hpp>
#include <runes/error.hpp>
#include <runes/log.hpp>
#include <runes/server.hpp>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include <csignal>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>

namespace runes {

class program_signals::impl {
 public:
  impl(server& on, std::function<server_config()> reread)
      : server_(on), reread_(std::move(reread)), signals_(thread_) {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    if (reread_) signals_.add(SIGHUP);
    wait();
  }

  /// What has been waiting is dropped, and what is being done is waited for.
  ~impl() {
    thread_.stop();
    thread_.join();
  }
  impl(impl const&) = delete;
  impl& operator=(impl const&) = delete;

 private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code ec, int number) {
      if (ec) return;
      if (number == SIGHUP) {
        reload();
      } else {
        server_.stop();
      }
      wait();
    });
  }

  void reload() {
    std::string why;
    try {
      server_.reload(reread_());
      return;
    } catch (error const& wrong) {
      why = wrong.sentence();
    } catch (std::exception const& other) {
      why = other.what();
    }
    log::write(severity::error, {"server", 0}, "the configuration stays as it was: " + why);
  }

  server& server_;
  std::function<server_config()> reread_;
  asio::thread_pool thread_{1};
  asio::signal_set signals_;  ///< on that thread
};

program_signals::program_signals(server& on) : impl_(std::make_unique<impl>(on, nullptr)) {}
program_signals::program_signals(server& on, command_line const& line)
    : impl_(std::make_unique<impl>(on, line.reread)) {}
program_signals::~program_signals() = default;

void serve(server& on, command_line const& line) {
  if (!line.rest.empty())
    throw error(errc::bad_config, "what is '" + line.rest.front() + "'? See --help");
  program_signals const signals(on, line);
  on.listen();
  for (auto const& address : on.addresses()) std::printf("listening on %s\n", address.c_str());
  std::fflush(stdout);
  on.run();
}

}  // namespace runes
