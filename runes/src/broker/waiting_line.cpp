#include "broker/waiting_line.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

namespace runes::detail {
namespace {

/// A waiting coroutine's place. The channel's context holds the coroutine, not the line: so a
/// context that is destroyed takes it along, whatever in its frame keeps the line alive.
using place =
    asio::experimental::concurrent_channel<asio::any_io_executor, void(boost::system::error_code)>;

}  // namespace

struct waiting_line::state {
  std::mutex mutex;
  std::map<std::uint64_t, std::shared_ptr<place>> waiting;
  std::uint64_t last = 0;
  std::atomic<bool> anyone{false};
  bool closed = false;

  /// Empty when the wait is over at once, with `result`.
  std::uint64_t add(std::shared_ptr<place> const& who, std::function<bool()> const& ready,
                    bool& result) {
    std::lock_guard const lock(mutex);
    // Said before `ready` is asked: whoever makes it true after that sees that somebody waits.
    anyone.store(true);
    if (closed || ready()) {
      anyone.store(!waiting.empty());
      result = !closed;
      return 0;
    }
    waiting.emplace(++last, who);
    return last;
  }

  void remove(std::uint64_t id) noexcept {
    std::lock_guard const lock(mutex);
    waiting.erase(id);
    anyone.store(!waiting.empty());
  }

  /// Each hears it from its own executor's queue, never from inside this call.
  void wake(boost::system::error_code word, bool close) {
    std::lock_guard const lock(mutex);
    closed = closed || close;
    for (auto& [id, who] : waiting) who->try_send(word);
    waiting.clear();
    anyone.store(false);
  }
};

namespace {

/// Leaves the line however the coroutine ends.
template <class State>
class leaving {
 public:
  leaving(State& line, std::uint64_t id) noexcept : line_(line), id_(id) {}
  ~leaving() { line_.remove(id_); }
  leaving(leaving const&) = delete;
  leaving& operator=(leaving const&) = delete;

 private:
  State& line_;
  std::uint64_t id_;
};

}  // namespace

waiting_line::waiting_line() : state_(std::make_shared<state>()) {}
waiting_line::~waiting_line() { close(); }

awaitable<bool> waiting_line::wait(std::function<bool()> ready) {
  auto const held = state_;  // the line itself may go while we wait
  auto const executor = co_await asio::this_coro::executor;
  auto const mine = std::make_shared<place>(executor, 1);
  bool result = false;
  auto const id = held->add(mine, ready, result);
  if (id == 0) co_return result;
  leaving const whenever(*held, id);
  boost::system::error_code word;
  co_await mine->async_receive(asio::redirect_error(asio::use_awaitable, word));
  co_return !word;
}

void waiting_line::release() {
  if (state_->anyone.load()) state_->wake({}, false);
}

void waiting_line::close() { state_->wake(asio::error::eof, true); }

}  // namespace runes::detail
