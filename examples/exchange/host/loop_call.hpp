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

namespace exchange::host {

/// The answer of such a call, to be given once, now or later, on any thread.
template <class T>
using answer_to = once<std::exception_ptr, T>;

/// The one that goes back to `waiting`, which is what Asio calls a completion handler, on its
/// executor.
template <class T, class Handler>
answer_to<T> way_back(Handler waiting) {
  return [waiting = std::move(waiting)](std::exception_ptr failure, T value) mutable {
    auto const back = boost::asio::get_associated_executor(waiting);
    boost::asio::post(back, [waiting = std::move(waiting), failure = std::move(failure),
                             value = std::move(value)]() mutable {
      std::move(waiting)(std::move(failure), std::move(value));
    });
  };
}

/// Carries out `job`, which is given the answer_to<T>, on an executor, at once if this is it, and
/// waits until the answer is given. Comes back to the caller's executor. Errors: those that are
/// answered, and what the job throws, which has not given the answer away then. Cancellation: none,
/// the job has been asked; so whoever has been asked answers. Lifetimes: the caller's context may
/// stop meanwhile, but must outlive the answer.
template <class T, class Job>
runes::awaitable<T> call_on(runes::asio::any_io_executor where, Job job) {
  namespace asio = boost::asio;
  auto begin = [where = std::move(where)](auto handler, Job work) {
    asio::dispatch(where,
                   [work = std::move(work), answer = way_back<T>(std::move(handler))]() mutable {
                     try {
                       work(answer);
                     } catch (...) {
                       answer(std::current_exception(), T());
                     }
                   });
  };
  return asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr, T)>(
      std::move(begin), asio::use_awaitable, std::move(job));
}

}  // namespace exchange::host
