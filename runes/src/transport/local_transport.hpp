// A WebSocket connection to somebody in the same process: frames over two pipes in memory.
#pragma once

#include "broker/loop.hpp"
#include "monitoring/counters.hpp"
#include "session/outbox_writer.hpp"
#include "transport/frame_transport.hpp"
#include "transport/local_pipe.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace runes::detail {

class local_connection;

/// One end. The other one may be on another thread: between them are the pipes, which are locked,
/// and what they post to each other's strand.
class local_transport final : public frame_transport, private byte_sink {
 public:
  /// On the loop's strand.
  local_transport(std::shared_ptr<loop> on, loop_counters* counters, std::size_t max_outbox_bytes,
                  std::shared_ptr<local_connection> over, runes::role role, message_limits limits,
                  std::string target, std::string subprotocol);
  ~local_transport() override;

  outbox_writer& writer() noexcept override { return writer_; }
  awaitable<std::optional<message>> read() override;
  void abort() noexcept override;
  /// As in "local:7".
  std::string peer() const override;

 private:
  struct bell;

  std::size_t write_some(std::span<iovec const> bytes, boost::system::error_code& ec) override {
    return out_.write(bytes, ec);
  }
  void wait_writable(std::function<void()> ready) override;

  std::span<char>& unread() noexcept override { return unread_; }
  awaitable<boost::system::error_code> read_more();
  awaitable<> tear_down();
  void let_go() noexcept;

  std::shared_ptr<local_connection> connection_;  ///< first: it holds the pipes
  local_pipe &in_, &out_;
  std::shared_ptr<bell> bell_;  ///< what the pipes ring, by a post
  outbox_writer writer_;
  std::vector<char> bytes_;  ///< what was taken last
  std::span<char> unread_;   ///< of that
};

}  // namespace runes::detail
