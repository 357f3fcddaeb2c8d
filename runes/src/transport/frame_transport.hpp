// What a WebSocket connection does with frames, wherever its bytes come from: takes messages,
// answers control frames, closes.
#pragma once

#include "protocol/frame_parser.hpp"
#include "protocol/inflater.hpp"
#include "session/outbox_writer.hpp"
#include "session/transport.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace runes::detail {

struct message_limits {
  std::size_t bytes = 64 * 1024;
  std::uint32_t fragments = frame_parser::default_max_fragments;
};

/// All of a transport but where its bytes are.
class frame_transport : public transport {
 public:
  std::optional<message> try_read() final;
  close_reason const& ended() const noexcept final { return ended_; }
  void start_close(close_reason const& reason) final;
  void on_heard(std::function<void()> callback) final { heard_ = std::move(callback); }
  runes::role role() const noexcept final { return role_; }
  std::string const& target() const noexcept final { return target_; }
  std::string const& subprotocol() const noexcept final { return subprotocol_; }

 protected:
  frame_transport(runes::role role, std::optional<deflate_terms> compression, message_limits limits,
                  std::string target, std::string subprotocol);

  /// What was read and not yet understood.
  virtual std::span<char>& unread() noexcept = 0;

  /// Nothing more is to be read: the peer's close frame has come, or its mistake.
  bool closed() const noexcept { return closed_; }
  /// What was read has completed no message.
  void read_a_part();
  /// Before a wait for more: gives back what memory the next message doesn't need.
  void rest() noexcept { parser_.rest(); }
  /// The connection broke.
  void broke(std::string why) { ended_ = {close_code::none, std::move(why)}; }

 private:
  void take_control(parsed const& what);
  void send(opcode op, std::string_view payload);
  void make_room();

  frame_parser parser_;
  std::string target_;
  std::string subprotocol_;
  std::function<void()> heard_;
  close_reason ended_;
  runes::role role_;
  bool closing_ = false;  ///< our close frame is queued
  bool closed_ = false;
  bool told_ = false;  ///< of a ping or pong in what was read
};

}  // namespace runes::detail
