#include "channels/payload_types.hpp"

namespace runes {
namespace {

using detail::latest_data;

latest_data const& as_latest(payload_ptr const& given) {
  return detail::expect<latest_data>(given, "latest");
}

class latest_state final : public topic_state {
 public:
  payload_ptr apply(payload_ptr const& change) override {
    auto const& now = as_latest(change);
    bool const same = held_ && !now.keep() && as_latest(held_).json() == now.json();
    if (same) return nullptr;
    return held_ = change;
  }

  payload_ptr snapshot() const override {
    // Before there is one nobody can take this for a value.
    static payload_ptr const none(new latest_data("null", false));
    return held_ ? held_ : none;
  }

 private:
  payload_ptr held_;
};

class latest_model final : public channel_model {
 public:
  std::unique_ptr<topic_state> make_state() const override {
    return std::make_unique<latest_state>();
  }

  payload_ptr merge(payload_ptr const& older, payload_ptr const& newer) const override {
    bool const both = as_latest(older).keep() || as_latest(newer).keep();
    return both ? nullptr : newer;
  }
};

}  // namespace

std::shared_ptr<channel_model const> models::latest() {
  static auto const model = std::make_shared<latest_model const>();
  return model;
}

}  // namespace runes
