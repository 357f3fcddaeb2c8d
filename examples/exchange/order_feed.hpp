// A recording at order level as a market: its orders drive a matching engine, and what is published
// is the engine's book.
#pragma once

#include "engine/matching_engine.hpp"
#include "line_source.hpp"
#include "lobster_book.hpp"
#include "lobster_message.hpp"
#include "lobster_name.hpp"
#include "market_feed.hpp"
#include "market_source.hpp"
#include "market_summary.hpp"

#include <runes/order_book.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace exchange {

/// A LOBSTER message file. `step::at` and `step::ts` are its times. A line is a step, with the
/// orders it changes:
///
/// * What was in the book before the first line is known where the file's order book is beside it:
///   an order for each level, from which is taken what happens to orders that no line has added.
/// * A book is known from the first line on. A halt makes the instrument `halted` until trading
///   resumes, also while it is quoted already.
/// * What is executed of an order that is not in the book (a hidden one, a cross) stands there only
///   for that execution.
/// * A line that is damaged, or does not fit the book, is reported and left out; the trade of an
///   execution is told all the same.
/// * A round begins with an empty book: the orders of the one before are removed by its first step.
class order_feed final : public market_source {
 public:
  /// Throws runes::error(errc::bad_config) when the file, or the order book beside it, can't be
  /// read, or its name has no symbol.
  explicit order_feed(std::filesystem::path file, feed_options options = {});

  std::vector<runes::instrument> const& instruments() const noexcept override {
    return instruments_;
  }
  std::string origin(std::size_t) const override { return file_.string(); }
  std::optional<step> next() override;
  void rewind() override;
  source_counters counters() const noexcept override;

  /// As of the last step.
  engine::matching_engine const& engine() const noexcept { return round_->engine; }

 private:
  /// What the engine has told since it was looked at.
  struct told final : engine::event_sink {
    void on_events(std::span<engine::event const> events) noexcept override;
    std::vector<engine::event> trades;
    std::vector<engine::event> levels;  ///< the last word on each
  };
  // All that begins anew with each round of the recording.
  struct round {
    round(std::filesystem::path const& file, feed_options const& options,
          runes::instrument const& of);
    line_source lines;
    order_feed::told told;
    engine::matching_engine engine;
    runes::order_book book;  // as published
    market_summary summary;
    std::chrono::nanoseconds at{};
    engine::order_id made_up = lobster_id_end;
    std::map<std::pair<engine::side, engine::ticks>, engine::order_id> from_before;  // by level
    bool begun = false;
    bool halted = false;
  };

  void take(text_line line, step& into);
  void take(problem const& wrong, step& into);
  void take(lobster_message const& message, std::uint64_t line, step& into);
  void change_order(lobster_message const& message, std::uint64_t line, step& into);
  void execute(lobster_message const& message, std::uint64_t line, step& into);
  void look_at(lobster_message const& message, std::uint64_t line, step& into) const;
  void begin(lobster_message const& first, std::uint64_t line, step& into);
  bool make_up(venue::outside_order like, std::uint64_t line, step& into);
  engine::order_id known(lobster_message const& message) const;
  engine::error carry_out(venue::outside_order const& one, step& into);
  void publish(std::uint64_t line, step& into);
  void publish_book(step& into);
  void tell_status(step& into);
  void count(step const& made) noexcept;

  std::filesystem::path file_;
  feed_options options_;
  lobster_name name_;
  std::vector<lobster_level> opening_;  // after the first message
  std::vector<runes::instrument> instruments_;
  std::optional<round> round_;                                             // never empty
  runes::instrument_status status_ = runes::instrument_status::suspended;  // as it was told
  std::vector<venue::outside_order> left_over_;  // to be removed: of the round before
  source_counters counters_;                     // lines and skipped: of the rounds before
};

}  // namespace exchange
