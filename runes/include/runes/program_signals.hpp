// Signals, for programs that want the usual.
#pragma once

#include <memory>

namespace runes {

class server;
struct command_line;

/// The library handles no signal by itself. A program that makes one of these has them handled
/// while it lives: SIGINT and SIGTERM stop the server, the second of them waits for nobody any more
/// (server::stop()). With a command line, SIGHUP reads its configuration again
/// (command_line::reread) and takes it over (server::reload()); one that is wrong leaves everything
/// as it was, and its sentence is logged as an error.
///
///     runes::server server(line.config);
///     runes::program_signals const signals(server, line);
///     server.listen();
///
/// Made before the addresses are told, for who has read them may stop the program at once. Files
/// are read on a thread of its own, so no connection waits for that.
class program_signals {
 public:
  /// SIGINT and SIGTERM. The server outlives it. Throws boost::system::system_error when the
  /// signals can't be handled.
  explicit program_signals(server& on);
  /// SIGHUP as well. What it needs of the command line is copied.
  program_signals(server& on, command_line const& line);
  /// Signals have their default effect again.
  ~program_signals();
  program_signals(program_signals const&) = delete;
  program_signals& operator=(program_signals const&) = delete;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

/// The end of a main(), for a program that only serves: program_signals, server::listen(), a line
/// "listening on ADDRESS" for each address to standard output, and server::run(). Returns when the
/// server has stopped. Throws what these throw, and error(errc::bad_config) for a word of the
/// command line that is no option.
void serve(server& on, command_line const& line);

}  // namespace runes
