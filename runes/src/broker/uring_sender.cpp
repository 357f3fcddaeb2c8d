#include "broker/uring_sender.hpp"

#ifdef RUNES_HAS_LIBURING

#  include <liburing.h>
#  include <sys/socket.h>

#  include <cerrno>
#  include <cstdint>
#  include <vector>

namespace runes::detail {
namespace {

constexpr int send_flags = MSG_DONTWAIT | MSG_NOSIGNAL;

/// One issuer, and completions only when it asks for them: nothing of the ring then happens behind
/// the loop's back. One bad request doesn't keep back those behind it. Disabled until its thread is
/// known.
constexpr unsigned ring_flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                                IORING_SETUP_SUBMIT_ALL | IORING_SETUP_R_DISABLED;

boost::system::error_code system_error(int number) {
  return {number, boost::system::system_category()};
}

/// A send that doesn't wait ends inside the submission, taken or refused. So a call never returns
/// with one under way, and neither descriptors nor bytes are looked at behind it.
class uring_sender final : public batch_sender {
 public:
  /// Takes the ring over.
  explicit uring_sender(io_uring const& ring) : ring_(ring), headers_(ring.sq.ring_entries) {}
  ~uring_sender() override { io_uring_queue_exit(&ring_); }
  uring_sender(uring_sender const&) = delete;
  uring_sender& operator=(uring_sender const&) = delete;

  std::size_t least() const noexcept override { return 2; }
  std::size_t capacity() const noexcept override { return headers_.size(); }

  boost::system::error_code send(std::span<socket_write> writes) override {
    if (!enabled_) {
      int const answer = io_uring_register(static_cast<unsigned>(ring_.ring_fd),
                                           IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
      if (answer < 0) return system_error(-answer);
      enabled_ = true;
    }
    for (std::size_t i = 0; i < writes.size(); ++i) prepare(writes[i], i);
    return carry_out(writes);
  }

 private:
  void prepare(socket_write const& what, std::size_t index) {
    io_uring_sqe* const entry = io_uring_get_sqe(&ring_);  // there is room: capacity()
    if (what.pieces.size() == 1) {
      iovec const& piece = what.pieces.front();
      io_uring_prep_send(entry, what.descriptor, piece.iov_base, piece.iov_len, send_flags);
    } else {
      msghdr& header = headers_[index];
      header.msg_iov = const_cast<iovec*>(what.pieces.data());
      header.msg_iovlen = what.pieces.size();
      io_uring_prep_sendmsg(entry, what.descriptor, &header, send_flags);
    }
    io_uring_sqe_set_data64(entry, index);
  }

  /// Until every write has its result; mostly that is one system call.
  boost::system::error_code carry_out(std::span<socket_write> writes) {
    for (std::size_t done = 0; done < writes.size();) {
      auto const missing = static_cast<unsigned>(writes.size() - done);
      int const answer = io_uring_submit_and_wait(&ring_, missing);
      std::size_t const completed = take_results(writes);
      done += completed;
      if (completed == 0 && answer != -EINTR) {
        give_up(writes);
        return system_error(answer < 0 ? -answer : EIO);
      }
    }
    return {};
  }

  std::size_t take_results(std::span<socket_write> writes) {
    unsigned count = 0;
    unsigned head = 0;
    io_uring_cqe* each = nullptr;
    io_uring_for_each_cqe(&ring_, head, each) {
      bool const full = each->res == -EAGAIN || each->res == -EINTR;
      writes[static_cast<std::size_t>(each->user_data)].result = full ? 0 : each->res;
      ++count;
    }
    io_uring_cq_advance(&ring_, count);
    return count;
  }

  /// What the kernel has taken from the ring and not answered may have been sent or not: such a
  /// connection is broken. The rest was not tried.
  void give_up(std::span<socket_write> writes) {
    std::size_t const taken = writes.size() - io_uring_sq_ready(&ring_);
    for (auto& each : writes.first(taken)) {
      if (!each.tried()) each.result = -EIO;
    }
  }

  io_uring ring_;
  std::vector<msghdr> headers_;  ///< of those writes that have several pieces
  bool enabled_ = false;
};

std::string why_not(int number) {
  auto const words = system_error(number).message();
  switch (number) {
    case EPERM:
    case EACCES:
      return "io_uring is forbidden by the system or its container (" + words + ")";
    case ENOSYS:
      return "the kernel has no io_uring, or the container hides it (" + words + ")";
    case EINVAL:
      return "io_uring is too old, it needs Linux 6.1 (" + words + ")";
    case ENOMEM:
      return "too little memory may be locked for io_uring (" + words + ")";
    default:
      return "io_uring failed (" + words + ")";
  }
}

}  // namespace

made_sender make_uring_sender(unsigned entries) {
  io_uring ring{};
  io_uring_params params{};
  params.flags = ring_flags;
  int const answer = io_uring_queue_init_params(entries, &ring, &params);
  if (answer < 0) return {nullptr, why_not(-answer)};
  return {std::make_unique<uring_sender>(ring), {}};
}

}  // namespace runes::detail

#else

namespace runes::detail {

made_sender make_uring_sender(unsigned) { return {nullptr, "it was built without liburing"}; }

}  // namespace runes::detail

#endif
