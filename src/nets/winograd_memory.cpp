#include "nets/winograd_memory.hpp"

#include "base/memory_layout.hpp"

namespace diarist::nets {

WinogradMemory::WinogradMemory(const EmbeddingShape& shape,
                               kernels::WinogradArithmetic arithmetic) {
  memory_ = memory_for([&](MemoryLayout& layout) {
    parts_.clear();
    for (std::size_t stage = 0; stage < shape.blocks.size(); ++stage) {
      const int channels = shape.channels[stage];
      const std::size_t units = kernels::WinogradWeights::units(channels, channels, arithmetic);
      for (int b = 0; b < shape.blocks[stage]; ++b) {
        auto& parts = parts_.emplace_back();
        const bool strided = stage > 0 && b == 0;
        // A bottleneck has one 3 x 3 convolution, a basic block two, of which the first may stride.
        if (!strided) parts[0] = layout.place<std::uint32_t>(units);
        if (!shape.bottleneck) parts[1] = layout.place<std::uint32_t>(units);
      }
    }
  });
}

}  // namespace diarist::nets
