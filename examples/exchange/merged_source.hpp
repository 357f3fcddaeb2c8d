// Several markets as one, in the order of their times.
#pragma once

#include "market_feed.hpp"
#include "market_source.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace exchange {

/// Gives the steps of all its sources, the one with the smallest `at` first.
class merged_source final : public market_source {
 public:
  /// Throws runes::error(errc::bad_config) when two of them have the same symbol.
  explicit merged_source(std::vector<std::unique_ptr<market_source>> sources);

  std::vector<runes::instrument> const& instruments() const noexcept override {
    return instruments_;
  }
  std::string origin(std::size_t market) const override;
  std::optional<step> next() override;
  void rewind() override;
  source_counters counters() const noexcept override;

 private:
  struct part {
    std::unique_ptr<market_source> source;
    std::size_t first_market;
    std::optional<step> waiting;  // its next step
  };
  void fetch(part& from);

  std::vector<part> parts_;
  std::vector<runes::instrument> instruments_;
  bool begun_ = false;
};

/// Opens recordings to be played together. Throws runes::error(errc::bad_config) when one can't be
/// opened or holds no market data, and when two are of the same market.
std::unique_ptr<market_source> open_recordings(std::span<std::filesystem::path const> files,
                                               feed_options const& options = {});

}  // namespace exchange
