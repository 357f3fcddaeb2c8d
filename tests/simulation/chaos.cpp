#include "simulation/chaos.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace runes::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds longest_notice{1'500};

}  // namespace

awaitable<> chaos::run() {
  while (!halted_ && !plan_.faults.empty()) {
    co_await world_.wait(chance_.about(plan_.between_faults));
    if (!halted_) strike();
  }
}

fault chaos::draw() {
  std::uint64_t all = 0;
  for (auto const& each : plan_.faults) all += each.weight;
  std::uint64_t n = chance_.below(all);
  for (auto const& each : plan_.faults) {
    if (n < each.weight) return each.what;
    n -= each.weight;
  }
  return plan_.faults.back().what;
}

void chaos::strike() {
  fault const what = draw();
  switch (what) {
    case fault::kill:
    case fault::restart:
    case fault::unreachable:
      return strike_server(what);
    case fault::jump: {
      nanoseconds const by = chance_.between(-std::chrono::hours(2), std::chrono::hours(2));
      world_.clock().jump(by);
      return world_.say("clock",
                        "the wall's is set by " + std::to_string(by.count() / 1'000'000) + " ms");
    }
    default:
      return strike_link(what);
  }
}

void chaos::begin(char const* name, awaitable<> what) {
  ++pending_;
  world_.start(name, std::move(what));
}

link* chaos::find(std::uint64_t number) {
  for (link* each : network_.links()) {
    if (each->number() == number) return each;
  }
  return nullptr;
}

// ---- connections

void chaos::strike_link(fault what) {
  auto links = network_.links();
  std::erase_if(links, [](link const* each) { return each->lost(); });
  if (links.empty()) return;
  link& hit = *links[chance_.below(links.size())];
  std::string const who = "link " + std::to_string(hit.number());
  switch (what) {
    case fault::reset:
      world_.say(who, "breaks");
      return hit.reset();
    case fault::lose:
      world_.say(who, "carries nothing any more");
      return hit.lose();
    case fault::halve: {
      bool const client_stays = chance_.percent(50);
      world_.say(who, client_stays ? "its server's end is gone" : "its client's end is gone");
      return hit.halve(client_stays);
    }
    case fault::throttle:
      return begin("a slow socket", throttle(hit.number()));
    default: {
      auto const which = chance_.below(3);
      return begin("a stall", stall(hit.number(), which != 0, which != 1));
    }
  }
}

awaitable<> chaos::stall(std::uint64_t number, bool up, bool down) {
  std::string const who = "link " + std::to_string(number);
  world_.say(who, std::string("stalls") + (up ? ", up" : "") + (down ? ", down" : ""));
  if (link* hit = find(number)) {
    if (up) hit->up().stall(true);
    if (down) hit->down().stall(true);
  }
  co_await world_.wait(chance_.between(milliseconds(50), seconds(9)));
  if (link* hit = find(number)) {
    hit->up().stall(false);
    hit->down().stall(false);
    world_.say(who, "goes on");
  }
  --pending_;
}

awaitable<> chaos::throttle(std::uint64_t number) {
  std::string const who = "link " + std::to_string(number);
  std::size_t const rate = 200u << chance_.below(5);
  world_.say(who, "is read at " + std::to_string(rate) + " bytes a second");
  if (link* hit = find(number)) hit->down().throttle(rate);
  co_await world_.wait(chance_.between(seconds(2), plan_.longest_throttle));
  if (link* hit = find(number)) {
    hit->down().throttle(0);
    world_.say(who, "is read at full speed");
  }
  --pending_;
}

// ---- servers

void chaos::strike_server(fault what) {
  server& hit = *servers_[chance_.below(servers_.size())];
  if (what == fault::unreachable) return begin("a server out of reach", shut_off(hit));
  if (!hit.life() || hit.life()->draining()) return;
  if (what == fault::kill) return begin("a killed server", kill(hit));
  begin("a restart", restart(hit));
}

awaitable<> chaos::kill(server& which) {
  which.crash();
  co_await world_.wait(chance_.between(milliseconds(10), seconds(6)));
  if (!which.life()) market_.open(which);
  --pending_;
}

awaitable<> chaos::restart(server& which) {
  milliseconds const notice(chance_.between(0, longest_notice.count()));
  co_await which.stop(notice);
  co_await world_.wait(chance_.between(milliseconds(10), seconds(3)));
  if (!which.life()) market_.open(which);
  --pending_;
}

awaitable<> chaos::shut_off(server& which) {
  world_.say("server " + which.name(), "is out of reach for new connections");
  which.set_reachable(false);
  co_await world_.wait(chance_.between(seconds(1), seconds(8)));
  which.set_reachable(true);
  world_.say("server " + which.name(), "is within reach again");
  --pending_;
}

}  // namespace runes::simulation
