// Servers that are wrong: what they send is changed on its way.
#include "simulation/broken_variants.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace runes::simulation {
namespace json = boost::json;
namespace {

/// One frame as JSON, with what the variants look at.
class said {
 public:
  explicit said(std::string text) : text_(std::move(text)), value_(json::parse(text_)) {}

  json::object& object() { return value_.as_object(); }
  std::string const& text() const noexcept { return text_; }
  std::string changed() const { return json::serialize(value_); }

  bool is_event() { return object().contains("channel"); }
  bool is_update() { return is_event() && text_of("type") == "update"; }
  bool is_snapshot() { return is_event() && text_of("type") == "snapshot"; }
  bool is_gap() { return text_of("event") == "gap"; }
  bool is_heartbeat() { return text_of("event") == "heartbeat"; }
  std::string topic() { return text_of("channel") + "." + text_of("symbol"); }
  std::string text_of(char const* key) {
    auto const* found = object().if_contains(key);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
  }
  std::uint64_t number(char const* key) { return object().at(key).to_number<std::uint64_t>(); }

  /// The entries of a reply to `subscribe`.
  json::array* subscriptions() {
    auto* ok = object().if_contains("ok");
    auto* list = ok && ok->is_object() ? ok->get_object().if_contains("subscriptions") : nullptr;
    return list ? list->if_array() : nullptr;
  }

 private:
  std::string text_;
  json::value value_;
};

using frames = std::vector<std::string>;

/// A tap that does one thing with each frame.
template <class F>
class tap final : public frame_tap {
 public:
  explicit tap(F what) : what_(std::move(what)) {}
  frames pass(std::string text) override {
    said frame(std::move(text));
    return what_(frame);
  }

 private:
  F what_;
};

template <class F>
std::function<std::unique_ptr<frame_tap>()> each_connection(F make) {
  return [make] { return std::unique_ptr<frame_tap>(new tap(make())); };
}

/// Follows which topics have just been resumed with something still to come.
class resumed_topics {
 public:
  void look(said& frame) {
    json::array* const list = frame.subscriptions();
    if (!list) return;
    for (json::value const& each : *list) {
      auto const* recovered = each.as_object().if_contains("recovered");
      if (!recovered || !recovered->as_bool()) continue;
      // "orders.MAIN" of "orders.MAIN"; what an interval or a depth adds is cut off.
      std::string const topic(each.at("topic").as_string());
      std::string const symbol(each.at("symbol").as_string());
      just_.insert(topic.substr(0, topic.find('.') + 1 + symbol.size()));
    }
  }
  /// Whether this is the first update behind the reply.
  bool first_update(said& frame) { return frame.is_update() && just_.erase(frame.topic()) > 0; }

 private:
  std::set<std::string> just_;
};

}  // namespace

namespace broken {

mutation skip_on_resume() {
  mutation made;
  made.name = "skip-on-resume";
  made.what = "of what a returning subscriber has missed, the server leaves out the first update";
  made.frames = each_connection([] {
    return [resumed = resumed_topics()](said& frame) mutable {
      resumed.look(frame);
      return resumed.first_update(frame) ? frames{} : frames{frame.text()};
    };
  });
  return made;
}

mutation skip_on_resume_unseen() {
  mutation made;
  made.name = "skip-on-resume-unseen";
  made.what = "the same, and the next update's `prev` is made to fit";
  made.frames = each_connection([] {
    return [resumed = resumed_topics(),
            skipped = std::map<std::string, std::uint64_t>()](said& frame) mutable {
      resumed.look(frame);
      if (resumed.first_update(frame)) {
        skipped[frame.topic()] = frame.number("prev");
        return frames{};
      }
      auto const before = frame.is_update() ? skipped.find(frame.topic()) : skipped.end();
      if (before == skipped.end()) return frames{frame.text()};
      frame.object()["prev"] = before->second;
      skipped.erase(before);
      return frames{frame.changed()};
    };
  });
  return made;
}

mutation double_on_resume() {
  mutation made;
  made.name = "double-on-resume";
  made.what = "the first update that a returning subscriber has missed is sent twice";
  made.frames = each_connection([] {
    return [resumed = resumed_topics()](said& frame) mutable {
      resumed.look(frame);
      frames out{frame.text()};
      if (resumed.first_update(frame)) out.push_back(frame.text());
      return out;
    };
  });
  return made;
}

mutation lose_last_message() {
  mutation made;
  made.name = "lose-last";
  made.what =
      "of each topic the last update sent is lost until another follows, and heartbeats "
      "name no heads";
  made.frames = each_connection([] {
    return [held = std::map<std::string, std::string>()](said& frame) mutable {
      if (frame.is_heartbeat()) {
        frame.object()["heads"] = json::object();
        return frames{frame.changed()};
      }
      if (!frame.is_event()) return frames{frame.text()};
      frames out;
      auto const before = held.find(frame.topic());
      if (before != held.end()) {
        out.push_back(before->second);
        held.erase(before);
      }
      if (frame.is_update()) {
        held[frame.topic()] = frame.text();
      } else {
        out.push_back(frame.text());
      }
      return out;
    };
  });
  return made;
}

mutation wrong_prev_after_merge() {
  mutation made;
  made.name = "wrong-prev";
  made.what = "a merged update carries the `prev` of the last update that went into it";
  made.frames = each_connection([] {
    return [](said& frame) {
      bool const is_log = frame.is_event() && frame.object().at("data").is_array() &&
                          frame.text_of("channel") != "positions";
      if (!frame.is_update() || is_log || frame.number("seq") - frame.number("prev") < 2)
        return frames{frame.text()};
      frame.object()["prev"] = frame.number("seq") - 1;
      return frames{frame.changed()};
    };
  });
  return made;
}

namespace {

mutation shifted_gap(std::string_view name, std::string_view what, std::int64_t by) {
  mutation made;
  made.name = name;
  made.what = what;
  made.frames = each_connection([by] {
    return [by](said& frame) {
      if (!frame.is_gap()) return frames{frame.text()};
      frame.object()["to"] = static_cast<std::int64_t>(frame.number("to")) + by;
      return frames{frame.changed()};
    };
  });
  return made;
}

}  // namespace

mutation short_gap() { return shifted_gap("short-gap", "a `gap` covers one change too few", -1); }
mutation long_gap() { return shifted_gap("long-gap", "a `gap` covers one change too many", 1); }

mutation silent_gap() {
  mutation made;
  made.name = "silent-gap";
  made.what = "the server drops changes and sends no `gap`, and the next `prev` is made to fit";
  made.frames = each_connection([] {
    return [from = std::map<std::string, std::uint64_t>()](said& frame) mutable {
      if (frame.is_gap()) {
        from[frame.topic()] = frame.number("from") - 1;
        return frames{};
      }
      auto const before = frame.is_update() ? from.find(frame.topic()) : from.end();
      if (before == from.end()) return frames{frame.text()};
      frame.object()["prev"] = before->second;
      from.erase(before);
      return frames{frame.changed()};
    };
  });
  return made;
}

mutation swap_updates() {
  mutation made;
  made.name = "swap";
  made.what = "now and then two updates of a topic change places";
  made.frames = each_connection([] {
    return [held = std::map<std::string, std::string>(), n = 0](said& frame) mutable {
      auto const before = frame.is_event() ? held.find(frame.topic()) : held.end();
      if (before != held.end()) {
        frames out{frame.text(), before->second};
        held.erase(before);
        return out;
      }
      if (!frame.is_update() || ++n % 50 != 0) return frames{frame.text()};
      held[frame.topic()] = frame.text();
      return frames{};
    };
  });
  return made;
}

mutation no_snapshot() {
  mutation made;
  made.name = "no-snapshot";
  made.what = "a subscriber that cannot be resumed gets no snapshot";
  made.frames = each_connection([] {
    // The first snapshot of a topic on a connection may be the first there ever was; a reader that
    // comes back is on another connection, and says `since`: what it is refused stands in the
    // reply.
    return [refused = std::set<std::string>(), returns = false](said& frame) mutable {
      if (json::array* const list = frame.subscriptions()) {
        for (json::value const& each : *list) {
          if (each.as_object().contains("error")) continue;
          if (each.at("recovered").as_bool()) returns = true;
          if (!each.at("recovered").as_bool() && returns)
            refused.insert(std::string(each.at("epoch").as_string()));
        }
      }
      if (frame.is_snapshot() && refused.erase(frame.text_of("epoch")) > 0) return frames{};
      return frames{frame.text()};
    };
  });
  return made;
}

mutation claim_recovery() {
  mutation made;
  made.name = "claim-recovery";
  made.what = "a subscriber that cannot be resumed is told that it is, and gets a snapshot";
  made.frames = each_connection([] {
    // As in no_snapshot(): a connection on which something is recovered is of one that returns.
    return [returns = false](said& frame) mutable {
      json::array* const list = frame.subscriptions();
      if (!list) return frames{frame.text()};
      for (json::value& each : *list) {
        json::object& entry = each.as_object();
        if (entry.contains("error")) continue;
        returns = returns || entry.at("recovered").as_bool();
        entry["recovered"] = returns;
      }
      return frames{frame.changed()};
    };
  });
  return made;
}

mutation deny_what_was_done() {
  mutation made;
  made.name = "deny";
  made.what = "a request is carried out, and answered with an error";
  made.frames = each_connection([] {
    return [](said& frame) {
      auto const* ok = frame.object().if_contains("ok");
      if (!ok || !ok->is_number()) return frames{frame.text()};
      json::object answer;
      answer["id"] = frame.object().at("id");
      answer["error"] = json::object{{"code", 3001},
                                     {"name", "rate_limited"},
                                     {"message", "too many requests"},
                                     {"retry", "later"}};
      return frames{json::serialize(answer)};
    };
  });
  return made;
}

mutation no_greeting() {
  mutation made;
  made.name = "no-greeting";
  made.what = "after a server's first five connections no `hello` is answered";
  made.frames = each_connection([] {
    return [](said& frame) {
      constexpr int greeted = 5;
      auto const* ok = frame.object().if_contains("ok");
      auto const* number =
          ok && ok->is_object() ? ok->get_object().if_contains("session") : nullptr;
      bool const late = number && std::stoi(std::string(number->as_string())) > greeted;
      return late ? frames{} : frames{frame.text()};
    };
  });
  return made;
}

}  // namespace broken
}  // namespace runes::simulation
