// The trunk of the embedding network: features [frames, 80] to [frames / 8, 2560].
//
// ResNet34 (He et al. 2016) over the time-frequency plane as WeSpeaker builds it. Feature maps lie
// as [time, frequency, channels] with a border of one zero cell on every side, so that every 3 x 3
// convolution is one contraction over three runs of consecutive floats.
#pragma once

#include <vector>

#include "base/aligned_buffer.hpp"
#include "base/cancellation.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "model/pack.hpp"
#include "nets/embedding_shape.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class ResNet {
 public:
  /// Batch norms are folded into the convolutions here.
  ResNet(const model::Pack& pack, const kernels::KernelSet& kernels);

  struct Workspace {
    /// Room for up to `max_frames` feature frames.
    explicit Workspace(int max_frames);
    AlignedBuffer<float> input;
    AlignedBuffer<float> maps[3];  ///< block inputs and middles, used in turn
    int max_frames;
  };

  /// `features`: [frames, 80], their mean already subtracted. `out`: [trunk_frames(frames), 2560],
  /// each row [10 bins, 256 channels]. frames from 1 to workspace.max_frames. Allocates nothing.
  /// Throws Error{cancelled} soon after the token, where there is one, was set.
  void run(const float* features, int frames, Workspace& workspace, float* out,
           const CancellationToken* cancellation = nullptr) const;

 private:
  struct Block {
    int stride;
    kernels::PackedWeights first;
    kernels::PackedWeights second;
    kernels::PackedWeights shortcut;  ///< empty where the block keeps its shape
  };

  const kernels::KernelSet& kernels_;
  kernels::PackedWeights stem_;
  std::vector<Block> blocks_;
};

}  // namespace diarist::nets
