// The two names of Asio that every part of the library's interface uses.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace runes {

namespace asio = boost::asio;

/// A coroutine of the library and its users: started by `co_await`, or by `asio::co_spawn` on an
/// executor.
template <class T = void>
using awaitable = asio::awaitable<T>;

}  // namespace runes
