#include "nets/norm_moments.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "nets/direct_convolution.hpp"
#include "nets/folded_convolution.hpp"

namespace diarist::nets {
namespace {

/// Calls visit(value, channel) for every value inside a map.
template <typename Visit>
void each_inside(const FeatureMap<float>& map, Visit visit) {
  for (int t = 0; t < map.lines; ++t) {
    float* cell = map.line(t) + map.channels;
    for (int bin = 0; bin < map.bins; ++bin, cell += map.channels) {
      for (int c = 0; c < map.channels; ++c) visit(cell[c], static_cast<std::size_t>(c));
    }
  }
}

void rectify(const FeatureMap<float>& map) {
  each_inside(map, [](float& value, std::size_t) { value = std::max(value, 0.0F); });
}

}  // namespace

NormMoments::NormMoments(const model::Pack& pack, const EmbeddingShape& shape,
                         const kernels::KernelSet& kernels)
    : shape_(shape),
      kernels_(kernels),
      stem_(layer(pack, "conv1", "bn1", shape.stem_channels(), 1, 3, 1)) {
  assert(!shape.bottleneck);
  int inputs = shape.stem_channels();
  for (std::size_t stage = 0; stage < shape.blocks.size(); ++stage) {
    const int channels = shape.channels[stage];
    for (int b = 0; b < shape.blocks[stage]; ++b) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(b) + ".";
      const int stride = stage > 0 && b == 0 ? 2 : 1;
      Block block{layer(pack, name + "conv1", name + "bn1", channels, inputs, 3, stride),
                  layer(pack, name + "conv2", name + "bn2", channels, channels, 3, 1),
                  {}};
      if (b == 0 && shape.has_shortcut(stage)) {
        block.shortcut.push_back(
            layer(pack, name + "shortcut.0", name + "shortcut.1", channels, inputs, 1, stride));
      }
      blocks_.push_back(std::move(block));
      inputs = channels;
    }
  }
}

NormMoments::Layer NormMoments::layer(const model::Pack& pack, const std::string& convolution,
                                      const std::string& norm, int channels, int inputs, int taps,
                                      int stride) const {
  Layer layer;
  layer.norm = norm;
  layer.weights = packed(folded(pack, convolution, norm, channels, inputs, taps), kernels_.panel);
  layer.channels = channels;
  layer.stride = stride;
  layer.is_pointwise = taps == 1;
  layer.sum.resize(static_cast<std::size_t>(channels));
  layer.squares.resize(static_cast<std::size_t>(channels));
  return layer;
}

NormMoments::Map NormMoments::map(int lines, int bins, int channels) {
  Map map;
  map.values.resize(FeatureMap<float>::size(lines, bins, channels));
  map.view = {map.values.data(), lines, bins, channels};
  return map;
}

NormMoments::Map NormMoments::heard(Layer& layer, const Map& input) const {
  const bool strided = layer.stride != 1;
  Map output =
      map(strided ? EmbeddingShape::halved(input.view.lines) : input.view.lines,
          strided ? EmbeddingShape::halved(input.view.bins) : input.view.bins, layer.channels);
  kernels_.contract(layer.is_pointwise
                        ? pointwise(input.view, layer.stride, layer.weights, output.view)
                        : direct(input.view, layer.stride, layer.weights, output.view));
  each_inside(output.view, [&](float value, std::size_t channel) {
    const auto x = static_cast<double>(value);
    layer.sum[channel] += x;
    layer.squares[channel] += x * x;
  });
  layer.cells += static_cast<double>(output.view.lines) * output.view.bins;
  return output;
}

void NormMoments::add(const float* features, int frames, const CancellationToken& cancellation) {
  Map input = map(frames, EmbeddingShape::kMelBins, 1);
  input.view.fill(features);
  Map x = heard(stem_, input);
  rectify(x.view);
  for (Block& block : blocks_) {
    stop_if_cancelled(cancellation);
    Map middle = heard(block.first, x);
    rectify(middle.view);
    Map y = heard(block.second, middle);
    if (!block.shortcut.empty()) x = heard(block.shortcut[0], x);
    // Both lie alike, borders of zeros and all.
    for (std::size_t i = 0; i < y.values.size(); ++i) y.values[i] += x.values[i];
    rectify(y.view);
    x = std::move(y);
  }
}

std::map<std::string, ChannelMoments> NormMoments::moments() const {
  std::map<std::string, ChannelMoments> all;
  const auto tell = [&all](const Layer& layer) {
    if (layer.cells == 0) return;
    ChannelMoments& moments = all[layer.norm];
    for (std::size_t c = 0; c < layer.sum.size(); ++c) {
      const double mean = layer.sum[c] / layer.cells;
      moments.mean.push_back(mean);
      moments.variance.push_back(std::max(0.0, layer.squares[c] / layer.cells - mean * mean));
    }
  };
  tell(stem_);
  for (const Block& block : blocks_) {
    tell(block.first);
    tell(block.second);
    if (!block.shortcut.empty()) tell(block.shortcut[0]);
  }
  return all;
}

}  // namespace diarist::nets
