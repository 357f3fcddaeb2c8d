// A broker on two loops of one strand, and subscribers that write down what they hear.
#pragma once

#include "broker/memory_broker.hpp"
#include "broker/shard.hpp"
#include "broker/topic.hpp"
#include "support/coroutine_test.hpp"

#include <runes/broker.hpp>
#include <runes/payloads.hpp>

#include <memory>
#include <string>
#include <vector>

namespace runes::test {

inline std::string json_of(payload_ptr const& data) {
  std::string text;
  data->encode(text);
  return text;
}

/// Writes "prev-seq:data" for each update; passes over what the snapshot had already, as
/// protocol.md says.
class listener final : public detail::member {
 public:
  listener(std::shared_ptr<detail::topic> to, std::shared_ptr<detail::shard> on)
      : topic_(std::move(to)),
        shard_(std::move(on)),
        start(topic_->join(*this, *shard_)),
        seq(start.seq) {}
  ~listener() {
    if (topic_) leave();
  }
  listener(listener const&) = delete;
  listener& operator=(listener const&) = delete;

  void leave() {
    topic_->leave(*this, *shard_);
    topic_.reset();
  }

  void deliver(detail::update const& what) override {
    if (what.seq <= seq) return;
    if (what.prev != seq) whole = false;
    seq = what.seq;
    heard.push_back(std::to_string(what.prev) + "-" + std::to_string(what.seq) + ":" +
                    json_of(what.data));
    frames.push_back(what.frame);
  }

 private:
  std::shared_ptr<detail::topic> topic_;
  std::shared_ptr<detail::shard> shard_;

 public:
  detail::joined start;
  std::uint64_t seq;
  bool whole = true;  ///< every update followed the one before
  std::vector<std::string> heard;
  std::vector<detail::shared_frame> frames;
};

struct broker_test : coroutine_test {
  static constexpr std::size_t inbox = 8;
  std::shared_ptr<detail::shard> const first = std::make_shared<detail::shard>(loop, 0, inbox);
  std::shared_ptr<detail::shard> const second = std::make_shared<detail::shard>(loop, 1, inbox);
  detail::memory_broker memory{{first, second}, 1};
  runes::broker& broker = memory;  // as its users see it

  broker_test() {
    for (auto& each : channels::standard()) broker.add_channel(std::move(each));
  }

  push_result publish(topic_ref const& to, payload_ptr const& change) {
    return broker.try_publish(to, change);
  }
  push_result publish(topic_ref const& to, int number) {
    return broker.try_publish(to, latest_payload(std::to_string(number)));
  }
};

using words = std::vector<std::string>;

}  // namespace runes::test
