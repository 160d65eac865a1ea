// The trunk of the embedding network with 8-bit activations: see resnet.hpp for what it computes.
//
// Maps are 8-bit codes with one scale for each channel (activation_range.hpp). Convolutions of
// stride 1 are integer Winograd convolutions (kernels/winograd.hpp), whose epilogue adds the
// residual and gives codes again, so that each map is rounded once; those of stride 2 and the
// shortcuts are direct ones in integers (kernels/contraction_i16.hpp). The first convolution, of
// one input channel, is in f32. A shortcut's output is not rounded, and the last block's is f32, as
// pooling wants it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "base/cancellation.hpp"
#include "base/memory_layout.hpp"
#include "base/preparation.hpp"
#include "base/thread_pool.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "kernels/packed_weights_i16.hpp"
#include "kernels/winograd.hpp"
#include "model/pack.hpp"
#include "nets/embedding_shape.hpp"
#include "nets/feature_map.hpp"
#include "nets/winograd_memory.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class IntegerResNet {
 public:
  /// `shape` has basic blocks. Where there is a `pool`, the weights are packed on its workers, to
  /// be waited for before run(), and `pack` must outlive it.
  IntegerResNet(const model::Pack& pack, const EmbeddingShape& shape,
                const kernels::KernelSet& kernels, ThreadPool* pool = nullptr);

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
    std::span<std::uint8_t> maps[3];      ///< Block inputs and middles, used in turn.
    std::span<float> shortcut;            ///< [lines, bins + 1, channels] of a few lines.
    std::span<std::int16_t> strip_input;  ///< What fewer output lines need: see run_strided.
    std::span<float> strip_output;        ///< Those lines before they are codes.
    std::span<char> winograd;

   private:
    void place(const EmbeddingShape& shape, MemoryLayout& layout);
    AlignedBuffer<std::byte> own_;
  };

  /// As ResNet::run.
  void run(const float* features, int frames, Workspace& workspace, float* out,
           const Checkpoint& checkpoint = {}) const;

 private:
  using Map = FeatureMap<std::uint8_t>;

  /// The codes of one map: value = code * scale[channel].
  struct Codes {
    std::vector<float> scale;
    std::vector<float> inverse;
  };
  struct Convolution {
    kernels::WinogradWeights weights;
    std::vector<float> scale;
    std::vector<float> offset;
    std::vector<float> residual_scale;
  };
  struct Block {
    int stride = 1;
    int channels = 0;
    Codes middle;
    Convolution first;                   ///< Where the stride is 1.
    kernels::PackedWeightsI16 strided;   ///< Where it is not.
    kernels::PackedWeightsI16 shortcut;  ///< Likewise.
    Convolution second;
  };

  static Codes codes_for(const std::vector<float>& range);
  void run_stem(const float* features, int frames, Workspace& workspace, const Map& map) const;
  void run_strided(const Block& block, const Map& input, const Map& middle,
                   Workspace& workspace) const;
  void run_shortcut(const Block& block, const Map& input, int first, int lines,
                    Workspace& workspace) const;

  const EmbeddingShape shape_;
  const kernels::KernelSet& kernels_;
  kernels::PackedWeights stem_;
  Codes stem_codes_;
  std::vector<Block> blocks_;
  WinogradMemory winograd_weights_;  ///< Of all blocks.
  Preparation packing_;
};

}  // namespace diarist::nets
