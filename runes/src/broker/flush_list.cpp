#include "broker/flush_list.hpp"

#include "broker/fetch_ahead.hpp"

#include <runes/log.hpp>

#include <string>
#include <utility>

namespace runes::detail {
namespace {

/// Pieces of one connection in a write. More than enough for what collects in a turn.
constexpr std::size_t most_pieces = 64;
/// Pieces for each write that a part may have: mostly it is one.
constexpr std::size_t pieces_each = 4;
/// Of the connection whose turn is next: what a flush looks at.
constexpr std::size_t fetched_bytes = 192;

}  // namespace

void flush_list::use(std::unique_ptr<batch_sender> together) {
  sender_ = std::move(together);
  together_ = sender_ != nullptr;
  std::size_t const most = sender_ ? sender_->capacity() : 0;
  writes_.reserve(most);
  places_.reserve(most);
  pieces_.resize(most * pieces_each + most_pieces);
}

bool flush_list::mark(flushable& connection) {
  if (connection.dirty_index_ != flushable::clean) return false;
  connection.dirty_index_ = marked_.size();
  marked_.push_back(&connection);
  return true;
}

void flush_list::forget(flushable& connection) noexcept {
  if (connection.dirty_index_ == flushable::clean) return;
  // While a flush runs the index may be into the list being worked off; whichever holds it there is
  // the one.
  for (auto* list : {&marked_, &flushing_}) {
    if (connection.dirty_index_ < list->size() && (*list)[connection.dirty_index_] == &connection) {
      (*list)[connection.dirty_index_] = nullptr;
    }
  }
  connection.dirty_index_ = flushable::clean;
}

void flush_list::flush() {
  if (marked_.empty() || !flushing_.empty()) return;
  flushing_.swap(marked_);
  for (std::size_t at = 0; at < flushing_.size();) {
    if (sender_) {
      at = flush_part(at);
    } else {
      if (at + 1 < flushing_.size()) fetch_ahead(flushing_[at + 1], fetched_bytes);
      if (auto* const connection = take(at++)) connection->flush();
    }
  }
  flushing_.clear();
}

/// From this place on as many as one call takes; returns where the next part begins.
std::size_t flush_list::flush_part(std::size_t from) {
  std::size_t const to = gather(from);
  if (!writes_.empty() && writes_.size() >= sender_->least()) send();
  finish(from, to);
  return to;
}

std::size_t flush_list::gather(std::size_t from) {
  writes_.clear();
  places_.clear();
  std::size_t const most = sender_->capacity();
  std::span<iovec> room(pieces_);
  std::size_t at = from;
  for (; at < flushing_.size() && writes_.size() < most && room.size() >= most_pieces; ++at) {
    if (!flushing_[at]) continue;
    auto const next = flushing_[at]->next_write(room.first(most_pieces));
    if (next.descriptor < 0 || next.pieces.empty()) continue;
    room = room.subspan(next.pieces.size());
    writes_.push_back(next);
    places_.push_back(at);
  }
  return at;
}

void flush_list::send() {
  batches_.add();
  auto const failure = sender_->send(writes_);
  for (std::size_t i = 0; i < writes_.size(); ++i) {
    if (writes_[i].tried()) flushing_[places_[i]]->on_written(writes_[i]);
  }
  if (!failure) return;
  sender_.reset();
  together_ = false;
  log::write(
      severity::warning, {"broker", 0},
      "sockets are written to one by one from now on: io_uring failed: " + failure.message());
}

/// What follows for each of the part, in their order; whoever was not sent together is flushed now.
void flush_list::finish(std::size_t from, std::size_t to) {
  std::size_t next = 0;
  for (std::size_t at = from; at < to; ++at) {
    bool const gathered = next < places_.size() && places_[next] == at;
    bool const sent = gathered && writes_[next].tried();
    next += gathered ? 1 : 0;
    auto* const connection = take(at);
    if (!connection) continue;
    if (sent) {
      connection->after_flush();
    } else {
      connection->flush();
    }
  }
}

/// Whoever stands there, if he has not left; from now on he may be marked again.
flushable* flush_list::take(std::size_t place) noexcept {
  flushable* const connection = std::exchange(flushing_[place], nullptr);
  if (connection) connection->dirty_index_ = flushable::clean;
  return connection;
}

}  // namespace runes::detail
