// A WebSocket connection over a socket.
#pragma once

#include "transport/frame_transport.hpp"
#include "transport/handshake.hpp"
#include "transport/outbox_stream.hpp"
#include "transport/read_buffer.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace runes::detail {

class ws_transport final : public frame_transport {
 public:
  /// After a handshake that went well.
  ws_transport(std::shared_ptr<wire> over, runes::role role, upgraded agreed, message_limits limits,
               asio::ip::tcp::endpoint peer, std::string target);
  ~ws_transport() override { stop_watching(); }

  outbox_writer& writer() noexcept override { return wire_->writer(); }
  awaitable<std::optional<message>> read() override;
  void abort() noexcept override;
  std::string peer() const override;

 private:
  std::span<char>& unread() noexcept override { return buffer_.unread(); }
  void read_on();
  void watch_buffer();
  void stop_watching() noexcept;

  std::shared_ptr<wire> wire_;
  read_buffer buffer_;
  asio::ip::tcp::endpoint peer_;
  timer_queue::id watch_{};   ///< of a large buffer; none for a connection that hasn't one
  bool waiting_ = false;      ///< for the socket to have something
  bool read_lately_ = false;  ///< since the buffer was looked at
  bool interrupted_ = false;  ///< the wait was ended to give the buffer back
};

}  // namespace runes::detail
