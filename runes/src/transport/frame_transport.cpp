#include "transport/frame_transport.hpp"

#include "protocol/mask.hpp"

#include <utility>

namespace runes::detail {
namespace {

constexpr std::size_t longest_reason = 123;
/// Bytes of replies that one read may bring about before they are handed on.
constexpr std::size_t most_unflushed = 64 * 1024;

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

frame_parser::options parser_options(runes::role role, std::optional<deflate_terms> compression,
                                     message_limits limits) {
  frame_parser::options options;
  options.masked = role == runes::role::server;
  options.max_message_bytes = limits.bytes;
  options.max_fragments = limits.fragments;
  options.compression = compression;
  return options;
}

}  // namespace

frame_transport::frame_transport(runes::role role, std::optional<deflate_terms> compression,
                                 message_limits limits, std::string target, std::string subprotocol)
    : parser_(parser_options(role, compression, limits)),
      target_(std::move(target)),
      subprotocol_(std::move(subprotocol)),
      role_(role) {}

// ---- reading

std::optional<message> frame_transport::try_read() {
  while (!closed_) {
    auto const got = parser_.next(unread());
    if (got.what == parsed::kind::nothing) break;
    make_room();
    if (got.what == parsed::kind::message) {
      told_ = false;
      return message{got.text, got.bytes};
    }
    take_control(got);
  }
  return {};
}

void frame_transport::read_a_part() {
  if (!std::exchange(told_, false) && heard_) heard_();
}

/// So many requests may come with one read that their replies would not fit into the outbox.
void frame_transport::make_room() {
  auto& out = writer();
  if (out.queue().bytes() >= most_unflushed && !out.blocked()) out.flush();
}

void frame_transport::take_control(parsed const& what) {
  switch (what.what) {
    case parsed::kind::ping:
      if (!closing_) send(opcode::pong, what.bytes);
      [[fallthrough]];
    case parsed::kind::pong:
      told_ = true;
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

// ---- sending

void frame_transport::send(opcode op, std::string_view payload) {
  writer().push_reserved(role_ == runes::role::client ? frame::make_masked(op, payload, new_mask())
                                                      : frame::make(op, payload));
}

void frame_transport::start_close(close_reason const& reason) {
  if (std::exchange(closing_, true)) return;
  send(opcode::close, close_payload(reason));
  writer().seal();
}

}  // namespace runes::detail
