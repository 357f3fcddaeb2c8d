#include <runes/channel.hpp>

#include <stdexcept>
#include <utility>

namespace runes {

payload::~payload() = default;
topic_state::~topic_state() = default;
channel_model::~channel_model() = default;

payload_ptr channel_model::project(topic_state const&, topic_state&, unsigned) const {
  throw std::logic_error("this channel model has no depth to be limited to");
}

std::string_view name_of(overflow policy) noexcept {
  switch (policy) {
    case overflow::conflate:
      return "conflate";
    case overflow::gap:
      return "gap";
    case overflow::disconnect:
      break;
  }
  return "disconnect";
}

channel::channel(std::string name, std::shared_ptr<channel_model const> model)
    : name_(std::move(name)), model_(std::move(model)) {
  if (name_.empty()) throw std::invalid_argument("a channel needs a name");
  if (!model_) throw std::invalid_argument("channel '" + name_ + "' needs a model");
}

channel& channel::event(std::string name) & {
  event_ = std::move(name);
  return *this;
}

channel& channel::for_accounts() & {
  who_ = audience::account;
  return *this;
}

channel& channel::throttled() & {
  throttled_ = true;
  return *this;
}

channel& channel::windows(std::vector<std::string> names) & {
  windows_ = std::move(names);
  return *this;
}

channel& channel::depths() & {
  depths_ = true;
  return *this;
}

channel& channel::when_slow(overflow policy) & {
  overflow_ = policy;
  return *this;
}

// On a temporary: the same, and moved on.
channel channel::event(std::string name) && { return std::move(event(std::move(name))); }
channel channel::for_accounts() && { return std::move(for_accounts()); }
channel channel::throttled() && { return std::move(throttled()); }
channel channel::windows(std::vector<std::string> names) && {
  return std::move(windows(std::move(names)));
}
channel channel::depths() && { return std::move(depths()); }
channel channel::when_slow(overflow policy) && { return std::move(when_slow(policy)); }

}  // namespace runes
