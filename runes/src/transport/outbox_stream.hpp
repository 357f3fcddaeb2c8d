// The socket with the outbox in front of it, and the layer between it and Beast's handshake: all
// bytes that leave go through the outbox.
#pragma once

#include "broker/loop.hpp"
#include "monitoring/counters.hpp"
#include "session/outbox_writer.hpp"
#include "session/transport.hpp"
#include "transport/header_end.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>

#include <cstddef>
#include <functional>
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

/// What Beast's websocket::stream makes its handshake over. What it writes is copied into the
/// outbox and is written in its turn; the write completes at once. Of what comes it is shown no
/// more than the header at first: the frames behind it are not for Beast.
class outbox_stream {
 public:
  using executor_type = asio::any_io_executor;

  explicit outbox_stream(std::shared_ptr<wire> over) : wire_(std::move(over)) {}

  executor_type get_executor() noexcept { return wire_->on().executor(); }
  /// What came behind the header and was not shown.
  std::string take_rest() { return std::exchange(rest_, {}); }

  template <class Buffers, class Token>
  auto async_read_some(Buffers const& buffers, Token&& token) {
    return asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        read_op<Buffers>(*this, buffers), token, wire_->socket());
  }

  template <class Buffers, class Token>
  auto async_write_some(Buffers const& buffers, Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto&& handler, Buffers const& from) {
          char* bytes = nullptr;
          std::size_t const size = asio::buffer_size(from);
          shared_frame copy = frame::make_bytes(size, bytes);
          asio::buffer_copy(asio::buffer(bytes, size), from);
          boost::system::error_code ec;
          if (!wire_->writer().push_reserved(std::move(copy))) ec = asio::error::no_buffer_space;
          finish(std::forward<decltype(handler)>(handler), ec, ec ? 0 : size);
        },
        token, buffers);
  }

  friend void beast_close_socket(outbox_stream& s) { s.wire_->close(); }

 private:
  template <class Buffers>
  class read_op {
   public:
    read_op(outbox_stream& of, Buffers const& into) : stream_(of), into_(into) {}

    template <class Self>
    void operator()(Self& self, boost::system::error_code ec = {}, std::size_t n = 0) {
      if (std::exchange(begun_, true)) return self.complete(ec, stream_.hold_back(into_, n));
      outbox_stream& stream = stream_;
      Buffers const into = into_;
      if (stream.rest_.empty())
        return stream.wire_->socket().async_read_some(into, std::move(self));
      // It wants more than the header, so the answer was no upgrade, and this is its body.
      std::size_t const given = asio::buffer_copy(into, asio::buffer(stream.rest_));
      stream.rest_.erase(0, given);
      stream.finish(std::move(self), ec, given);
    }

   private:
    outbox_stream& stream_;
    Buffers into_;
    bool begun_ = false;
  };

  template <class Buffers>
  std::size_t hold_back(Buffers const& read, std::size_t n) {
    auto const begin = asio::buffers_begin(read);
    std::string const came(begin, begin + static_cast<std::ptrdiff_t>(n));
    std::size_t const shown = header_.take(came);
    if (shown < n) rest_ = came.substr(shown);
    return shown;
  }

  template <class Handler>
  void finish(Handler&& handler, boost::system::error_code ec, std::size_t n) {
    asio::post(get_executor(),
               boost::beast::bind_front_handler(std::forward<Handler>(handler), ec, n));
  }

  std::shared_ptr<wire> wire_;
  header_end header_;
  std::string rest_;
};

}  // namespace runes::detail
