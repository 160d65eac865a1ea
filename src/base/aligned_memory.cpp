#include "base/aligned_memory.hpp"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace diarist {
namespace {

constexpr std::size_t kCacheLine = 64;
// Of x86-64, and of ARM64 with pages of 4 KB.
constexpr std::size_t kHugePage = std::size_t{2} << 20;

}  // namespace

std::align_val_t alignment_for(std::size_t bytes) {
  return std::align_val_t{bytes < kHugePage ? kCacheLine : kHugePage};
}

void* allocate_aligned(std::size_t bytes) {
  void* memory = ::operator new(bytes, alignment_for(bytes));
#ifdef __linux__
  // A wish: where there are none, ordinary pages do.
  if (bytes >= kHugePage) madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
  return memory;
}

void free_aligned(void* memory, std::size_t bytes) {
  ::operator delete(memory, alignment_for(bytes));
}

}  // namespace diarist
