// The connections of a test flushed together, as a server's are by io_uring, without sockets.
#pragma once

#include "broker/batch_sender.hpp"
#include "session/transport.hpp"

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>

namespace runes::test {

/// Whether the tests of this run are to flush so: CTest runs them both ways.
inline bool flushes_together() {
  char const* const told = std::getenv("TEST_FLUSH");
  return told && std::strcmp(told, "together") == 0;
}

/// What stands for a socket's descriptor, where there is none. Of one thread.
class memory_descriptor {
 public:
  explicit memory_descriptor(detail::byte_sink& of) : number_(next()) { all()[number_] = &of; }
  ~memory_descriptor() { all().erase(number_); }
  memory_descriptor(memory_descriptor const&) = delete;
  memory_descriptor& operator=(memory_descriptor const&) = delete;

  int number() const noexcept { return number_; }
  static detail::byte_sink& sink(int number) { return *all().at(number); }

 private:
  static std::map<int, detail::byte_sink*>& all() {
    static std::map<int, detail::byte_sink*> sinks;
    return sinks;
  }
  static int next() {
    static int last = 0;
    return ++last;
  }

  int number_;
};

/// Even one write is worth a call here, so that every write of a test goes this way.
class memory_sender final : public detail::batch_sender {
 public:
  std::size_t least() const noexcept override { return 1; }
  std::size_t capacity() const noexcept override { return 4; }

  boost::system::error_code send(std::span<detail::socket_write> writes) override {
    for (auto& each : writes) {
      boost::system::error_code ec;
      auto const taken = memory_descriptor::sink(each.descriptor).write_some(each.pieces, ec);
      each.result = ec ? -ec.value() : static_cast<int>(taken);
    }
    return {};
  }
};

/// For a loop: what this run of the tests flushes with.
inline std::unique_ptr<detail::batch_sender> sender_of_this_run() {
  return flushes_together() ? std::make_unique<memory_sender>() : nullptr;
}

}  // namespace runes::test
