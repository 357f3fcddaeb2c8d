#include "bench/peers/floor/ring.hpp"

#include "bench/arguments.hpp"
#include "bench/descriptor.hpp"

#ifdef BENCH_HAS_LIBURING

#  include <liburing.h>
#  include <sys/socket.h>

#  include <algorithm>

namespace runes::bench {

struct floor_ring::ring {
  static constexpr unsigned entries = 256;

  ring() {
    io_uring_params params{};
    params.flags =
        IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL;
    int const answer = io_uring_queue_init_params(entries, &of_kernel, &params);
    if (answer < 0) throw std::system_error(-answer, std::generic_category(), "io_uring");
  }
  ~ring() { io_uring_queue_exit(&of_kernel); }
  ring(ring const&) = delete;
  ring& operator=(ring const&) = delete;

  /// At most as many as there are entries.
  void send(std::span<int const> sockets, std::string_view bytes, std::span<int> results) {
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      io_uring_sqe* const entry = io_uring_get_sqe(&of_kernel);
      io_uring_prep_send(entry, sockets[i], bytes.data(), bytes.size(),
                         MSG_DONTWAIT | MSG_NOSIGNAL);
      io_uring_sqe_set_data64(entry, i);
    }
    for (std::size_t done = 0; done < sockets.size();) {
      auto const missing = static_cast<unsigned>(sockets.size() - done);
      int const answer = io_uring_submit_and_wait(&of_kernel, missing);
      if (answer < 0 && answer != -EINTR)
        throw std::system_error(-answer, std::generic_category(), "io_uring");
      unsigned head = 0, count = 0;
      io_uring_cqe* each = nullptr;
      io_uring_for_each_cqe(&of_kernel, head, each) {
        results[static_cast<std::size_t>(each->user_data)] = each->res;
        ++count;
      }
      io_uring_cq_advance(&of_kernel, count);
      done += count;
    }
  }

  io_uring of_kernel{};
};

floor_ring::floor_ring() : ring_(std::make_unique<ring>()) {}

std::span<int const> floor_ring::send(std::span<int const> sockets, std::string_view bytes) {
  results_.resize(sockets.size());
  for (std::size_t at = 0; at < sockets.size(); at += ring::entries) {
    auto const count = std::min<std::size_t>(ring::entries, sockets.size() - at);
    ring_->send(sockets.subspan(at, count), bytes, std::span(results_).subspan(at, count));
  }
  return results_;
}

}  // namespace runes::bench

#else

namespace runes::bench {

struct floor_ring::ring {};

floor_ring::floor_ring() { throw usage_error("--flush uring: this was built without liburing"); }

std::span<int const> floor_ring::send(std::span<int const>, std::string_view) { return {}; }

}  // namespace runes::bench

#endif

namespace runes::bench {

floor_ring::~floor_ring() = default;

}  // namespace runes::bench
