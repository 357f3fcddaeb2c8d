// A function object that is called once, and may hold what can't be copied.
#pragma once

#include <concepts>
#include <memory>
#include <utility>

namespace exchange {

/// What std::function, which copies, can't be here, and C++23's std::move_only_function would be.
/// The first call takes the function away; further ones do nothing.
template <class... Args>
class once {
 public:
  once() = default;
  template <std::invocable<Args...> Function>
    requires(!std::same_as<Function, once>)
  once(Function of)  // NOLINT(google-explicit-constructor): it is one
      : held_(std::make_unique<holder_of<Function>>(std::move(of))) {}

  explicit operator bool() const noexcept { return held_ != nullptr; }
  void operator()(Args... args) {
    if (auto const function = std::exchange(held_, nullptr))
      function->call(std::forward<Args>(args)...);
  }

 private:
  struct holder {
    virtual ~holder() = default;
    virtual void call(Args... args) = 0;
  };
  template <class Function>
  struct holder_of final : holder {
    explicit holder_of(Function of) : function(std::move(of)) {}
    void call(Args... args) override { function(std::forward<Args>(args)...); }
    Function function;
  };

  std::unique_ptr<holder> held_;
};

}  // namespace exchange
