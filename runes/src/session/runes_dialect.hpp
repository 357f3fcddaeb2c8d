// The runes protocol on a server's session: one request after another.
#pragma once

#include "broker/memory_broker.hpp"
#include "protocol/request_text.hpp"
#include "session/session_impl.hpp"
#include "session/subscription_manager.hpp"
#include "session/token_bucket.hpp"

#include <runes/config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

/// What a server offers to all its sessions of one loop. Outlives them; on their strand.
struct protocol_services {
  memory_broker* broker = nullptr;
  /// The one in effect. When it has become another, each session is told (dialect::on_reload()).
  server_config const* config = nullptr;
  std::function<std::string()> metrics;  ///< the WebSocketMetrics object
  std::function<std::string()> health;   ///< the SystemHealth object
  /// The list of the `instruments` op; of these symbols, or of all for null. Throws
  /// error(errc::unknown_symbol).
  std::function<std::string(std::vector<std::string> const*)> instruments;
};

/// Of a message on a path: what its handler says, or else the configuration.
std::size_t message_limit(handler_options const& of, server_config const& config) noexcept;

class runes_dialect final : public dialect {
 public:
  runes_dialect(session_impl& who, protocol_services const& services, std::shared_ptr<shard> on);
  ~runes_dialect() override;

  awaitable<> on_message(message const& said) override;
  void on_room() override { subscriptions_.on_room(); }
  bool owes_reply() const noexcept override { return owes_reply_; }
  bool in_use() const noexcept override { return subscriptions_.holds_any(); }
  void on_reload() override;
  void on_drain(std::chrono::milliseconds by) override;
  void on_end() noexcept override;

 private:
  std::optional<awaitable<>> answer_ourselves(parsed_request const& asked);
  error internal_error(std::string const& op, std::string const& failure) const;
  void admit(parsed_request const& asked);
  bool answer_simple(parsed_request const& asked);
  std::string hello(boost::json::object const& body);
  awaitable<> authenticate(parsed_request const& asked);
  std::string take_identity(identity who);
  awaitable<> subscribe(parsed_request const& asked);
  awaitable<> unsubscribe(parsed_request const& asked);
  void reply(std::string const& text);
  void refuse(std::string_view id, error const& why);
  void beat();

  session_impl& session_;
  protocol_services const& services_;
  subscription_manager subscriptions_;
  token_bucket requests_;
  timer_queue::id auth_deadline_{};
  timer_queue::id next_beat_{};
  std::chrono::milliseconds heartbeat_{0};
  std::uint64_t beats_ = 0;
  unsigned failed_auths_ = 0;
  bool draining_ = false;
  bool owes_reply_ = false;
  bool spoken_ = false;  ///< a message has come: too late for hello
};

}  // namespace runes::detail
