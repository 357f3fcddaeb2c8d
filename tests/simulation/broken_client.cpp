// Clients that are wrong: what their readers get is changed on its way.
#include "simulation/broken_variants.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace runes::simulation::broken {
namespace {

using event = detail::any_event;

template <class F>
class tap final : public event_tap {
 public:
  explicit tap(F what) : what_(std::move(what)) {}
  std::optional<event> pass(event from, bool& again) override {
    return what_(std::move(from), again);
  }

 private:
  F what_;
};

template <class F>
std::function<std::unique_ptr<event_tap>()> each_stream(F make) {
  return [make] { return std::unique_ptr<event_tap>(new tap(make())); };
}

}  // namespace

mutation hide_gap() {
  mutation made;
  made.name = "hide-gap";
  made.what = "a reader is not told of a gap";
  made.events = each_stream([] {
    return [](event from, bool&) -> std::optional<event> {
      if (from.kind == event_kind::gap) return {};
      return from;
    };
  });
  return made;
}

mutation shorten_gap() {
  mutation made;
  made.name = "shorten-gap";
  made.what = "a gap tells a reader of one change too few";
  made.events = each_stream([] {
    return [](event from, bool&) -> std::optional<event> {
      if (from.kind == event_kind::gap && from.seq > from.prev + 1) --from.seq;
      return from;
    };
  });
  return made;
}

mutation repeat_after_resume() {
  mutation made;
  made.name = "repeat-after-resume";
  made.what = "a reader gets the first update behind `resumed` twice";
  made.events = each_stream([] {
    return [fresh = false](event from, bool& again) mutable -> std::optional<event> {
      if (from.kind == event_kind::resumed) fresh = true;
      if (from.kind == event_kind::update) again = std::exchange(fresh, false);
      return from;
    };
  });
  return made;
}

mutation never_resumed() {
  mutation made;
  made.name = "never-resumed";
  made.what = "a reader is told that its stream is stale, and never that it has resumed";
  made.events = each_stream([] {
    return [](event from, bool&) -> std::optional<event> {
      if (from.kind == event_kind::resumed) return {};
      return from;
    };
  });
  return made;
}

mutation lose_an_update() {
  mutation made;
  made.name = "lose-an-update";
  made.what = "one update in a hundred never reaches its reader";
  made.events = each_stream([] {
    return [n = 0](event from, bool&) mutable -> std::optional<event> {
      if (from.kind == event_kind::update && ++n % 100 == 0) return {};
      return from;
    };
  });
  return made;
}

}  // namespace runes::simulation::broken
