// The subscribers, on one epoll in one thread.
#pragma once

#include "bench/descriptor.hpp"
#include "bench/load/histogram.hpp"
#include "bench/slow/options.hpp"
#include "bench/slow/reader.hpp"
#include "bench/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace runes::bench {

/// The first of them are those that get slow; the next few keep their book always.
class crowd {
 public:
  /// Opens all connections and subscribes each. `o` outlives it.
  crowd(slow_options const& o, std::uint16_t port);

  /// Receives for a time.
  void run_for(slow_options::seconds time);
  /// Receives until it is `done`; false when that is not so within the limit.
  bool run_until(std::function<bool()> const& done);

  /// The slow ones subscribe anew, so that they have the whole book.
  void subscribe_slow_anew();
  /// They read so many bytes a second, in all that is sent to each.
  void slow_down(double bytes_per_second);
  /// They read as fast as the others again.
  void hurry();
  /// They need not keep their books any more.
  void relax_slow();

  /// Whether latencies of those that are never slow are taken.
  void measure(bool on) { measuring_ = on; }
  histogram take_latencies() { return std::exchange(latency_us_, {}); }

  std::size_t size() const { return members_.size(); }
  book_reader const& reader(std::size_t i) const { return members_[i].reader; }
  std::size_t lost() const { return lost_; }
  /// Whether everybody has the snapshot it waits for.
  bool all_begun() const;
  /// Whether everybody who is left has come to this number.
  bool all_at(std::uint64_t seq) const;

 private:
  struct member {
    descriptor socket;
    frame_cutter frames{1 << 20};
    book_reader reader;
  };

  void turn(int timeout_ms);
  void read_slowly(std::uint64_t now);
  bool receive(std::size_t index, std::size_t most);
  bool on_frame(member& who, std::size_t index, frame_head const& head, std::string_view payload);
  void subscribe(member& who);
  void watch(std::size_t index, bool on);
  void lose(std::size_t index, std::string_view why);

  slow_options const& options_;
  descriptor epoll_;
  std::vector<member> members_;
  std::vector<char> buffer_;
  histogram latency_us_;
  std::uint64_t stamp_us_ = 0;  // when these bytes were read
  double slow_rate_ = 0;        // bytes a second; 0: nobody is slow
  double allowance_ = 0;        // bytes that each slow one may read now
  std::uint64_t last_slow_read_ = 0;
  std::size_t lost_ = 0;
  bool measuring_ = false;
};

}  // namespace runes::bench
