// A peer that follows a script, written like the trace of a connection:
//
//     peer.expect("subscribe").with("channel",
//     "ticker").reply(ok("{}")).then(push(tick(1))).then(reset());
#pragma once

#include "support/memory_wire.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runes::test {

/// Something that the peer does.
using deed = std::function<void(memory_wire&)>;

inline deed push(std::string text) {
  return [text = std::move(text)](memory_wire& wire) { wire.say(text); };
}
inline deed reset() {
  return [](memory_wire& wire) { wire.reset(); };
}
inline deed close(close_code code, std::string text = {}) {
  return [reason = close_reason(code, std::move(text))](memory_wire& wire) { wire.close(reason); };
}

/// What a request is answered with: `"ok":…` or `"error":…`, without the id.
struct answer {
  std::string text;
};
inline answer ok(std::string_view json = "{}") { return {"\"ok\":" + std::string(json)}; }
inline answer refuse(int code, std::string_view name, std::string_view retry = "never",
                     int retry_after_ms = 0) {
  std::string text = R"("error":{"code":)" + std::to_string(code) + R"(,"name":")" +
                     std::string(name) + R"(","message":"no: )" + std::string(name) +
                     R"(","retry":")" + std::string(retry) + '"';
  if (retry_after_ms > 0) text += ",\"retryAfterMs\":" + std::to_string(retry_after_ms);
  return {text + "}"};
}

/// One expected message, and what follows it.
class step {
 public:
  explicit step(std::string op) : op_(std::move(op)) {}

  /// The request has this key with this value.
  step& with(std::string key, boost::json::value value) {
    wanted_.emplace_back(std::move(key), std::move(value));
    return *this;
  }
  /// The request doesn't have this key.
  step& without(std::string key) {
    unwanted_.push_back(std::move(key));
    return *this;
  }
  step& reply(answer with) {
    deeds_.push_back([this, with = std::move(with)](memory_wire& wire) {
      wire.say("{\"id\":" + boost::json::serialize(id_) + "," + with.text + "}");
    });
    return *this;
  }
  step& then(deed next) {
    deeds_.push_back(std::move(next));
    return *this;
  }
  /// Everything after this waits for scripted_peer::go_on().
  step& pause() {
    deeds_.push_back(nullptr);
    return *this;
  }

 private:
  friend class scripted_peer;

  static void fail(std::string const& sentence) { BOOST_ERROR(sentence); }

  void check(std::string const& text) {
    boost::system::error_code ec;
    auto const said = boost::json::parse(text, ec);
    if (ec || !said.is_object()) return fail("expected " + op_ + ", but the session said: " + text);
    auto const& request = said.get_object();
    if (auto const* id = request.if_contains("id")) id_ = *id;
    auto const* op = request.if_contains("op");
    if (!op || *op != boost::json::value(op_))
      BOOST_ERROR("expected " + op_ + ", but the session said: " + text);
    for (auto const& [key, value] : wanted_) {
      auto const* found = request.if_contains(key);
      if (!found || *found != value) {
        BOOST_ERROR("expected " + key + " = " + boost::json::serialize(value) +
                    ", but the session said: " + text);
      }
    }
    for (auto const& key : unwanted_) {
      if (request.if_contains(key))
        BOOST_ERROR("expected no " + key + ", but the session said: " + text);
    }
  }

  std::string op_;
  boost::json::value id_;
  std::vector<std::pair<std::string, boost::json::value>> wanted_;
  std::vector<std::string> unwanted_;
  std::deque<deed> deeds_;
};

/// Plays the far side of a memory_wire: every message of the session under test must be the next
/// one of the script.
class scripted_peer {
 public:
  explicit scripted_peer(std::shared_ptr<memory_wire> wire) : wire_(std::move(wire)) {
    wire_->on_sent = [this](sent_frame const& frame) {
      if (frame.is_message()) on_message(frame.payload);
    };
  }
  scripted_peer(scripted_peer const&) = delete;
  scripted_peer& operator=(scripted_peer const&) = delete;
  ~scripted_peer() { wire_->on_sent = nullptr; }

  /// Adds a step to the script.
  step& expect(std::string op) {
    script_.push_back(std::make_unique<step>(std::move(op)));
    return *script_.back();
  }

  /// Whether the script has been played to its end.
  bool done() const noexcept { return script_.empty() && !playing_; }
  /// What comes next; for messages of a test.
  std::string next() const { return script_.empty() ? "nothing" : script_.front()->op_; }

  /// Plays on behind a pause().
  void go_on() { play(); }
  /// Outside of the script: something that happens now.
  void now(deed const& what) { what(*wire_); }
  memory_wire& wire() noexcept { return *wire_; }

 private:
  void on_message(std::string const& text) {
    if (script_.empty() || playing_)
      return step::fail("expected nothing more, but the session said: " + text);
    playing_ = std::move(script_.front());
    script_.pop_front();
    playing_->check(text);
    play();
  }

  void play() {
    while (playing_ && !playing_->deeds_.empty()) {
      deed const next = std::move(playing_->deeds_.front());
      playing_->deeds_.pop_front();
      if (!next) return;
      next(*wire_);
    }
    playing_.reset();
  }

  std::shared_ptr<memory_wire> wire_;
  std::deque<std::unique_ptr<step>> script_;
  std::unique_ptr<step> playing_;
};

}  // namespace runes::test
