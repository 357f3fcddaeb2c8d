// The far end of a connection in memory: what a test says to a session, reads from it, and does to
// its socket.
#pragma once

#include "protocol/frame.hpp"
#include "session/transport.hpp"

#include <runes/close_reason.hpp>

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runes::test {

/// One frame that the session under test has sent.
struct sent_frame {
  detail::opcode op = detail::opcode::text;
  std::string payload;
  bool masked = false;

  bool is_message() const noexcept {
    return op == detail::opcode::text || op == detail::opcode::binary;
  }
  /// Of a close frame.
  close_reason reason() const {
    if (payload.size() < 2) return close_code::no_status;
    auto const high = static_cast<unsigned char>(payload[0]);
    auto const low = static_cast<unsigned char>(payload[1]);
    return {static_cast<close_code>(high << 8 | low), payload.substr(2)};
  }
};

/// Takes the first frame off `bytes` when it is whole. Frames of the library are never fragmented.
inline std::optional<sent_frame> parse_frame(std::string& bytes) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2) return {};
  std::size_t header = 2;
  std::uint64_t size = byte(1) & 0x7fu;
  std::size_t const more = size == 126 ? 2 : size == 127 ? 8 : 0;
  bool const masked = (byte(1) & 0x80u) != 0;
  if (bytes.size() < header + more + (masked ? 4 : 0)) return {};
  if (more) size = 0;
  for (std::size_t i = 0; i < more; ++i) size = size << 8 | byte(header + i);
  header += more + (masked ? 4 : 0);
  if (bytes.size() - header < size) return {};
  sent_frame frame{static_cast<detail::opcode>(byte(0) & 0x0fu), bytes.substr(header, size),
                   masked};
  for (std::size_t i = 0; masked && i < frame.payload.size(); ++i) {
    frame.payload[i] = static_cast<char>(frame.payload[i] ^ bytes[header - 4 + i % 4]);
  }
  bytes.erase(0, header + size);
  return frame;
}

/// The peer's side, in the test's hands. Kept by the test and by the memory_transport that it is
/// the other end of; all on the strand or while nothing runs.
class memory_wire {
 public:
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

  // What the peer does.
  void say(std::string text) { arrive({true, std::move(text)}); }
  void say_binary(std::string bytes) { arrive({false, std::move(bytes)}); }
  /// The peer begins the closing handshake, or answers ours.
  void close(close_reason reason) { end(std::move(reason)); }
  /// The connection breaks: no more is read, and writing fails.
  void reset() {
    broken_ = true;
    end({});
    ready_to_write();
  }
  /// The peer pings, or answers a ping.
  void heard() {
    if (on_heard) on_heard();
  }

  // What the session under test sent.
  /// Frames not yet taken, in order.
  std::vector<sent_frame> take() { return std::exchange(sent_, {}); }
  /// The next message in text or binary not yet taken; frames of control before it are dropped.
  std::optional<std::string> take_message() {
    while (!sent_.empty()) {
      sent_frame first = std::move(sent_.front());
      sent_.erase(sent_.begin());
      if (first.is_message()) return std::move(first.payload);
    }
    return {};
  }
  std::size_t bytes_written() const noexcept { return written_; }
  std::size_t writes() const noexcept { return writes_; }
  /// The close frame that was sent, if one was.
  std::optional<close_reason> const& closed_with() const noexcept { return closed_with_; }
  /// The session has let go of its transport.
  bool abandoned() const noexcept { return abandoned_; }
  bool aborted() const noexcept { return aborted_; }

  // The socket's behaviour.
  /// Takes at most this many bytes until it is allowed more: the kernel's buffer of a peer that
  /// does not read.
  void allow(std::size_t bytes) {
    allowed_ = bytes;
    if (allowed_ > 0) ready_to_write();
  }
  /// At most this many bytes a write.
  void chop(std::size_t bytes) noexcept { chop_ = bytes; }
  /// The n-th write from now (1: the next) fails, and the connection is broken from then on.
  void fail_write(std::size_t n) noexcept { fail_at_ = writes_ + n; }
  /// The n-th message from now that is read (1: the next) is not: the connection breaks instead.
  void fail_read(std::size_t n) noexcept { fail_read_ = n; }
  /// Whether a close frame and a ping are answered by themselves, as a good peer does. Both by
  /// default.
  bool answers_close = true;
  bool answers_ping = true;

  /// Called for every whole frame that was sent, from inside the flush.
  std::function<void(sent_frame const&)> on_sent;

 private:
  friend class memory_transport;
  using arrived = std::pair<bool, std::string>;

  void arrive(arrived what) {
    if (ended_) return;
    if (fail_read_ > 0 && --fail_read_ == 0) return reset();
    inbound_.push_back(std::move(what));
    if (on_arrival) on_arrival();
  }
  void end(close_reason why) {
    if (ended_) return;
    ended_ = std::move(why);
    if (on_arrival) on_arrival();
  }
  void ready_to_write() {
    if (on_writable) std::exchange(on_writable, nullptr)();
  }

  std::size_t write(std::span<iovec const> bytes, boost::system::error_code& ec) {
    ++writes_;
    if (writes_ == fail_at_) reset();
    if (broken_) {
      ec = boost::system::errc::make_error_code(boost::system::errc::connection_reset);
      return 0;
    }
    std::size_t room = allowed_ < chop_ ? allowed_ : chop_;
    std::size_t taken = 0;
    for (iovec const& piece : bytes) {
      std::size_t const part = piece.iov_len < room ? piece.iov_len : room;
      unparsed_.append(static_cast<char const*>(piece.iov_base), part);
      room -= part;
      taken += part;
    }
    if (allowed_ != no_limit) allowed_ -= taken;
    written_ += taken;
    while (auto frame = parse_frame(unparsed_)) sent(std::move(*frame));
    return taken;
  }

  void sent(sent_frame what) {
    if (what.op == detail::opcode::close) {
      closed_with_ = what.reason();
      if (answers_close) end(*closed_with_);
    }
    if (what.op == detail::opcode::ping && answers_ping) heard();
    sent_.push_back(what);
    if (on_sent) on_sent(what);
  }

  std::deque<arrived> inbound_;
  std::optional<close_reason> ended_;  ///< what the peer's end of the connection came to
  std::vector<sent_frame> sent_;
  std::optional<close_reason> closed_with_;
  std::string unparsed_;
  std::size_t written_ = 0, writes_ = 0, fail_at_ = 0, fail_read_ = 0;
  std::size_t allowed_ = no_limit, chop_ = no_limit;
  bool broken_ = false, abandoned_ = false, aborted_ = false;
  std::function<void()> on_arrival, on_writable, on_heard;
};

}  // namespace runes::test
