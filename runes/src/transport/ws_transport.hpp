// A WebSocket connection over a socket: reads frames, answers those of control, closes.
#pragma once

#include "protocol/frame_parser.hpp"
#include "session/transport.hpp"
#include "transport/handshake.hpp"
#include "transport/outbox_stream.hpp"
#include "transport/read_buffer.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace runes::detail {

struct message_limits {
  std::size_t bytes = 64 * 1024;
  std::uint32_t fragments = frame_parser::default_max_fragments;
};

class ws_transport final : public transport {
 public:
  /// After a handshake that went well.
  ws_transport(std::shared_ptr<wire> over, runes::role role, upgraded agreed, message_limits limits,
               asio::ip::tcp::endpoint peer, std::string target);
  ~ws_transport() override { stop_watching(); }

  outbox_writer& writer() noexcept override { return wire_->writer(); }
  std::optional<message> try_read() override;
  awaitable<std::optional<message>> read() override;
  close_reason const& ended() const noexcept override { return ended_; }
  void start_close(close_reason const& reason) override;
  void abort() noexcept override;
  void on_heard(std::function<void()> callback) override { heard_ = std::move(callback); }

  runes::role role() const noexcept override { return role_; }
  std::string peer() const override;
  std::string const& target() const noexcept override { return target_; }
  std::string const& subprotocol() const noexcept override { return subprotocol_; }

 private:
  void take_control(parsed const& what);
  void send(opcode op, std::string_view payload);
  void make_room();
  void read_on();
  void watch_buffer();
  void stop_watching() noexcept;

  std::shared_ptr<wire> wire_;
  frame_parser parser_;
  read_buffer buffer_;
  asio::ip::tcp::endpoint peer_;
  std::string target_;
  std::string subprotocol_;
  std::function<void()> heard_;
  close_reason ended_;
  timer_queue::id watch_{};  ///< of a large buffer; none for a connection that hasn't one
  runes::role role_;
  bool closing_ = false;      ///< our close frame is queued
  bool closed_ = false;       ///< nothing more is to be read: the peer's close, or its mistake
  bool waiting_ = false;      ///< for the socket to have something
  bool read_lately_ = false;  ///< since the buffer was looked at
  bool interrupted_ = false;  ///< the wait was ended to give the buffer back
};

}  // namespace runes::detail
