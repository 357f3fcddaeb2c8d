// What a client's request says, and how it is sent.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <concepts>
#include <optional>
#include <string_view>
#include <utility>

namespace runes {

/// The fields of a request. A builder: `runes::params().set("symbol", "BTC-USD").set("limit", 5)`.
class params {
 public:
  params() = default;
  params(boost::json::object fields)
      : fields_(std::move(fields)) {}  // NOLINT: an object is what this is
  /// A text of any kind, or whatever else a boost::json::value is made of.
  template <class Value>
  params& set(std::string_view key, Value&& value) {
    if constexpr (std::convertible_to<Value const&, std::string_view>) {
      fields_[key] = std::string_view(value);
    } else {
      fields_[key] = boost::json::value(std::forward<Value>(value));
    }
    return *this;
  }
  boost::json::object const& fields() const noexcept { return fields_; }

 private:
  boost::json::object fields_;
};

/// How a request is sent. A builder; a mere duration is one, too: the time for the reply.
class request_options {
 public:
  request_options() = default;
  template <class Rep, class Period>
    requires std::convertible_to<std::chrono::duration<Rep, Period>, std::chrono::milliseconds>
  request_options(std::chrono::duration<Rep, Period> timeout)  // NOLINT: a duration is one
      : timeout_(timeout) {}

  /// For the reply, from when the request is sent; without it, `timeouts.request`.
  request_options& timeout(std::chrono::milliseconds most) {
    timeout_ = most;
    return *this;
  }
  /// It may wait so long for a live connection with room for it, and is sent on the first one.
  /// Without it a request that cannot be sent now fails: what an order meant a minute ago need not
  /// be what it does now.
  request_options& queue_for(std::chrono::milliseconds most) {
    queue_for_ = most;
    return *this;
  }

  std::optional<std::chrono::milliseconds> timeout() const noexcept { return timeout_; }
  std::chrono::milliseconds queue_for() const noexcept { return queue_for_; }

 private:
  std::optional<std::chrono::milliseconds> timeout_;
  std::chrono::milliseconds queue_for_{0};
};

}  // namespace runes
