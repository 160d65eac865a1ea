// SincNet front end of the segmentation network: samples to 589 frames of channels, 60 of them
// unless the network has another number.
//
// Ravanelli and Bengio 2018, with the cosine and sine filters of asteroid-filterbanks' ParamSincFB
// that pyannote uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "base/cancellation.hpp"
#include "base/memory_layout.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "model/pack.hpp"
#include "nets/convolution_1d.hpp"
#include "nets/segmentation_shape.hpp"

namespace diarist::nets {

/// Raw sinc responses of the last window of a recording that goes on: what the next window, a
/// little later, need not compute again: 5 MB. Of one network, and of windows that go on in time.
/// Not safe to share.
class SincResponses {
 public:
  explicit SincResponses(const SegmentationShape& shape);

 private:
  friend class SincNet;
  AlignedBuffer<float> ring_;
  std::int64_t end_ = 0;  ///< Those before it are there, as far back as a window reaches.
};

/// Immutable; safe from any thread, each with a workspace of its own.
class SincNet {
 public:
  SincNet(const model::Pack& pack, const SegmentationShape& shape,
          const kernels::KernelSet& kernels);

  struct Workspace {
    /// In memory of its own.
    explicit Workspace(const SegmentationShape& shape);
    /// In the layout's.
    Workspace(const SegmentationShape& shape, MemoryLayout& layout);
    /// Raw sinc responses of one window in a ring, the first of them once more behind the last: see
    /// run().
    std::span<float> raw;
    std::span<float>
        folded;  ///< Runs of samples, see kernels/symmetric_fold.hpp: sums, differences.
    std::span<float> pooled;
    std::span<float> convolved;
    std::span<float> shift;
    Convolution1d::Workspace convolution;

   private:
    void place(const SegmentationShape& shape, MemoryLayout& layout);
    AlignedBuffer<std::byte> own_;
  };

  /// `samples`: windows start every `step_samples` (a multiple of the stride, 10) from its first
  /// one; the last window ends inside it. Frame t of window w goes to out + (t * windows + w) * 60.
  ///
  /// The sinc convolution is linear and windows start on multiples of its stride, so that
  /// overlapping windows share its raw output; the normalisation of each window's samples becomes
  /// an affine step after it.
  void run(const float* samples, int windows, int step_samples, Workspace& workspace, float* out,
           const Checkpoint& checkpoint = {}) const;

  /// A window of a recording that goes on.
  struct Window {
    const float* samples = nullptr;      ///< [160000]
    std::int64_t first = 0;              ///< Where it starts: a multiple of the stride.
    std::int64_t heard = 0;              ///< Samples that have been heard, the others are zeros.
    SincResponses* responses = nullptr;  ///< Of the window before it, which started no later.
  };
  /// The same of windows of different recordings; bit for bit what each window alone gives.
  void run(std::span<const Window> windows, Workspace& workspace, float* out,
           const Checkpoint& checkpoint = {}) const;

 private:
  struct Layer {
    Convolution1d convolution;
    std::vector<float> norm_scale;
    std::vector<float> norm_shift;
  };

  void respond(const float* samples, std::int64_t origin, std::int64_t first, std::int64_t end,
               Workspace& workspace, float* ring) const;
  void silence(std::int64_t first, std::int64_t end, float* ring) const;
  void features(const float* samples, const float* ring, std::int64_t begin, Workspace& workspace,
                float* out, std::ptrdiff_t out_stride) const;

  const kernels::KernelSet& kernels_;
  float wave_scale_ = 1;
  float wave_shift_ = 0;
  int filter_count_;
  kernels::PackedWeights cosines_;  ///< Of a symmetric filter and an antisymmetric one for each
  kernels::PackedWeights sines_;    ///< band, what runs folded about the middle need.
  std::vector<float> filter_sums_;
  std::vector<float> norm_scale_;
  std::vector<float> norm_shift_;
  Layer second_;
  Layer third_;
};

}  // namespace diarist::nets
