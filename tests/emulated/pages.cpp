#include "pages.hpp"

#include "machine.hpp"

namespace emulated {
namespace {

constexpr std::uint64_t kPages = kMemoryEnd / kPage;
bool taken[kPages];
std::uint64_t first_page = 0;
std::uint64_t first_free = 0;  // none is free before it

}  // namespace

void open_pages(std::uint64_t first) { first_page = first_free = round_up(first, kPage) / kPage; }

std::uint64_t take_pages(std::uint64_t size) {
  const std::uint64_t wanted = round_up(size, kPage) / kPage;
  while (first_free < kPages && taken[first_free]) ++first_free;
  std::uint64_t start = first_free;
  for (std::uint64_t page = start; page < kPages; ++page) {
    if (taken[page]) {
      start = page + 1;
    } else if (page + 1 - start == wanted) {
      memset(taken + start, 1, wanted);
      memset(at<void>(start * kPage), 0, wanted * kPage);
      return start * kPage;
    }
  }
  give_up("no memory left for", size);
}

void return_pages(std::uint64_t address, std::uint64_t size) {
  const std::uint64_t first = address / kPage;
  const std::uint64_t last = round_up(address + size, kPage) / kPage;
  if (first < first_page || last > kPages) return;
  memset(taken + first, 0, last - first);
  if (first < first_free) first_free = first;
}

}  // namespace emulated
