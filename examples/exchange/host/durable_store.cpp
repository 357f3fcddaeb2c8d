#include "durable_store.hpp"

#include "service/market_table.hpp"
#include "storage/error.hpp"

#include <runes/log.hpp>

#include <boost/asio/post.hpp>

#include <chrono>
#include <utility>

namespace exchange::host {

using storage::sequence;

namespace {

constexpr char const* mirror_name = "mirror.sqlite";

void say(runes::severity level, std::string const& what) {
  runes::log::write(level, {"storage", 0}, what);
}

std::string recovered_sentence(storage::recovery_result const& found,
                               std::chrono::milliseconds took) {
  return "recovered " + std::to_string(found.last) + " records, " +
         std::to_string(found.last - found.snapshot) + " of them from the journal, in " +
         std::to_string(took.count()) + " ms";
}

}  // namespace

durable_store::durable_store(store_config const& config, venue::trading_venue& venue,
                             service::reporter& reports, runes::asio::any_io_executor on,
                             store_reports told)
    : config_(config),
      venue_(venue),
      news_(reports),
      executor_(std::move(on)),
      reports_(std::move(told)),
      directory_(config.directory),
      mirror_(config.directory / mirror_name, config.mirror_keeps),
      changes_(reports.changes()),
      rows_(venue.config()),
      gathering_(executor_) {
  auto const begin = std::chrono::steady_clock::now();
  service::keep_table(directory_, venue.config());
  service::recovered_venue target(venue, reports, mirror_.applied());
  storage::journal_listener& listener = *this;
  store_.emplace(directory_, target, storage::journal_config(), listener);
  auto const& found = store_->recovered();
  for (auto const& each : found.reports) say(runes::severity::warning, each);
  auto const about_mirror = service::bring_up(mirror_, target, found, venue);
  if (!about_mirror.empty()) say(runes::severity::warning, about_mirror);
  snapshot_at_ = found.snapshot;
  last_ = told_ = durable_ = found.last;
  storage::mirror_listener& behind = *this;
  writer_.emplace(mirror_, storage::mirror_config(), behind);
  auto const took = std::chrono::steady_clock::now() - begin;
  say(runes::severity::info,
      recovered_sentence(found, std::chrono::duration_cast<std::chrono::milliseconds>(took)));
}

durable_store::~durable_store() { saving_.join(); }

storage::append_result durable_store::append(std::string_view record) {
  auto const put = store_->put(record);
  if (put.verdict != storage::append_verdict::accepted) return put;
  last_ = put.number;
  commit_soon();
  return put;
}

// Behind all that is ready now: what that appends is in the same batch.
void durable_store::commit_soon() {
  if (std::exchange(committing_, true)) return;
  boost::asio::post(executor_, [this] {
    committing_ = false;
    store_->commit();
  });
}

// ---- what the journal says, on its thread

void durable_store::on_durable(sequence up_to) noexcept {
  std::lock_guard const lock(mutex_);
  durable_ = up_to;
  changed_.notify_all();
  if (std::exchange(reporting_, true)) return;
  boost::asio::post(executor_, [this] { report_durable(); });
}

void durable_store::report_durable() {
  sequence up_to = 0;
  {
    std::lock_guard const lock(mutex_);
    reporting_ = false;
    up_to = durable_;
  }
  reports_.durable(up_to);
}

void durable_store::on_failed(std::string const& why) noexcept {
  std::lock_guard const lock(mutex_);
  failed_ = true;
  changed_.notify_all();
  boost::asio::post(executor_, [this, why] { reports_.failed(why); });
}

void durable_store::go_on(sequence told) {
  told_ = told;
  if (!snapshot_ && last_ - snapshot_at_ >= config_.snapshot_every) begin_snapshot();
  mirror();
  save_snapshot();
  gather_soon();
}

// ---- the mirror

// Between two requests the changes are those up to the last record.
void durable_store::gather() {
  if (gathered_) return;
  gathered_ = gathered{last_, std::make_shared<service::changed_values>(changes_.take())};
}

void durable_store::gather_soon() {
  bool const needed = changes_.rows() > 0 || (snapshot_ && mirrored_ < snapshot_->at);
  if (!needed || gathers_ || gathered_) return;
  gathers_ = true;
  gathering_.expires_after(config_.mirror_every);
  gathering_.async_wait([this](boost::system::error_code const& ec) {
    gathers_ = false;
    if (ec) return;
    gather();
    go_on(told_);
  });
}

// Only of durable records: what the journal may lose the mirror must not have.
void durable_store::mirror() {
  if (!gathered_ || gathered_->up_to > told_) return;
  mirror_full_ = submit(*gathered_) == storage::mirror_verdict::full;
  if (mirror_full_) return;
  mirrored_ = gathered_->up_to;
  gathered_.reset();
}

storage::mirror_verdict durable_store::submit(gathered const& next) {
  auto make = [this, values = next.values, up_to = next.up_to] {
    auto rows = rows_.of(*values);
    rows.up_to = up_to;
    return rows;
  };
  return writer_->submit({next.up_to, next.values->rows(), std::move(make)});
}

void durable_store::on_mirrored(sequence) noexcept {
  boost::asio::post(executor_, [this] {
    if (mirror_full_) go_on(told_);
  });
}

void durable_store::on_mirror_failed(std::string const& why) noexcept {
  say(runes::severity::error, why);
  mirror_failed_ = true;
  boost::asio::post(executor_, [this] { go_on(told_); });
}

// ---- snapshots

void durable_store::begin_snapshot() {
  snapshot_at_ = last_;
  snapshot_ = snapshot{last_, service::saved_state(venue_, news_), false};
}

void durable_store::save_snapshot() {
  if (!snapshot_ || snapshot_->being_saved || snapshot_->at > told_) return;
  if (mirrored_ < snapshot_->at && !mirror_failed_) return;
  snapshot_->being_saved = true;
  boost::asio::post(saving_, [this, at = snapshot_->at, bytes = std::move(snapshot_->bytes)] {
    save(at, bytes);
    boost::asio::post(executor_, [this] { snapshot_.reset(); });
  });
}

bool durable_store::save(sequence at, std::string const& bytes) noexcept {
  try {
    // What is before a snapshot is not replayed: the mirror must have it, unless it is lost.
    if (!mirror_failed_) writer_->make_durable();
  } catch (storage::storage_error const& why) {
    say(runes::severity::error, why.what());
    if (!mirror_failed_) return false;
  }
  try {
    store_->save_snapshot(at, bytes);
    say(runes::severity::debug, "saved a snapshot of record " + std::to_string(at));
    return true;
  } catch (storage::storage_error const& why) {
    say(runes::severity::error, why.what());
    return false;
  }
}

// ---- the end

bool durable_store::wait_for(sequence last) {
  store_->commit();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failed_ || durable_ >= last; });
  return durable_ >= last;
}

bool durable_store::save_at_end(sequence last) {
  saving_.join();
  if (last == store_->recovered().snapshot || last == 0) return true;
  told_ = last;
  // What was gathered before, then the rest.
  for (int i = 0; i < 2; ++i) {
    gather();
    mirror();
  }
  // Without it the next start replays the journal, and brings the mirror up.
  return !mirror_full_ && save(last, service::saved_state(venue_, news_)) && !mirror_failed_;
}

}  // namespace exchange::host
