// Builders, and the public handle of a subscription.
#include <runes/subscription.hpp>

#include "client/client_impl.hpp"
#include "client/subscription_core.hpp"
#include "protocol/interval.hpp"

#include <runes/log.hpp>

#include <boost/asio/post.hpp>

#include <array>
#include <exception>
#include <utility>

namespace runes {

std::string_view name_of(event_kind kind) noexcept {
  switch (kind) {
    case event_kind::snapshot:
      return "snapshot";
    case event_kind::update:
      return "update";
    case event_kind::gap:
      return "gap";
    case event_kind::stale:
      return "stale";
    case event_kind::resumed:
      return "resumed";
    case event_kind::end:
      break;
  }
  return "end";
}

namespace {

/// The member that is the key of an entry (protocol.md, "Channels").
std::string key_of(std::string_view channel) {
  if (channel == "orders") return "orderId";
  if (channel == "positions") return "symbol";
  if (channel == "account") return "asset";
  return {};
}

/// Of the channels of protocol.md.
std::optional<event_model> model_of(std::string_view channel) {
  constexpr std::array<std::string_view, 3> latest{"ticker", "statistics", "system"};
  constexpr std::array<std::string_view, 3> log{"trades", "liquidations", "fills"};
  for (auto const each : latest) {
    if (each == channel) return event_model::latest;
  }
  for (auto const each : log) {
    if (each == channel) return event_model::log;
  }
  if (channel == "orderbook" || !key_of(channel).empty()) return event_model::keyed;
  return {};
}

}  // namespace

channel_events::channel_events(std::string channel)
    : topic_builder(std::string(), event_model::keyed, detail::data_type::json) {
  auto const model = model_of(channel);
  wish_.model = model.value_or(event_model::keyed);
  wish_.model_known = model.has_value();
  wish_.key = key_of(channel);
  wish_.channel = std::move(channel);
}

namespace detail {

std::string interval_text(std::chrono::milliseconds interval) {
  if (interval.count() < 0) throw error(errc::bad_options, "an interval can't be below zero");
  return format_interval(interval);
}

subscription_handle::subscription_handle(std::shared_ptr<subscription_core> core) noexcept
    : core_(std::move(core)) {}
subscription_handle::subscription_handle(subscription_handle&&) noexcept = default;
subscription_handle& subscription_handle::operator=(subscription_handle&& other) noexcept {
  if (this != &other) {
    drop();
    core_ = std::move(other.core_);
  }
  return *this;
}
subscription_handle::~subscription_handle() { drop(); }

/// Later, on the strand: whoever destroys a subscription may be anywhere, in the end of a context
/// too.
void subscription_handle::drop() noexcept {
  auto const core = std::exchange(core_, nullptr);
  if (!core || core->detached()) return;
  auto const owner = core->owner().lock();
  if (!owner) return;
  try {
    asio::post(owner->on()->executor(), [owner, core] { owner->drop(core); });
  } catch (std::exception const& e) {
    log::write(severity::error, {"client"},
               std::string("a subscription was not ended: ") + e.what());
  }
}

awaitable<any_event> subscription_handle::next() {
  if (core_) return subscription_core::next(core_);
  return []() -> awaitable<any_event> {
    any_event ended;
    co_return ended;
  }();
}

awaitable<> subscription_handle::close() {
  auto const end = [](std::shared_ptr<subscription_core> core) -> awaitable<> {
    auto const owner = core ? core->owner().lock() : nullptr;
    if (owner) co_await owner->end_subscription(core);
  };
  return end(core_);
}

void subscription_handle::detach() noexcept {
  if (core_) core_->detach();
}

order_book const* subscription_handle::book(std::string_view symbol) const {
  return core_ ? core_->book(symbol) : nullptr;
}

std::vector<refused_symbol> const& subscription_handle::refused() const {
  static std::vector<refused_symbol> const none;
  return core_ ? core_->refused() : none;
}

}  // namespace detail
}  // namespace runes
