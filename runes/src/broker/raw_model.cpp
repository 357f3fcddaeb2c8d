#include "broker/raw_model.hpp"

#include <runes/broker.hpp>

#include <string>
#include <string_view>

namespace runes {
namespace {

class raw_bytes final : public payload {
 public:
  explicit raw_bytes(std::string_view bytes) : bytes_(bytes) {}
  void encode(std::string& out) const override { out += bytes_; }
  std::size_t bytes() const noexcept override { return sizeof(*this) + bytes_.size(); }

 private:
  std::string bytes_;
};

class raw_state final : public topic_state {
 public:
  payload_ptr apply(payload_ptr const& change) override { return change; }
  payload_ptr snapshot() const override { return raw_payload({}); }
};

class raw final : public channel_model {
 public:
  std::unique_ptr<topic_state> make_state() const override { return std::make_unique<raw_state>(); }
  payload_ptr merge(payload_ptr const&, payload_ptr const&) const override { return {}; }
};

}  // namespace

payload_ptr raw_payload(std::string_view bytes) { return new raw_bytes(bytes); }

namespace detail {

channel_model const& raw_model() {
  static raw const model;
  return model;
}

}  // namespace detail
}  // namespace runes
