#include "transport/ws_transport.hpp"

#include "transport/endpoint_text.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/socket.h>

#include <chrono>
#include <utility>

namespace runes::detail {
namespace {

/// A connection with a large buffer that reads nothing for so long gives it back.
constexpr std::chrono::seconds idle_after{2};
/// What a loop's connections read into when their own buffers are too small, one after another:
/// none of them waits while it has it.
constexpr std::size_t scratch_size = 64 * 1024;

std::span<char> scratch() {
  thread_local auto const bytes = std::make_unique_for_overwrite<char[]>(scratch_size);
  return {bytes.get(), scratch_size};
}

}  // namespace

ws_transport::ws_transport(std::shared_ptr<wire> over, runes::role role, upgraded agreed,
                           message_limits limits, asio::ip::tcp::endpoint peer, std::string target)
    : frame_transport(role, agreed.compression, limits, std::move(target),
                      std::move(agreed.subprotocol)),
      wire_(std::move(over)),
      peer_(std::move(peer)) {
  wire_->writer().deflate(agreed.deflates);
  if (!agreed.already_read.empty()) buffer_.append(agreed.already_read);
}

awaitable<std::optional<message>> ws_transport::read() {
  std::optional<message> said = try_read();
  while (!said && !closed()) {
    // A cancellation that came while nothing waited counts, too.
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      broke("cancelled");
      co_return std::nullopt;
    }
    rest();
    auto const room = buffer_.prepare();
    watch_buffer();
    boost::system::error_code ec;
    waiting_ = true;
    std::size_t const n = co_await wire_->socket().async_read_some(
        asio::buffer(room.data(), room.size()), asio::redirect_error(asio::use_awaitable, ec));
    waiting_ = false;
    if (std::exchange(interrupted_, false) && ec == asio::error::operation_aborted) continue;
    if (ec) {
      broke(ec.message());
      co_return std::nullopt;
    }
    if (buffer_.commit(n)) read_on();
    read_lately_ = true;
    said = try_read();
    if (!said && !closed()) read_a_part();
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

void ws_transport::abort() noexcept {
  stop_watching();
  wire_->close();
}

std::string ws_transport::peer() const { return text_of(peer_); }

}  // namespace runes::detail
