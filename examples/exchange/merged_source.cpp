#include "merged_source.hpp"

#include "lobster_name.hpp"
#include "order_feed.hpp"

#include <runes/error.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace exchange {
namespace {

std::unique_ptr<market_source> open_recording(std::filesystem::path const& file,
                                              feed_options const& options) {
  if (is_lobster(file)) return std::make_unique<order_feed>(file, options);
  return std::make_unique<market_feed>(file, options);
}

}  // namespace

merged_source::merged_source(std::vector<std::unique_ptr<market_source>> sources) {
  for (auto& source : sources) {
    auto const first = instruments_.size();
    for (auto const& instrument : source->instruments()) {
      auto const same = [&](auto const& other) { return other.symbol == instrument.symbol; };
      if (std::ranges::any_of(instruments_, same)) {
        throw runes::error(runes::errc::bad_config,
                           "two recordings are of the same market, " + instrument.symbol);
      }
      instruments_.push_back(instrument);
    }
    parts_.push_back({std::move(source), first, std::nullopt});
  }
}

std::string merged_source::origin(std::size_t market) const {
  auto const behind = [market](part const& one) { return one.first_market > market; };
  auto const& from = *std::prev(std::ranges::find_if(parts_, behind));
  return from.source->origin(market - from.first_market);
}

std::optional<step> merged_source::next() {
  if (!std::exchange(begun_, true)) {
    for (auto& one : parts_) fetch(one);
  }
  part* first = nullptr;
  for (auto& one : parts_) {
    if (one.waiting && (!first || one.waiting->at < first->waiting->at)) first = &one;
  }
  if (!first) return std::nullopt;
  auto result = std::move(first->waiting);
  fetch(*first);
  return result;
}

void merged_source::rewind() {
  for (auto& one : parts_) {
    one.source->rewind();
    one.waiting.reset();
  }
  begun_ = false;
}

source_counters merged_source::counters() const noexcept {
  source_counters all;
  for (auto const& one : parts_) all += one.source->counters();
  return all;
}

void merged_source::fetch(part& from) {
  from.waiting = from.source->next();
  if (from.waiting) from.waiting->market += from.first_market;
}

std::unique_ptr<market_source> open_recordings(std::span<std::filesystem::path const> files,
                                               feed_options const& options) {
  std::vector<std::unique_ptr<market_source>> feeds;
  for (auto const& file : files) feeds.push_back(open_recording(file, options));
  if (feeds.size() == 1) return std::move(feeds.front());
  return std::make_unique<merged_source>(std::move(feeds));
}

}  // namespace exchange
