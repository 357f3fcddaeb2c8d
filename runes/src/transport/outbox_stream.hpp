// The layer between Beast's websocket::stream and the socket: all bytes that leave go through the
// outbox.
#pragma once

#include "broker/loop.hpp"
#include "monitoring/counters.hpp"
#include "session/outbox_writer.hpp"
#include "session/transport.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace runes::detail {

using tcp_socket = asio::ip::tcp::socket;

/// The socket and the outbox in front of it. Held by whatever still works on it. TLS gets its place
/// here: as a sink that encrypts what it is given, and a source that decrypts.
class wire final : public byte_sink {
 public:
  wire(tcp_socket socket, std::shared_ptr<loop> on, loop_counters* counters,
       std::size_t max_outbox_bytes)
      : loop_(on),
        socket_(std::move(socket)),
        writer_(std::move(on), counters, *this, max_outbox_bytes) {}

  std::size_t write_some(std::span<iovec const> bytes, boost::system::error_code& ec) override;
  void wait_writable(std::function<void()> ready) override;
  int descriptor() noexcept override { return socket_.native_handle(); }

  tcp_socket& socket() noexcept { return socket_; }
  outbox_writer& writer() noexcept { return writer_; }
  runes::detail::loop& on() noexcept { return *loop_; }
  void close() noexcept;

  /// Writes what is queued, says that no more will come, and reads until the peer says so, too (RFC
  /// 6455, section 7.1.1).
  static awaitable<boost::system::error_code> tear_down(std::shared_ptr<wire> self);

 private:
  std::shared_ptr<runes::detail::loop> loop_;  ///< first: it holds the socket's context
  tcp_socket socket_;
  outbox_writer writer_;
};

/// What Beast's websocket::stream reads from and writes to. What it writes (handshake, pongs, close
/// frames) is copied into the outbox and is written in its turn; the write completes at once.
class outbox_stream {
 public:
  using executor_type = asio::any_io_executor;

  /// `already_read` came with the handshake and is read first.
  outbox_stream(std::shared_ptr<wire> over, std::string already_read)
      : wire_(std::move(over)), already_read_(std::move(already_read)) {}

  executor_type get_executor() noexcept { return wire_->on().executor(); }
  std::shared_ptr<wire> const& over() const noexcept { return wire_; }

  template <class Buffers, class Token>
  auto async_read_some(Buffers const& buffers, Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto&& handler, Buffers const& into) {
          if (already_read_.empty()) {
            return wire_->socket().async_read_some(into, std::forward<decltype(handler)>(handler));
          }
          std::size_t const n = asio::buffer_copy(into, asio::buffer(already_read_));
          already_read_.erase(0, n);
          finish(std::forward<decltype(handler)>(handler), {}, n);
        },
        token, buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(Buffers const& buffers, Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto&& handler, Buffers const& from) {
          char* bytes = nullptr;
          std::size_t const size = asio::buffer_size(from);
          shared_frame copy = frame::make_bytes(size, bytes);
          asio::buffer_copy(asio::buffer(bytes, size), from);
          auto const ec = enqueue(std::move(copy));
          finish(std::forward<decltype(handler)>(handler), ec, ec ? 0 : size);
        },
        token, buffers);
  }

  friend void beast_close_socket(outbox_stream& s) { s.wire_->close(); }

  template <class Handler>
  friend void async_teardown(boost::beast::role_type, outbox_stream& s, Handler&& handler) {
    asio::co_spawn(
        s.get_executor(), wire::tear_down(s.wire_),
        [h = std::forward<Handler>(handler)](
            std::exception_ptr, boost::system::error_code ec) mutable { std::move(h)(ec); });
  }

 private:
  boost::system::error_code enqueue(shared_frame bytes);

  template <class Handler>
  void finish(Handler&& handler, boost::system::error_code ec, std::size_t n) {
    asio::post(get_executor(),
               boost::beast::bind_front_handler(std::forward<Handler>(handler), ec, n));
  }

  std::shared_ptr<wire> wire_;
  std::string already_read_;
};

}  // namespace runes::detail
