// What comes out of the trunk's batch norms, measured: mean and variance of each channel.
//
// Of a net that was trained with them, a norm's own shift and scale say it (activation_range.hpp).
// Of one whose norms were folded into the convolutions nothing does, and it has to be heard. In
// f32, with every convolution a direct one, since what lies between convolution and ReLU is wanted.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/cancellation.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "model/pack.hpp"
#include "nets/activation_range.hpp"
#include "nets/embedding_shape.hpp"
#include "nets/feature_map.hpp"

namespace diarist::nets {

/// Not safe to share.
class NormMoments {
 public:
  /// `shape` has basic blocks.
  NormMoments(const model::Pack& pack, const EmbeddingShape& shape,
              const kernels::KernelSet& kernels);

  /// Runs the trunk over `features` [frames, 80], at least one frame, less their mean. Memory for
  /// some seconds of features is made anew each time. Throws Error{cancelled}.
  void add(const float* features, int frames, const CancellationToken& cancellation);

  /// Over all that was added, by the norm's name without "embedding.". Empty before.
  std::map<std::string, ChannelMoments> moments() const;

 private:
  /// A convolution with the norm after it.
  struct Layer {
    std::string norm;
    kernels::PackedWeights weights;
    int channels = 0;
    int stride = 1;
    bool is_pointwise = false;
    double cells = 0;
    std::vector<double> sum;
    std::vector<double> squares;
  };
  struct Map {
    std::vector<float> values;
    FeatureMap<float> view{};
  };

  Layer layer(const model::Pack& pack, const std::string& convolution, const std::string& norm,
              int channels, int inputs, int taps, int stride) const;
  static Map map(int lines, int bins, int channels);
  /// What comes out of a layer's norm, taken into account.
  Map heard(Layer& layer, const Map& input) const;

  const EmbeddingShape shape_;
  const kernels::KernelSet& kernels_;
  Layer stem_;
  struct Block {
    Layer first;
    Layer second;
    std::vector<Layer> shortcut;  ///< One or none.
  };
  std::vector<Block> blocks_;
};

}  // namespace diarist::nets
