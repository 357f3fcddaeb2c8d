// Asking something of another loop: an awaitable call that is carried out there and comes back.
#pragma once

#include <runes/asio.hpp>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace exchange::host {

/// The answer of such a call, to be given once, now or later, on any thread.
template <class T>
using answer_to = std::function<void(std::exception_ptr, T)>;

/// Carries out `job` on an executor, at once if this is it, and waits until its answer is given.
/// Comes back to the caller's executor. Errors: those that are answered, and what the job throws.
/// Cancellation: none, the job has been asked; so whoever has been asked answers. Lifetimes: the
/// caller's context may stop meanwhile, but must outlive the answer.
template <class T>
runes::awaitable<T> call_on(runes::asio::any_io_executor where,
                            std::function<void(answer_to<T>)> job) {
  namespace asio = boost::asio;
  auto const begin = [where = std::move(where)](auto handler,
                                                std::function<void(answer_to<T>)> work) {
    auto const waiting = std::make_shared<decltype(handler)>(std::move(handler));
    answer_to<T> const answer = [waiting](std::exception_ptr failure, T value) {
      auto const back = asio::get_associated_executor(*waiting);
      asio::post(back, [waiting, failure, value = std::move(value)]() mutable {
        std::move (*waiting)(failure, std::move(value));
      });
    };
    asio::dispatch(where, [work = std::move(work), answer] {
      try {
        work(answer);
      } catch (...) {
        answer(std::current_exception(), T());
      }
    });
  };
  return asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr, T)>(
      begin, asio::use_awaitable, std::move(job));
}

}  // namespace exchange::host
