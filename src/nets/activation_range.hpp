// How large the trunk's activations become, read off its batch norms: what 8-bit codes must span.
//
// A batch norm says what came out of its convolution in training: for each channel a mean (its
// shift) and a standard deviation (its scale). From there the moments of every map follow, taking
// the sum of a block's two branches as independent and each channel as normally distributed before
// its ReLU. So ranges need no recordings to be calibrated on, hold for any pack of this
// architecture, and do not depend on the block of audio at hand. The idea is that of data-free
// quantization (Nagel et al. 2019).
#pragma once

#include <string>
#include <vector>

#include "model/pack.hpp"

namespace diarist::nets {

/// Moments of each channel of a map.
struct ChannelMoments {
  std::vector<double> mean;
  std::vector<double> variance;
};

/// What comes out of the batch norm of that name (without "embedding.").
ChannelMoments moments_after(const model::Pack& pack, const std::string& norm, int channels);
ChannelMoments sum(const ChannelMoments& a, const ChannelMoments& b);
/// After a ReLU.
ChannelMoments rectified(const ChannelMoments& moments);

/// The largest value of each channel after its ReLU that codes should tell from larger ones;
/// `moments` are those before it. Positive.
std::vector<float> activation_range(const ChannelMoments& moments);

}  // namespace diarist::nets
