#include "bench/resume/allocations.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

// The thread sanitizer's operator new can't be replaced: nothing is counted under it.
#if defined(__has_feature)
#  if __has_feature(thread_sanitizer)
#    define RUNES_BENCH_NEW_OF_SANITIZER
#  endif
#endif

namespace {

std::atomic<std::uint64_t> counted{0};
thread_local bool counts = false;

#ifndef RUNES_BENCH_NEW_OF_SANITIZER
void* allocate(std::size_t size, std::size_t alignment) {
  if (counts) counted.fetch_add(1, std::memory_order_relaxed);
  std::size_t const rounded = (size + alignment - 1) / alignment * alignment;
  void* const memory = alignment > alignof(std::max_align_t)
                           ? std::aligned_alloc(alignment, rounded)
                           : std::malloc(size > 0 ? size : 1);
  if (!memory) throw std::bad_alloc();
  return memory;
}
#endif

}  // namespace

#ifndef RUNES_BENCH_NEW_OF_SANITIZER
// The array forms end in these.
void* operator new(std::size_t size) { return allocate(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
#endif

namespace runes::bench {

void count_allocations(bool on) { counts = on; }

std::uint64_t allocations() { return counted.load(); }

}  // namespace runes::bench
