// Latencies counted in buckets, so that a run of any length takes the same memory.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace runes::bench {

/// Counts whole numbers in 128 buckets for each power of two: a quantile is at most 0.8 % above the
/// true one.
class histogram {
 public:
  void add(std::uint64_t value) {
    ++buckets_[bucket_of(value)];
    ++count_;
    sum_ += static_cast<double>(value);
    least_ = std::min(least_, value);
    most_ = std::max(most_, value);
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t least() const { return count_ ? least_ : 0; }
  std::uint64_t most() const { return most_; }
  double mean() const { return count_ ? sum_ / static_cast<double>(count_) : 0; }

  /// The smallest value that a share `q` (0 to 1) of all values does not exceed; 0 if there are
  /// none.
  std::uint64_t quantile(double q) const {
    auto const wanted = q * static_cast<double>(count_);
    std::uint64_t passed = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      passed += buckets_[i];
      if (passed > 0 && static_cast<double>(passed) >= wanted)
        return std::min(upper_edge(i), most_);
    }
    return most_;
  }

 private:
  // Values below 256 have a bucket each; above, the leading eight bits choose it.
  static constexpr int kept_bits = 8;
  static constexpr std::size_t half = std::size_t{1} << (kept_bits - 1);

  static std::size_t bucket_of(std::uint64_t value) {
    auto const shift = std::max(0, static_cast<int>(std::bit_width(value)) - kept_bits);
    return static_cast<std::size_t>(shift) * half + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t upper_edge(std::size_t bucket) {
    if (bucket < 2 * half) return bucket;
    auto const shift = bucket / half - 1;
    auto const leading = std::uint64_t{bucket - shift * half};
    return ((leading + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> buckets_ = std::vector<std::uint64_t>((64 - kept_bits + 2) * half);
  std::uint64_t count_ = 0;
  std::uint64_t least_ = ~std::uint64_t{0};
  std::uint64_t most_ = 0;
  double sum_ = 0;
};

}  // namespace runes::bench
