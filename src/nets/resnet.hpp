// The trunk of the embedding network: features [frames, 80] to [frames / 8, 2560].
//
// ResNet34 (He et al. 2016) over the time-frequency plane as WeSpeaker builds it, in f32. Feature
// maps lie as [time, frequency, channels] in zeros (feature_map.hpp). Convolutions of stride 1 are
// Winograd's (kernels/winograd.hpp), two to three times sooner than direct ones; those of stride 2
// are one contraction over three runs of consecutive floats.
#pragma once

#include <cstddef>
#include <span>
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
#include "nets/folded_convolution.hpp"
#include "nets/winograd_memory.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class ResNet {
 public:
  /// Batch norms are folded into the convolutions here.
  /// Where there is a `pool`, the weights are packed on its workers, to be waited for before run(),
  /// and `pack` must outlive it.
  ResNet(const model::Pack& pack, const kernels::KernelSet& kernels, ThreadPool* pool = nullptr);

  /// See Preparation.
  void wait() const { packing_.wait(); }

  struct Workspace {
    /// Room for up to `max_frames` feature frames, in memory of its own.
    explicit Workspace(int max_frames);
    /// In the layout's.
    Workspace(int max_frames, MemoryLayout& layout);
    int max_frames;
    std::span<float> input;
    std::span<float> maps[3];  ///< block inputs and middles, used in turn
    std::span<char> winograd;

   private:
    void place(MemoryLayout& layout);
    AlignedBuffer<std::byte> own_;
  };

  /// `features`: [frames, 80], their mean already subtracted. `out`: [trunk_frames(frames), 2560],
  /// each row [10 bins, 256 channels]. frames from 1 to workspace.max_frames. Allocates nothing.
  /// Throws Error{cancelled} soon after the token, where there is one, was set.
  void run(const float* features, int frames, Workspace& workspace, float* out,
           const CancellationToken* cancellation = nullptr) const;

 private:
  struct Convolution {
    kernels::WinogradWeights weights;
    std::vector<float> bias;
  };
  struct Block {
    int stride = 1;
    int channels = 0;
    Convolution first;                ///< Where the stride is 1.
    kernels::PackedWeights strided;   ///< Where it is not.
    kernels::PackedWeights shortcut;  ///< Likewise.
    Convolution second;
  };

  const kernels::KernelSet& kernels_;
  kernels::PackedWeights stem_;
  std::vector<Block> blocks_;
  WinogradMemory winograd_weights_;  ///< Of all blocks.
  Preparation packing_;
  std::vector<float> ones_;  ///< The residual's scale.
};

}  // namespace diarist::nets
