// One client of the fault tests, and everything that its streams say, as lines of JSON.
#pragma once

#include "options.hpp"
#include "printer.hpp"

#include <runes/runes.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace faults {

/// Subscribes to what the options name, and prints every state of its connection and every event
/// as a line each. Keeps nothing but what the library keeps: whether it is right, its reader
/// judges.
class watcher {
 public:
  /// `index` tells the clients of one process apart.
  watcher(boost::asio::any_io_executor executor, options const& o, printer& out, unsigned index);

  /// Connects, subscribes and says `ready`; then the streams go on by themselves.
  runes::awaitable<> begin();
  runes::awaitable<> close() { return client_.close(); }
  boost::asio::any_io_executor const& executor() const noexcept { return executor_; }

 private:
  template <class Data>
  static runes::awaitable<> follow(watcher& self, std::string name,
                                   runes::subscription<Data> stream);
  template <class Data>
  void spawn(std::string name, runes::subscription<Data> stream);
  runes::awaitable<> subscribe(std::string name);
  void print(boost::json::object line) const;

  boost::asio::any_io_executor executor_;
  options const& options_;
  printer& out_;
  unsigned index_;
  runes::client client_;
};

}  // namespace faults
