// The error of a request that has not left.
#pragma once

#include "protocol/quoted.hpp"

#include <runes/error.hpp>

#include <string>
#include <string_view>

namespace runes::detail {

inline error not_sent(errc code, std::string_view op, std::string const& why) {
  error failed(code, quoted(op) + " was not sent: " + why);
  failed.delivery(request_delivery::not_sent);
  return failed;
}

}  // namespace runes::detail
