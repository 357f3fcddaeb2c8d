// Errors: a code, and a sentence that names what was wrong.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace runes {

/// What can go wrong, by number. Numbers from 1000 on are the wire's own (protocol.md, "Requests
/// and replies"); those below never travel.
enum class errc : int {
  // Local to this process.
  timed_out = 1,        ///< no reply within the time given; the request may have been carried out
  not_connected = 2,    ///< there is no connection, and nothing was sent
  connection_lost = 3,  ///< the connection ended before the reply came; error::delivery() says
                        ///< whether the request may have been carried out
  closed = 4,           ///< the object was closed by its owner
  bad_config = 5,       ///< the configuration is wrong; the sentence names the key
  bad_decimal = 6,      ///< no decimal number, or one that cannot be held exactly
  bad_url = 7,          ///< the address of a server cannot be read
  refused = 8,         ///< the server answered the upgrade with an HTTP status; the sentence has it
  bad_event = 9,       ///< the peer sent what the protocol does not allow
  backpressure = 10,   ///< a bounded queue is full
  cannot_listen = 11,  ///< an address cannot be listened on; the sentence says which and why
  // The protocol itself.
  bad_json = 1001,
  bad_request = 1002,
  unknown_op = 1003,
  too_large = 1004,
  auth_required = 2001,
  bad_credentials = 2002,
  expired = 2003,
  replayed = 2004,
  forbidden = 2005,
  rate_limited = 3001,
  too_many_subscriptions = 3002,
  bad_options = 4001,
  unknown_channel = 4002,
  unknown_symbol = 4003,
  not_subscribed = 4004,
  already_subscribed = 4005,
  insufficient_funds = 5001,
  unknown_order = 5002,
  order_closed = 5003,
  bad_price = 5004,
  bad_quantity = 5005,
  market_closed = 5006,
  would_cross = 5007,
  self_trade = 5008,
  risk_limit = 5009,
  internal = 9001,
  overloaded = 9002,
  draining = 9003,
};

/// What became of a request that failed: whether the server can have carried it out.
enum class request_delivery {
  none,      ///< the error is the server's own answer, or is not about a request
  not_sent,  ///< it has not left, or not in full: nobody has carried it out
  sent,      ///< it has left, and no answer came: it may have been carried out
};
std::string_view name_of(request_delivery what) noexcept;

/// Whether the same request may be sent again.
enum class retry { never, later, now };

/// The name an error has on the wire, such as `unknown_channel`; "unknown" for a number that is
/// none.
std::string_view name_of(errc code) noexcept;

/// The wire's number as an errc; nothing for a number that protocol.md does not list.
std::optional<errc> errc_from_wire(int number) noexcept;

/// What a client is told about trying again after this error.
retry retry_of(errc code) noexcept;
std::string_view name_of(retry advice) noexcept;

boost::system::error_category const& error_category() noexcept;
inline boost::system::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

/// The exception of the library. Thrown from a handler's coroutine it becomes the error of the
/// reply, its sentence included; so the sentence is written for the peer.
class error : public boost::system::system_error {
 public:
  error(errc code, std::string sentence);

  /// The sentence alone.
  char const* what() const noexcept override { return sentence_.c_str(); }
  errc code() const noexcept { return code_; }
  std::string const& sentence() const noexcept { return sentence_; }

  /// How long to wait before trying again, where that is known.
  std::optional<std::chrono::milliseconds> retry_after() const noexcept { return retry_after_; }
  error& retry_after(std::chrono::milliseconds wait) noexcept {
    retry_after_ = wait;
    return *this;
  }

  /// Of what a client's request failed with: whether it was sent.
  request_delivery delivery() const noexcept { return delivery_; }
  error& delivery(request_delivery what) noexcept {
    delivery_ = what;
    return *this;
  }

 private:
  errc code_;
  std::string sentence_;
  std::optional<std::chrono::milliseconds> retry_after_;
  request_delivery delivery_ = request_delivery::none;
};

}  // namespace runes

template <>
struct boost::system::is_error_code_enum<runes::errc> : std::true_type {};
