// Memory for the kernels: aligned to a cache line, uninitialised, never grown element by element.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "base/aligned_memory.hpp"

namespace diarist {

/// A fixed block of `size` values of a trivial type T, aligned to 64 bytes. Contents start
/// undefined.
template <typename T>
class AlignedBuffer {
 public:
  static constexpr std::size_t kAlignment = 64;

  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t size)
      : data_(static_cast<T*>(allocate_aligned(size * sizeof(T))), Free{size * sizeof(T)}),
        size_(size) {}

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return data_.get()[i]; }
  const T& operator[](std::size_t i) const { return data_.get()[i]; }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }

 private:
  struct Free {
    std::size_t bytes = 0;
    void operator()(T* p) const { free_aligned(p, bytes); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace diarist
