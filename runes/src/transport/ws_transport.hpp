// A transport over Beast's websocket::stream.
#pragma once

#include "session/transport.hpp"
#include "transport/outbox_stream.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace runes::detail {

struct upgrade_terms;
struct connect_options;

class ws_transport final : public transport {
 public:
  ws_transport(std::shared_ptr<wire> over, std::string already_read, asio::ip::tcp::endpoint peer,
               std::string target);

  /// The handshake of each role. Beast's error when it fails.
  awaitable<boost::system::error_code> accept(boost::beast::websocket::request_type const& request,
                                              upgrade_terms const& terms);
  awaitable<boost::system::error_code> handshake(std::string const& host,
                                                 connect_options const& options,
                                                 boost::beast::websocket::response_type& answer);

  outbox_writer& writer() noexcept override { return wire_->writer(); }
  awaitable<std::optional<message>> read() override;
  close_reason const& ended() const noexcept override { return ended_; }
  void start_close(close_reason const& reason) override;
  void abort() noexcept override { wire_->close(); }
  void on_heard(std::function<void()> callback) override;

  runes::role role() const noexcept override { return role_; }
  std::string peer() const override;
  std::string const& target() const noexcept override { return target_; }
  std::string const& subprotocol() const noexcept override { return subprotocol_; }

 private:
  void set_options(bool compression, std::size_t max_message_bytes);
  void note_end(boost::system::error_code ec);

  std::shared_ptr<wire> wire_;
  boost::beast::websocket::stream<outbox_stream> stream_;
  boost::beast::flat_buffer buffer_;
  asio::ip::tcp::endpoint peer_;
  std::string target_;
  std::string subprotocol_;
  close_reason ended_;
  runes::role role_ = runes::role::server;
};

/// The tokens of a comma-separated header, of which a message may have several.
std::vector<std::string> tokens_of(boost::beast::http::fields const& headers,
                                   boost::beast::http::field name);

}  // namespace runes::detail
