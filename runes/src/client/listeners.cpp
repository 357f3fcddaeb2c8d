#include "client/listeners.hpp"

#include "client/stop_signal.hpp"

#include <runes/log.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <stdexcept>
#include <utility>

namespace runes::detail {
namespace {

constexpr std::array<std::string_view, 9> known{
    "market", "order", "trade", "position", "account", "liquidation", "system", "error", "state"};

void log_failure(std::string_view name, std::exception_ptr failure) {
  std::string text = "a listener of '" + std::string(name) + "' failed: ";
  try {
    std::rethrow_exception(std::move(failure));
  } catch (std::exception const& e) {
    text += e.what();
  } catch (...) {
    text += "an exception of an unknown type";
  }
  log::write(severity::error, {"client"}, text);
}

}  // namespace

struct listeners::entry {
  std::uint64_t id;
  std::string name;
  callback call;    ///< either this
  coroutine start;  ///< or this, with what follows
  std::deque<notice> waiting;
  bool running = false;
  bool removed = false;
  stop_signal stop;
};

void listeners::require_known(std::string_view name) {
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw std::invalid_argument("there are no notices named '" + std::string(name) + "'");
  }
}

std::uint64_t listeners::add(std::string_view name, callback call) {
  require_known(name);
  auto made = std::make_shared<entry>();
  made->id = ++last_;
  made->name = name;
  made->call = std::move(call);
  entries_.push_back(std::move(made));
  return last_;
}

std::uint64_t listeners::add_coroutine(std::string_view name, coroutine start) {
  auto const id = add(name, callback());
  entries_.back()->start = std::move(start);
  return id;
}

void listeners::remove(std::uint64_t id) {
  auto const found =
      std::find_if(entries_.begin(), entries_.end(), [&](auto const& e) { return e->id == id; });
  if (found == entries_.end()) return;
  auto const gone = *found;
  entries_.erase(found);
  gone->removed = true;
  gone->waiting.clear();
  if (gone->running) gone->stop.emit(executor_);
}

void listeners::clear() {
  while (!entries_.empty()) remove(entries_.back()->id);
}

bool listeners::any(std::string_view name) const noexcept {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](auto const& e) { return e->name == name; });
}

void listeners::tell(notice const& what) {
  auto const now = entries_;  // they may come and go meanwhile
  for (auto const& each : now) {
    if (each->removed || each->name != what.name()) continue;
    if (each->start) {
      queue(each, what);
      continue;
    }
    try {
      each->call(what);
    } catch (...) {
      log_failure(each->name, std::current_exception());
    }
  }
}

void listeners::queue(std::shared_ptr<entry> const& to, notice const& what) {
  if (to->waiting.size() >= most_waiting) {
    std::size_t const missed = to->waiting.front().missed() + 1;
    to->waiting.pop_front();
    to->waiting.front().missed(missed);  // said by the one that is now the first
  }
  to->waiting.push_back(what);
  if (std::exchange(to->running, true)) return;
  asio::co_spawn(executor_, run(to),
                 asio::bind_cancellation_slot(to->stop.slot(), [to](std::exception_ptr failure) {
                   if (failure && !to->removed) log_failure(to->name, failure);
                 }));
}

awaitable<> listeners::run(std::shared_ptr<entry> listener) {
  while (!listener->waiting.empty() && !listener->removed) {
    notice const what = std::move(listener->waiting.front());
    listener->waiting.pop_front();
    std::exception_ptr failure;
    try {
      co_await listener->start(what);
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure && !listener->removed) log_failure(listener->name, failure);
  }
  listener->running = false;  // before anything else is told
}

}  // namespace runes::detail
