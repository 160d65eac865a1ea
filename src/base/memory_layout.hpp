// Several arrays in one block of memory, one after another or, where they are never in use at once,
// over one another.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>

#include "base/aligned_buffer.hpp"

namespace diarist {

/// Without memory it only counts: nothing that it places then may be touched, and bytes() tells how
/// much memory to come back with.
class MemoryLayout {
 public:
  MemoryLayout() = default;
  /// `memory` is aligned as AlignedBuffer is, and somebody else's.
  explicit MemoryLayout(std::byte* memory) : memory_(memory) {}

  /// `size` values of a trivial type, contents undefined, on a cache line of their own.
  template <typename T>
  std::span<T> place(std::size_t size) {
    constexpr std::size_t kLine = AlignedBuffer<std::byte>::kAlignment;
    const std::size_t begin = end_;
    end_ += (size * sizeof(T) + kLine - 1) / kLine * kLine;
    bytes_ = std::max(bytes_, end_);
    if (memory_ == nullptr) return {};
    return {reinterpret_cast<T*>(memory_ + begin), size};
  }

  /// Where the next array goes.
  std::size_t end() const { return end_; }
  /// The next array goes to `end`, an earlier end(), and over what was placed since.
  void go_back(std::size_t end) {
    assert(end <= end_);
    end_ = end;
  }

  /// As far as any array reached.
  std::size_t bytes() const { return bytes_; }

 private:
  std::byte* memory_ = nullptr;
  std::size_t end_ = 0;
  std::size_t bytes_ = 0;
};

/// Memory for what `place`, which is called twice, puts into the layout that it is given.
template <class Place>
AlignedBuffer<std::byte> memory_for(const Place& place) {
  MemoryLayout counted;
  place(counted);
  AlignedBuffer<std::byte> memory(counted.bytes());
  MemoryLayout layout(memory.data());
  place(layout);
  return memory;
}

}  // namespace diarist
