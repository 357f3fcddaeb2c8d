#include "channels/payload_types.hpp"

namespace runes {
namespace detail {

void log_data::encode(std::string& out) const {
  out += '[';
  out += joined_;
  out += ']';
}

}  // namespace detail

namespace {

using detail::log_data;

log_data const& as_log(payload_ptr const& given) { return detail::expect<log_data>(given, "log"); }

// A log adds up to nothing: someone who comes late starts with the next entry.
class log_state final : public topic_state {
 public:
  payload_ptr apply(payload_ptr const& change) override {
    return as_log(change).count() == 0 ? nullptr : change;
  }

  payload_ptr snapshot() const override {
    static payload_ptr const none(new log_data("", 0));
    return none;
  }
};

class log_model final : public channel_model {
 public:
  std::unique_ptr<topic_state> make_state() const override { return std::make_unique<log_state>(); }

  payload_ptr merge(payload_ptr const& older, payload_ptr const& newer) const override {
    auto const &first = as_log(older), &second = as_log(newer);
    if (first.count() == 0) return newer;
    if (second.count() == 0) return older;
    std::string joined;
    joined.reserve(first.joined().size() + 1 + second.joined().size());
    joined.append(first.joined()).append(1, ',').append(second.joined());
    return payload_ptr(new log_data(std::move(joined), first.count() + second.count()));
  }
};

}  // namespace

std::shared_ptr<channel_model const> models::log() {
  static auto const model = std::make_shared<log_model const>();
  return model;
}

}  // namespace runes
