// A way to be wrong, put into a run from outside: the library itself is as it is.
#pragma once

#include "simulation/frame_tap.hpp"

#include <runes/channel.hpp>
#include <runes/config.hpp>
#include <runes/events.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace runes::simulation {

/// Sees every event that a reader gets of one subscription, and says what the reader takes it for.
class event_tap {
 public:
  virtual ~event_tap() = default;
  /// Nothing: the reader never sees it. `again`: it sees it twice.
  virtual std::optional<detail::any_event> pass(detail::any_event event, bool& again) = 0;
};

/// What is different in a broken variant; what is empty is as it should be.
struct mutation {
  std::string_view name = "none";
  std::string_view what;
  /// Between each connection's server and the network.
  std::function<std::unique_ptr<frame_tap>()> frames;
  /// Between each subscription and its reader.
  std::function<std::unique_ptr<event_tap>()> events;
  /// In place of a channel.
  std::function<channel(channel)> channels;
  /// In place of a server's configuration; what it promises stays what it was.
  std::function<void(server_config&)> configuration;
  /// A new life of a server numbers its topics as the one before.
  bool repeats_epochs = false;
  /// A server that ends does not close its broker.
  bool leaves_broker_open = false;
};

}  // namespace runes::simulation
