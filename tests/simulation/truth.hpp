// What was published, number by number: what every view is held against.
#pragma once

#include <runes/market_data.hpp>
#include <runes/subscription.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace runes::simulation {

/// A state as one number: that of an empty state is 0, and a part's number is added with the part
/// and taken away with it, so that it needn't be computed anew for each change.
using digest = std::uint64_t;

digest digest_of(std::string_view text) noexcept;
digest digest_of(ticker const& value);
digest digest_of_level(side which, std::int64_t price, std::int64_t quantity) noexcept;

/// Levels by price in the smallest units, and their digest.
class level_map {
 public:
  void set(side which, std::int64_t price, std::int64_t quantity);
  void clear();
  /// The digest of all levels, or of the best so many a side.
  simulation::digest digest(unsigned depth = 0) const;
  std::map<std::int64_t, std::int64_t> const& levels(side which) const noexcept {
    return which == side::buy ? bids_ : asks_;
  }

 private:
  std::map<std::int64_t, std::int64_t> bids_, asks_;
  simulation::digest sum_ = 0;
};

/// Entries by key as the digest of their JSON, and the digest of all.
class key_map {
 public:
  void set(std::string const& key, std::string_view json);
  void remove(std::string const& key);
  void clear();
  simulation::digest digest() const noexcept { return sum_; }
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  std::map<std::string, simulation::digest> entries_;
  simulation::digest sum_ = 0;
};

/// For each life of a topic: the state after each number, or of a log the entry that took it.
class truth {
 public:
  /// What stands at the numbers behind the last one noted.
  void note(std::string const& epoch, std::span<std::uint64_t const> values);
  /// Nothing for a life that is not known, or a number that was never published.
  std::optional<std::uint64_t> at(std::string const& epoch, std::uint64_t seq) const;
  bool knows(std::string const& epoch) const { return lives_.contains(epoch); }
  std::uint64_t last(std::string const& epoch) const;
  /// A life in which nothing was published yet.
  void begin(std::string const& epoch) { lives_[epoch].clear(); }

 private:
  std::unordered_map<std::string, std::vector<std::uint64_t>> lives_;
};

}  // namespace runes::simulation
