// Asking something of another loop: an awaitable call that is carried out there and comes back.
#pragma once

#include "once.hpp"

#include <runes/asio.hpp>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>
#include <vector>

namespace exchange::host {

/// The answer of such a call, to be given once, now or later, on the loop that was asked.
template <class T>
using answer_to = once<std::exception_ptr, T>;

/// An executor that runs one thing at a time, and is asked. It owns what goes on: coroutines of its
/// own whose answers were given together go on by one post for all of them, behind whoever gave the
/// answers.
class asked_loop {
 public:
  explicit asked_loop(runes::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  asked_loop(asked_loop const&) = delete;
  asked_loop& operator=(asked_loop const&) = delete;

  runes::asio::any_io_executor const& executor() const noexcept { return executor_; }

  /// Carries out `job`, which is given the answer_to<T>, on this loop, at once if the caller is on
  /// it, and waits until the answer is given. Comes back to the caller's executor. Errors: those
  /// that are answered, and what the job throws, which has not given the answer away then.
  /// Cancellation: none, the job has been asked; so whoever has been asked answers. Lifetimes: the
  /// caller's context may stop meanwhile, but it and this outlive the answer.
  template <class T, class Job>
  runes::awaitable<T> call(Job job) {
    namespace asio = boost::asio;
    auto begin = [this](auto handler, Job work) {
      bool const here = boost::asio::get_associated_executor(handler) == executor_;
      auto carry_out = [work = std::move(work),
                        answer = way_back<T>(std::move(handler), here)]() mutable {
        try {
          work(answer);
        } catch (...) {
          answer(std::current_exception(), T());
        }
      };
      if (here) return carry_out();
      asio::dispatch(executor_, std::move(carry_out));
    };
    return asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr, T)>(
        std::move(begin), asio::use_awaitable, std::move(job));
  }

 private:
  /// The answer that goes back to `waiting`, which is what Asio calls a completion handler, on its
  /// executor; never from within the call that gives it.
  template <class T, class Handler>
  answer_to<T> way_back(Handler waiting, bool here) {
    return [this, waiting = std::move(waiting), here](std::exception_ptr failure, T value) mutable {
      auto const back = boost::asio::get_associated_executor(waiting);
      auto next = [waiting = std::move(waiting), failure = std::move(failure),
                   value = std::move(value)]() mutable {
        std::move(waiting)(std::move(failure), std::move(value));
      };
      if (here) {
        go_on(std::move(next));
      } else {
        boost::asio::post(back, std::move(next));
      }
    };
  }

  void go_on(once<> next) {
    next_.push_back(std::move(next));
    if (std::exchange(posted_, true)) return;
    boost::asio::post(executor_, [this] { go_on_now(); });
  }

  void go_on_now() {
    posted_ = false;
    auto now = std::exchange(next_, std::move(kept_));
    for (auto& each : now) each();
    now.clear();
    kept_ = std::move(now);
  }

  runes::asio::any_io_executor executor_;
  std::vector<once<>> next_;  // as many as were answered since the last post
  std::vector<once<>> kept_;  // empty, for its memory
  bool posted_ = false;
};

}  // namespace exchange::host
