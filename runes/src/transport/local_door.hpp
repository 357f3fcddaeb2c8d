// How a client comes to a server of the same process: it knocks, and is answered.
#pragma once

#include "broker/loop.hpp"
#include "monitoring/counters.hpp"
#include "session/transport.hpp"
#include "transport/accept.hpp"
#include "transport/connect.hpp"
#include "transport/local_pipe.hpp"

#include <boost/asio/execution_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace runes::detail {

/// What both ends of one connection share: its two directions, and before that the question
/// whether it is to be.
class local_connection {
 public:
  /// What the server says to it.
  struct answer {
    unsigned status = 0;  ///< as of HTTP, 101: come in; 0: the server has gone
    std::string text;     ///< of 101 the subprotocol, else a sentence
    std::optional<std::chrono::seconds> retry_after;
  };

  /// `on_answer` as on_room() of a pipe.
  explicit local_connection(local_pipe::teller on_answer);

  /// Unique in this process; what the two ends call each other.
  std::uint64_t number() const noexcept { return number_; }
  local_pipe& to_server() noexcept { return up_; }
  local_pipe& to_client() noexcept { return down_; }

  /// By the server, on any thread: false when the client has given up.
  bool say(answer what);
  /// By the client: what was said, if something was.
  std::optional<answer> heard();
  /// By the client, which gives up.
  void hang_up() noexcept;

 private:
  std::uint64_t const number_;
  local_pipe up_, down_;
  std::mutex mutex_;  // guards what follows
  local_pipe::teller on_answer_;
  std::optional<answer> answer_;
};

/// A client that has knocked, in the server's hands. If it goes without an answer, the client is
/// told that the server has gone.
class local_call {
 public:
  struct wish {
    std::string target;
    std::vector<std::string> subprotocols;  ///< in order of preference
    /// Where the client lives; to be compared only, for it may have gone.
    asio::execution_context const* from = nullptr;
  };

  local_call(std::shared_ptr<local_connection> over, wish what)
      : connection_(std::move(over)), wish_(std::move(what)) {}
  local_call(local_call&&) noexcept = default;
  local_call& operator=(local_call&&) = delete;
  ~local_call();

  wish const& wanted() const noexcept { return wish_; }
  void refuse(http_reply const& why);
  /// The server's end, on the loop's strand; null when the client has given up.
  std::unique_ptr<transport> accept(std::shared_ptr<loop> on, loop_counters* counters,
                                    upgrade_terms const& terms, std::size_t max_outbox_bytes);

 private:
  std::shared_ptr<local_connection> connection_;  ///< null once it is answered
  wish wish_;
};

/// An address within the process. Thread-safe; clients and servers hold it.
class local_door {
 public:
  /// Called while the door is locked, on the client's thread: it does no more than post.
  using taker = std::function<void(local_call)>;

  /// From now on `owner` is given who knocks. False when somebody else is.
  bool open(void const* owner, taker take);
  /// Not any more, if it was; nobody is on the way to it when this returns.
  void close(void const* owner) noexcept;
  /// Whoever finds nobody is told so, like one whose server has gone.
  void knock(local_call who);

 private:
  std::mutex mutex_;  // guards what follows
  void const* owner_ = nullptr;
  taker take_;
};

/// Connects as connect() over sockets does, with the same errors: on the loop's strand, cancelled
/// at any time. `counters` outlive it. Of the options compression has no meaning here.
awaitable<std::unique_ptr<transport>> connect(std::shared_ptr<loop> on, loop_counters* counters,
                                              std::shared_ptr<local_door> to, std::string target,
                                              connect_options options);

}  // namespace runes::detail
