// The far end of a connection in memory: what a test says to a session, reads from it, and does to
// its socket.
#pragma once

#include "session/transport.hpp"
#include "support/sent_frame.hpp"

#include <runes/close_reason.hpp>

#include <sys/uio.h>

#include <cstddef>
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

  // A network in place of the test's hands: bytes go and come as they are.
  /// Takes what was written, from inside the flush; take() and on_sent get none of it then.
  std::function<void(std::string_view)> on_bytes;
  /// Bytes of the peer, cut anywhere: each frame is read as soon as it is whole.
  void receive(std::string_view bytes) {
    arriving_ += bytes;
    while (auto frame = parse_frame(arriving_)) received(std::move(*frame));
  }
  /// Called for every whole frame that has arrived, before the session gets it.
  std::function<void(sent_frame const&)> on_received;
  /// The peer has ended the connection behind what it sent.
  void finish() { end({}); }
  /// Called once when the session under test is done with its socket.
  std::function<void()> on_gone;

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
    if (on_bytes) {
      if (taken > 0) on_bytes(unparsed_);
      unparsed_.clear();
      return taken;
    }
    while (auto frame = parse_frame(unparsed_)) sent(std::move(*frame));
    return taken;
  }

  void received(sent_frame what) {
    if (on_received) on_received(what);
    switch (what.op) {
      case detail::opcode::close:
        return end(what.reason());
      case detail::opcode::ping:
        if (on_ping) on_ping(what.payload);
        return heard();
      case detail::opcode::pong:
        return heard();
      default:
        return arrive({what.op == detail::opcode::text, std::move(what.payload)});
    }
  }
  void gone() {
    if (on_gone) std::exchange(on_gone, nullptr)();
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
  std::string unparsed_;  ///< written, and no whole frame yet
  std::string arriving_;  ///< likewise, of what has arrived
  std::size_t written_ = 0, writes_ = 0, fail_at_ = 0, fail_read_ = 0;
  std::size_t allowed_ = no_limit, chop_ = no_limit;
  bool broken_ = false, abandoned_ = false, aborted_ = false;
  std::function<void()> on_arrival, on_writable, on_heard;
  std::function<void(std::string_view)> on_ping;
};

}  // namespace runes::test
