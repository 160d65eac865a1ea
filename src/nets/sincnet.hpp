// SincNet front end of the segmentation network: samples to 589 frames of 60 channels.
//
// Ravanelli and Bengio 2018, with the cosine and sine filters of asteroid-filterbanks' ParamSincFB
// that pyannote uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "diarist/options.hpp"

#include "base/aligned_buffer.hpp"
#include "base/cancellation.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "kernels/packed_weights_i16.hpp"
#include "model/pack.hpp"
#include "nets/segmentation_shape.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class SincNet {
 public:
  /// Precision::int8: the second and third convolution in 16-bit codes. All others: f32.
  SincNet(const model::Pack& pack, const kernels::KernelSet& kernels,
          Precision precision = Precision::f32);

  struct Workspace {
    Workspace();
    /// Raw sinc responses, two windows of them: see run().
    AlignedBuffer<float> raw;
    AlignedBuffer<float> pooled;
    AlignedBuffer<std::int16_t> codes;  ///< what was pooled, normalised
    AlignedBuffer<float> convolved;
    AlignedBuffer<float> shift;
  };

  /// `samples`: windows start every `step_samples` (a multiple of the stride, 10) from its first
  /// one; the last window ends inside it. Frame t of window w goes to out + (t * windows + w) * 60.
  ///
  /// The sinc convolution is linear and windows start on multiples of its stride, so that
  /// overlapping windows share its raw output; the normalisation of each window's samples becomes
  /// an affine step after it.
  void run(const float* samples, int windows, int step_samples, Workspace& workspace, float* out,
           const CancellationToken* cancellation = nullptr) const;

 private:
  /// A normalisation and the convolution after it.
  struct Layer {
    int channels;
    std::vector<float> norm_scale;
    std::vector<float> norm_shift;
    kernels::PackedWeights weights;         // this one
    kernels::PackedWeightsI16 weights_i16;  // or that
  };

  Layer read_layer(const model::Pack& pack, int index, int channels) const;
  /// What was pooled, `pooled_frames` of it, to `frames` of the next convolution's output.
  void convolve(const Layer& layer, int pooled_frames, int frames, Workspace& workspace) const;

  const kernels::KernelSet& kernels_;
  bool integers_;
  float wave_scale_ = 1;
  float wave_shift_ = 0;
  kernels::PackedWeights filters_;
  std::vector<float> filter_sums_;
  Layer second_;
  Layer third_;
  std::vector<float> norm_scale_;  // of the last normalisation
  std::vector<float> norm_shift_;
};

}  // namespace diarist::nets
