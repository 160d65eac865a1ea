#include "nets/folded_convolution.hpp"

#include <cmath>

#include "nets/embedding_shape.hpp"

namespace diarist::nets {

FoldedConvolution folded(const model::Pack& pack, const std::string& convolution,
                         const std::string& norm, int out, int in, int taps) {
  const std::string prefix = "embedding.";
  const auto weights = pack.floats(prefix + convolution + ".weight", {out, in, taps, taps});
  const auto gamma = pack.floats(prefix + norm + ".weight", {out});
  const auto mean = pack.floats(prefix + norm + ".running_mean", {out});
  const auto variance = pack.floats(prefix + norm + ".running_var", {out});
  FoldedConvolution result;
  result.out = out;
  result.in = in;
  result.taps = taps;
  result.matrix.resize(weights.size());
  result.bias.resize(static_cast<std::size_t>(out));
  result.shift = pack.floats(prefix + norm + ".bias", {out});
  for (int o = 0; o < out; ++o) {
    const auto i = static_cast<std::size_t>(o);
    const double scale = static_cast<double>(gamma[i]) /
                         std::sqrt(static_cast<double>(variance[i]) + kBatchNormEpsilon);
    result.bias[i] = static_cast<float>(static_cast<double>(result.shift[i]) -
                                        static_cast<double>(mean[i]) * scale);
    result.spread.push_back(std::abs(gamma[i]));
    for (int c = 0; c < in; ++c) {
      for (int f = 0; f < taps; ++f) {
        for (int t = 0; t < taps; ++t) {
          const std::size_t from = ((i * in + c) * taps + f) * taps + t;
          const std::size_t to = ((i * taps + t) * taps + f) * in + c;
          result.matrix[to] = static_cast<float>(static_cast<double>(weights[from]) * scale);
        }
      }
    }
  }
  return result;
}

}  // namespace diarist::nets
