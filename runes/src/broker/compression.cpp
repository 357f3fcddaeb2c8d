#include "broker/compression.hpp"

namespace runes::detail {
namespace {

/// Null when it is no smaller.
shared_frame try_compress(opcode op, std::string_view message, loop_counters& counters) {
  shared_frame made = deflater::of_this_thread().compress(op, message);
  counters.compressions.add();
  counters.compression_input_bytes.add(message.size());
  counters.compression_output_bytes.add(made ? made->payload().size() : message.size());
  return made;
}

}  // namespace

shared_frame compress(opcode op, std::string_view message, loop_counters& counters) {
  shared_frame made = try_compress(op, message, counters);
  return made ? made : frame::make(op, message);
}

shared_frame compress(shared_frame const& plain, loop_counters& counters) {
  shared_frame made = try_compress(plain->op(), plain->payload(), counters);
  return made ? made : plain;
}

}  // namespace runes::detail
