#include "broker/waiting_line.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

namespace runes::detail {
namespace {

using token = asio::use_awaitable_t<>;
using handler = asio::async_result<token, void(bool)>::handler_type;

void finish(handler&& waiter, bool result) {
  auto executor = asio::get_associated_executor(waiter);
  asio::post(executor, [moved = std::move(waiter), result]() mutable {
    auto slot = asio::get_associated_cancellation_slot(moved);
    if (slot.is_connected()) slot.clear();
    std::move(moved)(result);
  });
}

}  // namespace

struct waiting_line::state {
  std::mutex mutex;
  std::map<std::uint64_t, handler> waiting;
  std::uint64_t last = 0;
  std::atomic<bool> anyone{false};
  bool closed = false;

  void add(handler&& waiter, std::function<bool()> const& ready,
           std::shared_ptr<state> const& self) {
    std::unique_lock lock(mutex);
    // Said before `ready` is asked: whoever makes it true after that sees that somebody waits.
    anyone.store(true);
    if (closed || ready()) {
      anyone.store(!waiting.empty());
      bool const result = !closed;
      lock.unlock();
      return finish(std::move(waiter), result);
    }
    std::uint64_t const id = ++last;
    auto slot = asio::get_associated_cancellation_slot(waiter);
    if (slot.is_connected()) {
      slot.assign([weak = std::weak_ptr<state>(self), id](asio::cancellation_type) {
        if (auto alive = weak.lock()) alive->cancel(id);
      });
    }
    waiting.emplace(id, std::move(waiter));
  }

  void cancel(std::uint64_t id) {
    std::unique_lock lock(mutex);
    auto node = waiting.extract(id);
    anyone.store(!waiting.empty());
    lock.unlock();
    if (node) finish(std::move(node.mapped()), false);
  }

  void wake(bool result, bool close) {
    std::map<std::uint64_t, handler> woken;
    {
      std::lock_guard const lock(mutex);
      woken.swap(waiting);
      anyone.store(false);
      closed = closed || close;
    }
    for (auto& [id, waiter] : woken) finish(std::move(waiter), result);
  }
};

waiting_line::waiting_line() : state_(std::make_shared<state>()) {}
waiting_line::~waiting_line() { close(); }

awaitable<bool> waiting_line::wait(std::function<bool()> ready) {
  auto const initiate = [](handler h, std::function<bool()> const& r,
                           std::shared_ptr<state> const& s) { s->add(std::move(h), r, s); };
  token as_awaitable;
  co_return co_await asio::async_initiate<token, void(bool)>(initiate, as_awaitable, ready, state_);
}

void waiting_line::release() {
  if (state_->anyone.load()) state_->wake(true, false);
}

void waiting_line::close() { state_->wake(false, true); }

}  // namespace runes::detail
