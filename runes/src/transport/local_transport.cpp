#include "transport/local_transport.hpp"

#include "broker/wakeup.hpp"
#include "transport/after_close.hpp"
#include "transport/local_door.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace runes::detail {

/// On our strand, and nobody's who posts there: it has gone when what was posted comes too late.
struct local_transport::bell {
  wakeup readable;
  std::function<void()> writable;

  void ring_readable() { readable.notify(); }
  void ring_writable() {
    if (writable) std::exchange(writable, nullptr)();
  }
  /// Posts a call of one of these.
  static local_pipe::teller teller(loop const& on, std::weak_ptr<bell> const& whom,
                                   void (bell::*ring)()) {
    return [executor = on.executor(), whom, ring] {
      asio::post(executor, [whom, ring] {
        if (auto const alive = whom.lock()) ((*alive).*ring)();
      });
    };
  }
};

local_transport::local_transport(std::shared_ptr<loop> on, loop_counters* counters,
                                 std::size_t max_outbox_bytes,
                                 std::shared_ptr<local_connection> over, runes::role role,
                                 message_limits limits, std::string target, std::string subprotocol)
    : frame_transport(role, std::nullopt, limits, std::move(target), std::move(subprotocol)),
      connection_(std::move(over)),
      in_(role == role::client ? connection_->to_client() : connection_->to_server()),
      out_(role == role::client ? connection_->to_server() : connection_->to_client()),
      bell_(std::make_shared<bell>()),
      writer_(on, counters, *this, max_outbox_bytes) {
  in_.on_bytes(bell::teller(*on, bell_, &bell::ring_readable));
  out_.on_room(bell::teller(*on, bell_, &bell::ring_writable));
}

local_transport::~local_transport() { let_go(); }

awaitable<std::optional<message>> local_transport::read() {
  std::optional<message> said = try_read();
  while (!said && !closed()) {
    rest();
    boost::system::error_code const ec = co_await read_more();
    if (ec) {
      broke(ec.message());
      co_return std::nullopt;
    }
    said = try_read();
    if (!said && !closed()) read_a_part();
  }
  if (!said) co_await tear_down();
  co_return said;
}

/// Takes all there is, or waits until there is something.
awaitable<boost::system::error_code> local_transport::read_more() {
  bytes_.erase(bytes_.begin(), bytes_.end() - static_cast<std::ptrdiff_t>(unread_.size()));
  for (;;) {
    // A cancellation that came while nothing waited counts, too.
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
      co_return asio::error::operation_aborted;
    auto const found = in_.take(bytes_);
    unread_ = bytes_;
    if (found == local_pipe::found::bytes) co_return boost::system::error_code();
    if (found == local_pipe::found::end) co_return asio::error::eof;
    if (bytes_.empty() && bytes_.capacity() > local_pipe::kept) bytes_ = {};
    if (!co_await bell_->readable.wait()) co_return asio::error::operation_aborted;
  }
}

/// Writes what is queued, says that no more will come, and reads until the peer says so, too: it
/// may not have read our close frame yet.
awaitable<> local_transport::tear_down() {
  co_await writer_.written();
  out_.finish();
  std::size_t seen = 0;
  while (seen < most_after_close) {
    unread_ = {};
    boost::system::error_code const ec = co_await read_more();
    if (ec) break;
    seen += bytes_.size();
  }
}

void local_transport::wait_writable(std::function<void()> ready) {
  bell_->writable = std::move(ready);
  out_.wait_for_room();
}

void local_transport::let_go() noexcept {
  out_.finish();
  in_.abandon();
}

void local_transport::abort() noexcept {
  let_go();
  bell_->readable.notify();
  writer_.break_off();
}

std::string local_transport::peer() const {
  return "local:" + std::to_string(connection_->number());
}

}  // namespace runes::detail
