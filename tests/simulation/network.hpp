// Connections between clients and servers, and what befalls them.
#pragma once

#include "simulation/pipe.hpp"
#include "simulation/world.hpp"
#include "support/memory_transport.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace runes::simulation {

/// One connection: two wires, and a pipe each way. Lives until both ends are done with it.
class link {
 public:
  link(world& in, std::uint64_t number, std::string between, random chance, pipe_terms terms);
  ~link();
  link(link const&) = delete;
  link& operator=(link const&) = delete;

  std::uint64_t number() const noexcept { return number_; }
  std::string const& name() const noexcept { return name_; }
  std::shared_ptr<test::memory_wire> const& client() const noexcept { return client_; }
  std::shared_ptr<test::memory_wire> const& server() const noexcept { return server_; }
  pipe& up() noexcept { return *up_; }
  pipe& down() noexcept { return *down_; }

  void open(std::unique_ptr<frame_tap> tap);
  /// Both ends see it break; of one that is lost, its server only.
  void reset();
  /// Neither sees anything: what is sent is lost.
  void lose();
  /// One end is gone without a word, as a machine that lost its power: the other isn't told.
  void halve(bool client_stays);
  bool lost() const noexcept { return lost_; }
  bool over() const noexcept;

 private:
  void trace_frames(test::memory_wire& at, char const* arrow);

  world& world_;
  std::uint64_t number_;
  std::string name_;
  std::shared_ptr<test::memory_wire> const client_ = std::make_shared<test::memory_wire>();
  std::shared_ptr<test::memory_wire> const server_ = std::make_shared<test::memory_wire>();
  std::shared_ptr<pipe> up_, down_;  ///< to the server, to the client
  bool lost_ = false;
};

/// All connections there are. On the world's strand.
class network {
 public:
  network(world& in, pipe_terms terms) : world_(in), terms_(terms), chance_(in.part(1)) {}

  /// A new connection. `tap` changes what the server sends.
  link& connect(std::string const& between, std::unique_ptr<frame_tap> tap);
  /// Those that both ends still hold, in the order in which they were made.
  std::vector<link*> links();
  void reset_all_of(std::string const& server);

  /// From now on connections are made and kept without a fault; those that were lost stay so.
  void calm();

  pipe_terms& terms() noexcept { return terms_; }
  std::size_t size() noexcept { return links().size(); }
  /// How many there have been.
  std::uint64_t made() const noexcept { return last_; }

 private:
  world& world_;
  pipe_terms terms_;
  random chance_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::unique_ptr<link>> links_;
};

}  // namespace runes::simulation
