// Asking something of another loop: an awaitable call that is carried out there and comes back.
#pragma once

#include <runes/asio.hpp>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace exchange::host {

/// The answer of such a call, to be given once, now or later, on any thread.
template <class T>
class answer_to {
 public:
  /// `waiting` is the asker's way back: what Asio calls a completion handler.
  template <class Handler>
  explicit answer_to(Handler waiting)
      : asker_(std::make_unique<asker_of<Handler>>(std::move(waiting))) {}

  void operator()(std::exception_ptr failure, T value) {
    if (auto const to = std::exchange(asker_, nullptr)) {
      to->answer(std::move(failure), std::move(value));
    }
  }

 private:
  struct asker {
    virtual ~asker() = default;
    virtual void answer(std::exception_ptr failure, T value) = 0;
  };
  template <class Handler>
  struct asker_of final : asker {
    explicit asker_of(Handler of) : waiting(std::move(of)) {}
    void answer(std::exception_ptr failure, T value) override {
      auto const back = boost::asio::get_associated_executor(waiting);
      boost::asio::post(back, [waiting = std::move(waiting), failure = std::move(failure),
                               value = std::move(value)]() mutable {
        std::move(waiting)(std::move(failure), std::move(value));
      });
    }
    Handler waiting;
  };

  std::unique_ptr<asker> asker_;
};

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
                   [work = std::move(work), answer = answer_to<T>(std::move(handler))]() mutable {
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
