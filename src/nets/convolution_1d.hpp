// A 1-D convolution of five taps over channels-last frames, by kernels/winograd_1d.hpp.
#pragma once

#include <cstddef>
#include <span>

#include "base/memory_layout.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/winograd_1d.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class Convolution1d {
 public:
  Convolution1d() = default;

  /// `matrix`: [channels, 5 * inputs], taps first; `bias`: [channels].
  Convolution1d(std::span<const float> matrix, int channels, int inputs,
                std::span<const float> bias, const kernels::KernelSet& kernels)
      : weights_(matrix, channels, inputs, bias, kernels.panel) {}

  int channels() const { return weights_.columns(); }

  struct Workspace {
    /// For convolutions of at most `inputs` channels to at most `channels`.
    void place(int inputs, int channels, MemoryLayout& layout);
    std::span<float> transformed;
    std::span<float> products;
  };

  /// `input`: [frames + 4, inputs]. output: [frames, channels], of at least four frames.
  void run(const kernels::KernelSet& kernels, const float* input, int frames, Workspace& workspace,
           float* output) const;

 private:
  kernels::Winograd1dWeights weights_;
};

}  // namespace diarist::nets
