#include "nets/folded_convolution.hpp"

#include <cmath>

#include "nets/embedding_shape.hpp"

namespace diarist::nets {

FoldedConvolution folded(const model::Pack& pack, const std::string& convolution,
                         const std::string& norm, int out, int in, int taps) {
  const std::string prefix = "embedding.";
  const auto weights = pack.floats(prefix + convolution + ".weight", {out, in, taps, taps});
  const auto gamma = pack.floats(prefix + norm + ".weight", {out});
  const auto beta = pack.floats(prefix + norm + ".bias", {out});
  const auto mean = pack.floats(prefix + norm + ".running_mean", {out});
  const auto variance = pack.floats(prefix + norm + ".running_var", {out});
  FoldedConvolution result;
  result.out = out;
  result.in = in;
  result.taps = taps;
  result.matrix.resize(weights.size());
  result.bias.resize(static_cast<std::size_t>(out));
  for (int o = 0; o < out; ++o) {
    const auto i = static_cast<std::size_t>(o);
    const double scale = static_cast<double>(gamma[i]) /
                         std::sqrt(static_cast<double>(variance[i]) + kBatchNormEpsilon);
    result.bias[i] =
        static_cast<float>(static_cast<double>(beta[i]) - static_cast<double>(mean[i]) * scale);
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(o) * in * taps * taps;
    for (int t = 0; t < taps; ++t) {
      for (int f = 0; f < taps; ++f) {
        const float* from = weights.data() + row + f * taps + t;
        float* to = result.matrix.data() + row + static_cast<std::ptrdiff_t>(t * taps + f) * in;
        for (int c = 0; c < in; ++c) {
          to[c] = static_cast<float>(
              static_cast<double>(from[static_cast<std::ptrdiff_t>(c) * taps * taps]) * scale);
        }
      }
    }
  }
  return result;
}

kernels::PackedWeights packed(const FoldedConvolution& convolution, int panel) {
  const FoldedConvolution& c = convolution;
  return kernels::PackedWeights(c.matrix, c.out, c.taps * c.taps * c.in, c.bias, panel);
}

}  // namespace diarist::nets
