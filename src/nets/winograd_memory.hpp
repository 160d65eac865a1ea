// One block of memory for the transformed weights of all of the trunk's convolutions of stride 1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "kernels/winograd.hpp"
#include "nets/embedding_shape.hpp"

namespace diarist::nets {

/// Forty megabytes or eighty: in one piece, most of it lies in huge pages.
class WinogradMemory {
 public:
  WinogradMemory() = default;
  WinogradMemory(const EmbeddingShape& shape, kernels::WinogradArithmetic arithmetic);

  /// For the first (0) or second (1) 3 x 3 convolution of a block, counted over all stages. Empty
  /// for one of stride 2, which is no Winograd convolution, and where there is none.
  std::span<std::uint32_t> of(std::size_t block, std::size_t convolution) const {
    return parts_[block][convolution];
  }

 private:
  std::vector<std::array<std::span<std::uint32_t>, 2>> parts_;
  AlignedBuffer<std::byte> memory_;
};

}  // namespace diarist::nets
