#include "transport/ws_transport.hpp"

#include "protocol/mask.hpp"
#include "transport/endpoint_text.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/socket.h>

#include <chrono>
#include <utility>

namespace runes::detail {
namespace {

constexpr std::size_t longest_reason = 123;
/// Bytes of replies that one read may bring about before they are handed to the kernel.
constexpr std::size_t most_unflushed = 64 * 1024;
/// A connection with a large buffer that reads nothing for so long gives it back.
constexpr std::chrono::seconds idle_after{2};
/// What a loop's connections read into when their own buffers are too small, one after another:
/// none of them waits while it has it.
constexpr std::size_t scratch_size = 64 * 1024;

std::span<char> scratch() {
  thread_local auto const bytes = std::make_unique_for_overwrite<char[]>(scratch_size);
  return {bytes.get(), scratch_size};
}

/// Cut where no character is split.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

std::string close_payload(close_reason const& reason) {
  if (!reason.said() || reason.code == close_code::no_status) return {};
  auto const code = static_cast<unsigned>(reason.code);
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xffU)};
  return payload.append(cut(reason.text, longest_reason));
}

frame_parser::options parser_options(runes::role role, upgraded const& agreed,
                                     message_limits limits) {
  frame_parser::options options;
  options.masked = role == runes::role::server;
  options.max_message_bytes = limits.bytes;
  options.max_fragments = limits.fragments;
  options.compression = agreed.compression;
  return options;
}

}  // namespace

ws_transport::ws_transport(std::shared_ptr<wire> over, runes::role role, upgraded agreed,
                           message_limits limits, asio::ip::tcp::endpoint peer, std::string target)
    : wire_(std::move(over)),
      parser_(parser_options(role, agreed, limits)),
      peer_(std::move(peer)),
      target_(std::move(target)),
      subprotocol_(std::move(agreed.subprotocol)),
      role_(role) {
  if (!agreed.already_read.empty()) buffer_.append(agreed.already_read);
}

// ---- reading

std::optional<message> ws_transport::try_read() {
  while (!closed_) {
    auto const got = parser_.next(buffer_.unread());
    if (got.what == parsed::kind::nothing) break;
    make_room();
    if (got.what == parsed::kind::message) return message{got.text, got.bytes};
    take_control(got);
  }
  return {};
}

awaitable<std::optional<message>> ws_transport::read() {
  std::optional<message> said = try_read();
  while (!said && !closed_) {
    // A cancellation that came while nothing waited counts, too.
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      ended_ = {close_code::none, "cancelled"};
      co_return std::nullopt;
    }
    parser_.rest();
    auto const room = buffer_.prepare();
    watch_buffer();
    boost::system::error_code ec;
    waiting_ = true;
    std::size_t const n = co_await wire_->socket().async_read_some(
        asio::buffer(room.data(), room.size()), asio::redirect_error(asio::use_awaitable, ec));
    waiting_ = false;
    if (std::exchange(interrupted_, false) && ec == asio::error::operation_aborted) continue;
    if (ec) {
      ended_ = {close_code::none, ec.message()};
      co_return std::nullopt;
    }
    if (buffer_.commit(n)) read_on();
    read_lately_ = true;
    said = try_read();
  }
  if (!said) co_await wire::tear_down(wire_);
  co_return said;
}

/// The buffer was filled: takes what else is there, as far as one turn of the loop goes. An end or
/// an error is left for the next wait to find.
void ws_transport::read_on() {
  auto const space = scratch();
  ssize_t const n =
      ::recv(wire_->socket().native_handle(), space.data(), space.size(), MSG_DONTWAIT);
  if (n > 0) buffer_.append({space.data(), static_cast<std::size_t>(n)});
}

/// So many requests may come with one read that their replies would not fit into the outbox.
void ws_transport::make_room() {
  auto& out = wire_->writer();
  if (out.queue().bytes() >= most_unflushed && !out.blocked()) out.flush();
}

void ws_transport::take_control(parsed const& what) {
  switch (what.what) {
    case parsed::kind::ping:
      if (!closing_) send(opcode::pong, what.bytes);
      [[fallthrough]];
    case parsed::kind::pong:
      if (heard_) heard_();
      return;
    case parsed::kind::close:
    case parsed::kind::violation: {
      closed_ = true;
      ended_ = {what.code, std::string(what.bytes)};
      start_close(what.what == parsed::kind::close ? close_reason(what.code) : ended_);
      return;
    }
    default:
      return;
  }
}

// ---- the buffer

/// Only who has a large one is looked after.
void ws_transport::watch_buffer() {
  if (!buffer_.grown() || watch_ != timer_queue::id()) return;
  auto& on = wire_->on();
  watch_ = on.at(on.now() + idle_after, [this] {
    watch_ = {};
    if (std::exchange(read_lately_, false) || wire_->writer().blocked()) return watch_buffer();
    buffer_.shrink();
    if (!waiting_) return;
    interrupted_ = true;
    boost::system::error_code ignored;
    wire_->socket().cancel(ignored);
  });
}

void ws_transport::stop_watching() noexcept {
  if (watch_ != timer_queue::id()) wire_->on().cancel(std::exchange(watch_, {}));
}

// ---- sending

void ws_transport::send(opcode op, std::string_view payload) {
  wire_->writer().push_reserved(role_ == runes::role::client
                                    ? frame::make_masked(op, payload, new_mask())
                                    : frame::make(op, payload));
}

void ws_transport::start_close(close_reason const& reason) {
  if (std::exchange(closing_, true)) return;
  send(opcode::close, close_payload(reason));
  wire_->writer().seal();
}

void ws_transport::abort() noexcept {
  stop_watching();
  wire_->close();
}

std::string ws_transport::peer() const { return text_of(peer_); }

}  // namespace runes::detail
