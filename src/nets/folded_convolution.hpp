// A convolution of the trunk and the batch norm after it, as one convolution with a bias.
#pragma once

#include <string>
#include <vector>

#include "kernels/packed_weights.hpp"
#include "model/pack.hpp"

namespace diarist::nets {

/// Weights as the kernels take them: [out, taps (time), taps (frequency), in], PyTorch's [out, in,
/// frequency, time] turned.
struct FoldedConvolution {
  int out = 0;
  int in = 0;
  int taps = 0;
  std::vector<float> matrix;
  std::vector<float> bias;
};

/// `convolution` and `norm` are names in the pack without "embedding.".
FoldedConvolution folded(const model::Pack& pack, const std::string& convolution,
                         const std::string& norm, int out, int in, int taps);

/// For a direct convolution in f32.
kernels::PackedWeights packed(const FoldedConvolution& convolution, int panel);

}  // namespace diarist::nets
