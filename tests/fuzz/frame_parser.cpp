// Whatever a peer sends: nothing is touched that should not be, and it comes to the same however
// the bytes were cut.
#include "support/raw_frames.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace runes;

namespace {

/// Low enough to be reached.
detail::frame_parser::options options_of(unsigned choice) {
  detail::frame_parser::options how;
  how.masked = (choice & 1U) != 0;
  how.max_message_bytes = 60;
  how.max_fragments = 3;
  if (choice & 2U) how.compression = detail::deflate_terms{(choice & 4U) != 0};
  return how;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 2) return 0;
  auto const how = options_of(data[0]);
  std::uint32_t random = data[1];
  std::string_view const bytes(reinterpret_cast<char const*>(data) + 2, size - 2);
  auto const any = [&random](std::size_t) {
    random = random * 1'664'525U + 1'013'904'223U;
    return std::size_t{1} + (random >> 24) % 20;
  };
  auto const whole = test::trace(bytes, how);
  auto const one_by_one = test::trace(bytes, how, [](std::size_t) { return 1; });
  auto const pieces = test::trace(bytes, how, any);
  if (whole == one_by_one && whole == pieces) return 0;
  std::fprintf(stderr, "whole:  %s\nbytes:  %s\npieces: %s\n", whole.c_str(), one_by_one.c_str(),
               pieces.c_str());
  std::abort();
}
