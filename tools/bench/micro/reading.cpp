// What reading a peer's frames costs: masks, UTF-8, and all of it together.
#include "protocol/frame.hpp"
#include "protocol/frame_parser.hpp"
#include "protocol/mask.hpp"
#include "protocol/utf8.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace {

namespace detail = runes::detail;

std::size_t size_of(benchmark::State const& state) {
  return static_cast<std::size_t>(state.range(0));
}

void count_bytes(benchmark::State& state, std::size_t each) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(each));
}

void remove_mask(benchmark::State& state) {
  std::string bytes(size_of(state), 'x');
  for (auto _ : state) {
    detail::apply_mask(bytes, 0x12345678, 1);
    benchmark::DoNotOptimize(bytes.data());
  }
  count_bytes(state, bytes.size());
}
BENCHMARK(remove_mask)->Arg(64)->Arg(1'000)->Arg(65'536);

void check_text(benchmark::State& state, std::string_view letters) {
  std::string text;
  while (text.size() < size_of(state)) text += letters;
  for (auto _ : state) benchmark::DoNotOptimize(detail::is_utf8(text));
  count_bytes(state, text.size());
}
BENCHMARK_CAPTURE(check_text, ascii, "{\"op\":\"subscribe\"}")->Arg(64)->Arg(1'000)->Arg(65'536);
BENCHMARK_CAPTURE(check_text, two_bytes_a_letter, "\u03b1\u03b2\u03b3")->Arg(1'000)->Arg(65'536);
BENCHMARK_CAPTURE(check_text, one_in_twenty_not_ascii, "a letter in twenty \u20ac")->Arg(65'536);

/// Sixteen frames of a client that came with one read; the time is for all.
void parse_frames(benchmark::State& state) {
  std::string all;
  for (int i = 0; i < 16; ++i) {
    auto const one = detail::frame::make_masked(
        detail::opcode::text, std::string(size_of(state), 'x'), detail::new_mask());
    all += one->bytes();
  }
  detail::frame_parser::options how;
  how.max_message_bytes = 1 << 20;
  detail::frame_parser parser(how);
  std::string bytes = all;
  for (auto _ : state) {
    bytes.assign(all);  // parsing unmasks them
    std::span<char> input(bytes);
    while (parser.next(input).what == detail::parsed::kind::message) {
    }
  }
  state.SetItemsProcessed(state.iterations() * 16);
}
BENCHMARK(parse_frames)->Arg(64)->Arg(1'000);

}  // namespace
