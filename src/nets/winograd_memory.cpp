#include "nets/winograd_memory.hpp"

#include "base/memory_layout.hpp"
#include "nets/embedding_shape.hpp"

namespace diarist::nets {

WinogradMemory::WinogradMemory(kernels::WinogradArithmetic arithmetic) {
  memory_ = memory_for([&](MemoryLayout& layout) {
    parts_.clear();
    for (std::size_t stage = 0; stage < kEmbedding.blocks.size(); ++stage) {
      const int channels = kEmbedding.channels[stage];
      const std::size_t units = kernels::WinogradWeights::units(channels, channels, arithmetic);
      for (int b = 0; b < kEmbedding.blocks[stage]; ++b) {
        auto& parts = parts_.emplace_back();
        if (stage == 0 || b > 0) parts[0] = layout.place<std::uint32_t>(units);
        parts[1] = layout.place<std::uint32_t>(units);
      }
    }
  });
}

}  // namespace diarist::nets
