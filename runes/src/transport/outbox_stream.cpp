#include "transport/outbox_stream.hpp"

#include "transport/after_close.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace runes::detail {

std::size_t wire::write_some(std::span<iovec const> bytes, boost::system::error_code& ec) {
  constexpr int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  msghdr header{};
  header.msg_iov = const_cast<iovec*>(bytes.data());
  header.msg_iovlen = bytes.size();
  for (;;) {
    // Mostly it is one frame, and a plain send is the cheaper call.
    ssize_t const n = bytes.size() == 1 ? ::send(socket_.native_handle(), bytes[0].iov_base,
                                                 bytes[0].iov_len, flags)
                                        : ::sendmsg(socket_.native_handle(), &header, flags);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) ec.assign(errno, boost::system::system_category());
    return 0;
  }
}

void wire::wait_writable(std::function<void()> ready) {
  socket_.async_wait(tcp_socket::wait_write,
                     [ready = std::move(ready)](boost::system::error_code) { ready(); });
}

void wire::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
  writer_.break_off();
}

awaitable<boost::system::error_code> wire::tear_down(std::shared_ptr<wire> self) {
  co_await self->writer_.written();
  boost::system::error_code ec;
  self->socket_.shutdown(tcp_socket::shutdown_send, ec);
  std::array<char, 512> passed_over;
  std::size_t seen = 0;
  while (!ec && seen < most_after_close) {
    seen += co_await self->socket_.async_read_some(asio::buffer(passed_over),
                                                   asio::redirect_error(asio::use_awaitable, ec));
  }
  co_return boost::system::error_code{};
}

}  // namespace runes::detail
