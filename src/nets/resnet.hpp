// The trunk of the embedding network: features [frames, 80] to [frames / 8, 2560].
//
// A ResNet (He et al. 2016) over the time-frequency plane as WeSpeaker builds it, of basic blocks
// (ResNet18, 34) or bottlenecks (ResNet50 and deeper), in f32. Feature maps lie as [time,
// frequency, channels] in zeros (feature_map.hpp). 3 x 3 convolutions of stride 1 are Winograd's
// (kernels/winograd.hpp), two to three times sooner than direct ones; those of stride 2 are one
// contraction over three runs of consecutive floats, 1 x 1 convolutions one over a cell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "base/cancellation.hpp"
#include "base/memory_layout.hpp"
#include "base/preparation.hpp"
#include "base/thread_pool.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "kernels/winograd.hpp"
#include "model/pack.hpp"
#include "nets/embedding_shape.hpp"
#include "nets/feature_map.hpp"
#include "nets/folded_convolution.hpp"
#include "nets/winograd_memory.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class ResNet {
 public:
  /// Batch norms are folded into the convolutions here.
  /// Where there is a `pool`, the weights are packed on its workers, to be waited for before run(),
  /// and `pack` must outlive it.
  ResNet(const model::Pack& pack, const EmbeddingShape& shape, const kernels::KernelSet& kernels,
         ThreadPool* pool = nullptr);

  const EmbeddingShape& shape() const { return shape_; }

  /// See Preparation.
  void wait() const { packing_.wait(); }

  struct Workspace {
    /// Room for up to `max_frames` feature frames, in memory of its own.
    Workspace(const EmbeddingShape& shape, int max_frames);
    /// In the layout's.
    Workspace(const EmbeddingShape& shape, int max_frames, MemoryLayout& layout);
    int max_frames;
    std::span<float> input;
    /// A block's input in the first or the third, in turn; in the others what is between its
    /// convolutions.
    std::span<float> maps[4];
    std::span<char> winograd;

   private:
    void place(const EmbeddingShape& shape, MemoryLayout& layout);
    AlignedBuffer<std::byte> own_;
  };

  /// `features`: [frames, 80], their mean already subtracted. `out`: [trunk_frames(frames),
  /// trunk_dimensions()], each row [10 bins, trunk_channels()]; 2560 and 256 of ResNet34. frames
  /// from 1 to workspace.max_frames. Allocates nothing. Throws Error{cancelled} soon after the
  /// token, where there is one, was set.
  void run(const float* features, int frames, Workspace& workspace, float* out,
           const Checkpoint& checkpoint = {}) const;

 private:
  struct Convolution {
    kernels::WinogradWeights weights;
    std::vector<float> bias;
  };
  struct Block {
    int stride = 1;
    int channels = 0;  ///< Of its 3 x 3 convolutions.
    int outputs = 0;
    bool has_shortcut = false;
    kernels::PackedWeights reduce;   ///< 1 x 1, of a bottleneck; then
    Convolution first;               ///< 3 x 3 where the stride is 1,
    kernels::PackedWeights strided;  ///< and where it is not;
    Convolution second;              ///< then 3 x 3 of a basic block,
    kernels::PackedWeights expand;   ///< and 1 x 1 of a bottleneck.
    kernels::PackedWeights shortcut;
  };
  using Map = FeatureMap<float>;

  void pack_block(const model::Pack& pack, const std::string& name, int inputs,
                  std::span<std::uint32_t> first_memory, std::span<std::uint32_t> second_memory,
                  Block& block, Preparation::Jobs& jobs) const;
  /// 3 x 3 of stride 1, from `input` to an output of as many lines and bins.
  void convolve(const Convolution& convolution, const Map& input, const Map* residual,
                float* output, std::ptrdiff_t output_line_stride, Workspace& workspace) const;

  const EmbeddingShape shape_;
  const kernels::KernelSet& kernels_;
  kernels::PackedWeights stem_;
  std::vector<Block> blocks_;
  WinogradMemory winograd_weights_;  ///< Of all blocks.
  Preparation packing_;
  std::vector<float> ones_;  ///< The residual's scale.
};

}  // namespace diarist::nets
