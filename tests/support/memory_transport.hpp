// A connection without a socket: the session's side of a memory_wire.
#pragma once

#include "broker/wakeup.hpp"
#include "monitoring/counters.hpp"
#include "session/outbox_writer.hpp"
#include "session/transport.hpp"
#include "support/memory_sender.hpp"
#include "support/memory_wire.hpp"

#include <boost/asio/post.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace runes::test {

class memory_transport final : public detail::transport, private detail::byte_sink {
 public:
  struct options {
    runes::role role = runes::role::server;
    std::size_t max_outbox_bytes = 1024 * 1024;
    detail::deflate_sizes deflates;
    std::string target = "/ws";
    std::string subprotocol = "runes.v1.json";
    std::string peer = "192.0.2.7:51022";
  };

  memory_transport(std::shared_ptr<detail::loop> on, detail::loop_counters* counters,
                   std::shared_ptr<memory_wire> wire, options how)
      : loop_(std::move(on)),
        wire_(std::move(wire)),
        how_(std::move(how)),
        writer_(loop_, counters, *this, how_.max_outbox_bytes) {
    writer_.deflate(how_.deflates);
    wire_->on_arrival = [this] { arrived_.notify(); };
    wire_->on_heard = [this] { tell_heard(); };
    wire_->on_ping = [this](std::string_view payload) {
      push_control(detail::opcode::pong, payload);
    };
  }
  ~memory_transport() override {
    wire_->on_arrival = nullptr;
    wire_->on_heard = nullptr;
    wire_->on_writable = nullptr;
    wire_->on_ping = nullptr;
    wire_->abandoned_ = true;
    wire_->gone();
  }

  detail::outbox_writer& writer() noexcept override { return writer_; }

  awaitable<std::optional<message>> read() override {
    while (wire_->inbound_.empty() && !wire_->ended_) {
      if (!co_await arrived_.wait()) abort();
    }
    if (aborted_ || wire_->inbound_.empty()) {
      answer_close();
      co_return std::nullopt;
    }
    current_ = std::move(wire_->inbound_.front());
    wire_->inbound_.pop_front();
    message next;
    next.text = current_.first;
    next.data = current_.second;
    co_return next;
  }

  close_reason const& ended() const noexcept override { return ended_; }

  void start_close(close_reason const& reason) override {
    if (std::exchange(close_sent_, true)) return;
    std::string payload;
    if (reason.said()) {
      auto const code = static_cast<unsigned>(reason.code);
      payload = {static_cast<char>(code >> 8), static_cast<char>(code & 0xffu)};
      payload += reason.text;
    }
    push_control(detail::opcode::close, payload);
    writer_.seal();
  }

  void abort() noexcept override {
    aborted_ = true;
    wire_->aborted_ = true;
    wire_->end({});
    writer_.break_off();
    wire_->gone();
  }

  void on_heard(std::function<void()> callback) override { heard_ = std::move(callback); }

  runes::role role() const noexcept override { return how_.role; }
  std::string peer() const override { return how_.peer; }
  std::string const& target() const noexcept override { return how_.target; }
  std::string const& subprotocol() const noexcept override { return how_.subprotocol; }

 private:
  std::size_t write_some(std::span<iovec const> bytes, boost::system::error_code& ec) override {
    return wire_->write(bytes, ec);
  }
  void wait_writable(std::function<void()> ready) override {
    // Chopped only: the next part goes at once.
    if (wire_->allowed_ > 0) return asio::post(loop_->executor(), std::move(ready));
    wire_->on_writable = [on = loop_, ready = std::move(ready)] {
      asio::post(on->executor(), ready);
    };
  }

  int descriptor() noexcept override { return number_.number(); }

  void push_control(detail::opcode op, std::string_view payload) {
    writer_.push_reserved(how_.role == role::client
                              ? detail::frame::make_masked(op, payload, 0x01020304)
                              : detail::frame::make(op, payload));
  }
  void answer_close() {
    if (!aborted_ && wire_->ended_) ended_ = *wire_->ended_;
    if (!ended_.said()) return;
    start_close(ended_);
    writer_.flush();  // the session lets go of the socket next
  }
  void tell_heard() {
    // As a socket would: later, and not from inside the write.
    asio::post(loop_->executor(), [this, wire = std::weak_ptr<memory_wire>(wire_)] {
      auto const alive = wire.lock();
      if (alive && !alive->abandoned_ && heard_) heard_();
    });
  }

  std::shared_ptr<detail::loop> loop_;
  std::shared_ptr<memory_wire> wire_;
  options how_;
  memory_descriptor number_{*this};
  detail::outbox_writer writer_;
  detail::wakeup arrived_;
  std::pair<bool, std::string> current_;
  close_reason ended_;
  std::function<void()> heard_;
  bool close_sent_ = false, aborted_ = false;
};

}  // namespace runes::test
