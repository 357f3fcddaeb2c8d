#include "simulation/network.hpp"

#include <utility>

namespace runes::simulation {
namespace {

constexpr std::size_t longest_shown = 300;

std::string shown(test::sent_frame const& frame) {
  switch (frame.op) {
    case detail::opcode::ping:
      return "ping";
    case detail::opcode::pong:
      return "pong";
    case detail::opcode::close:
      return "close " + std::to_string(static_cast<unsigned>(frame.reason().code)) + " " +
             frame.reason().text;
    default:
      break;
  }
  if (frame.payload.size() <= longest_shown) return frame.payload;
  return frame.payload.substr(0, longest_shown) + "… (" + std::to_string(frame.payload.size()) +
         " bytes)";
}

}  // namespace

link::link(world& in, std::uint64_t number, std::string between, random chance, pipe_terms terms)
    : world_(in), number_(number), name_(std::move(between)) {
  up_ = std::make_shared<pipe>(in, chance.part(1), terms, client_, server_);
  down_ = std::make_shared<pipe>(in, chance.part(2), terms, server_, client_);
}

link::~link() {
  for (auto const& wire : {client_, server_}) {
    wire->on_bytes = nullptr;
    wire->on_gone = nullptr;
    wire->on_received = nullptr;
  }
}

void link::open(std::unique_ptr<frame_tap> tap) {
  up_->open();
  down_->open(std::move(tap));
  trace_frames(*client_, "<");
  trace_frames(*server_, ">");
}

void link::trace_frames(test::memory_wire& at, char const* arrow) {
  if (!world_.traces(trace_level::frames)) return;
  at.on_received = [this, arrow](test::sent_frame const& frame) {
    world_.add_line("link " + std::to_string(number_), std::string(arrow) + " " + shown(frame));
  };
}

void link::reset() {
  up_->cut();
  down_->cut();
  if (!lost_) client_->reset();
  server_->reset();
}

void link::lose() {
  lost_ = true;
  up_->lose();
  down_->lose();
}

void link::halve(bool client_stays) {
  lose();
  (client_stays ? server_ : client_)->reset();
}

bool link::over() const noexcept {
  auto const done = [](test::memory_wire const& end) { return end.abandoned(); };
  return done(*client_) && done(*server_);
}

link& network::connect(std::string const& between, std::unique_ptr<frame_tap> tap) {
  std::uint64_t const number = ++last_;
  auto made = std::make_unique<link>(world_, number, between, chance_.part(number), terms_);
  made->open(std::move(tap));
  world_.say("link " + std::to_string(number), "made: " + between);
  return *links_.emplace(number, std::move(made)).first->second;
}

std::vector<link*> network::links() {
  std::erase_if(links_, [](auto const& each) { return each.second->over(); });
  std::vector<link*> all;
  for (auto const& [number, each] : links_) all.push_back(each.get());
  return all;
}

void network::reset_all_of(std::string const& server) {
  for (link* each : links()) {
    if (each->name().ends_with(" to " + server)) each->reset();
  }
}

void network::calm() {
  for (link* each : links()) {
    for (pipe* way : {&each->up(), &each->down()}) {
      way->throttle(0);
      way->stall(false);
    }
  }
}

}  // namespace runes::simulation
