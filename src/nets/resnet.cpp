#include "nets/resnet.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <string>
#include <utility>

namespace diarist::nets {
namespace {

constexpr EmbeddingShape kShape = kEmbedding;

// [lines + 2, bins + 2, channels], the outer cells zero.
struct FeatureMap {
  float* data;
  int lines;  // time
  int bins;   // frequency
  int channels;

  std::ptrdiff_t line_stride() const { return static_cast<std::ptrdiff_t>(bins + 2) * channels; }
  float* inside() const { return data + line_stride() + channels; }

  void clear_border() const {
    const std::ptrdiff_t line = line_stride();
    std::fill(data, data + line, 0.0F);
    std::fill(data + (lines + 1) * line, data + (lines + 2) * line, 0.0F);
    for (int t = 1; t <= lines; ++t) {
      std::fill(data + t * line, data + t * line + channels, 0.0F);
      std::fill(data + (t + 1) * line - channels, data + (t + 1) * line, 0.0F);
    }
  }
};

constexpr std::size_t map_size(int lines, int bins, int channels) {
  return static_cast<std::size_t>(lines + 2) * (bins + 2) * channels;
}

// A convolution without bias and the batch norm after it, as one convolution with bias; taps turned
// from PyTorch's [out, in, frequency, time] to our [out, time, frequency, in].
kernels::PackedWeights folded(const model::Pack& pack, const std::string& conv,
                              const std::string& norm, int out, int in, int taps, int panel) {
  const std::string prefix = "embedding.";
  const auto weights = pack.floats(prefix + conv + ".weight", {out, in, taps, taps});
  const auto gamma = pack.floats(prefix + norm + ".weight", {out});
  const auto beta = pack.floats(prefix + norm + ".bias", {out});
  const auto mean = pack.floats(prefix + norm + ".running_mean", {out});
  const auto variance = pack.floats(prefix + norm + ".running_var", {out});
  std::vector<float> matrix(weights.size());
  std::vector<float> bias(static_cast<std::size_t>(out));
  for (int o = 0; o < out; ++o) {
    const auto i = static_cast<std::size_t>(o);
    const double scale = static_cast<double>(gamma[i]) /
                         std::sqrt(static_cast<double>(variance[i]) + kBatchNormEpsilon);
    bias[i] =
        static_cast<float>(static_cast<double>(beta[i]) - static_cast<double>(mean[i]) * scale);
    for (int c = 0; c < in; ++c) {
      for (int f = 0; f < taps; ++f) {
        for (int t = 0; t < taps; ++t) {
          const std::size_t from = ((i * in + c) * taps + f) * taps + t;
          const std::size_t to = ((i * taps + t) * taps + f) * in + c;
          matrix[to] = static_cast<float>(static_cast<double>(weights[from]) * scale);
        }
      }
    }
  }
  return kernels::PackedWeights(matrix, out, taps * taps * in, bias, panel);
}

// A 3 x 3 convolution with a border of one, from `input` to an output of `lines` x `bins`.
kernels::Contraction convolution(const FeatureMap& input, int stride,
                                 const kernels::PackedWeights& weights, int lines, int bins) {
  kernels::Contraction c;
  c.input = input.data;
  c.line_stride = stride * input.line_stride();
  c.row_stride = static_cast<std::ptrdiff_t>(stride) * input.channels;
  c.segments = 3;
  c.segment_stride = input.line_stride();
  c.weights = &weights;
  c.lines = lines;
  c.rows = bins;
  return c;
}

void write_to(kernels::Contraction& c, const FeatureMap& map) {
  c.output = map.inside();
  c.output_line_stride = map.line_stride();
  c.output_row_stride = map.channels;
}

void add_from(kernels::Contraction& c, const FeatureMap& map) {
  c.residual = map.inside();
  c.residual_line_stride = map.line_stride();
  c.residual_row_stride = map.channels;
}

}  // namespace

ResNet::Workspace::Workspace(int frames)
    : input(map_size(frames, kShape.mel_bins, 1)), max_frames(frames) {
  // Stages take their inputs from the first map and the third in turn; the second holds every
  // stage's middles. The first stage needs the most but for a few frames, where borders weigh more.
  std::array<std::size_t, kShape.channels.size()> stages{};
  int lines = frames;
  int bins = kShape.mel_bins;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    stages[stage] = map_size(lines, bins, kShape.channels[stage]);
    lines = EmbeddingShape::halved(lines);
    bins = EmbeddingShape::halved(bins);
  }
  maps[0] = AlignedBuffer<float>(std::max(stages[0], stages[2]));
  maps[1] = AlignedBuffer<float>(*std::max_element(stages.begin(), stages.end()));
  maps[2] = AlignedBuffer<float>(std::max(stages[1], stages[3]));
}

ResNet::ResNet(const model::Pack& pack, const kernels::KernelSet& kernels) : kernels_(kernels) {
  stem_ = folded(pack, "conv1", "bn1", kShape.channels[0], 1, 3, kernels.panel);
  int in = kShape.channels[0];
  for (std::size_t stage = 0; stage < kShape.blocks.size(); ++stage) {
    const int out = kShape.channels[stage];
    for (int b = 0; b < kShape.blocks[stage]; ++b) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(b) + ".";
      Block block;
      block.stride = stage > 0 && b == 0 ? 2 : 1;
      block.first = folded(pack, name + "conv1", name + "bn1", out, in, 3, kernels.panel);
      block.second = folded(pack, name + "conv2", name + "bn2", out, out, 3, kernels.panel);
      if (block.stride != 1 || in != out) {
        block.shortcut =
            folded(pack, name + "shortcut.0", name + "shortcut.1", out, in, 1, kernels.panel);
      }
      blocks_.push_back(std::move(block));
      in = out;
    }
  }
}

void ResNet::run(const float* features, int frames, Workspace& workspace, float* out,
                 const CancellationToken* cancellation) const {
  assert(frames >= 1 && frames <= workspace.max_frames);
  const FeatureMap input{workspace.input.data(), frames, kShape.mel_bins, 1};
  input.clear_border();
  for (int t = 0; t < frames; ++t) {
    std::copy_n(features + static_cast<std::ptrdiff_t>(t) * kShape.mel_bins, kShape.mel_bins,
                input.inside() + t * input.line_stride());
  }

  // `x` holds a block's input, `middle` what its first convolution gives; the block's output takes
  // the place of its input, but for the blocks that shrink the map: their output goes to the spare
  // one.
  float* middle_data = workspace.maps[1].data();
  float* spare = workspace.maps[2].data();
  FeatureMap x{workspace.maps[0].data(), frames, kShape.mel_bins, kShape.channels[0]};
  x.clear_border();
  kernels::Contraction stem = convolution(input, 1, stem_, x.lines, x.bins);
  stem.activation = kernels::Activation::relu;
  write_to(stem, x);
  kernels_.contract(stem);

  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const Block& block = blocks_[b];
    const int channels = block.first.columns();
    const int lines = block.stride == 1 ? x.lines : EmbeddingShape::halved(x.lines);
    const int bins = block.stride == 1 ? x.bins : EmbeddingShape::halved(x.bins);
    const FeatureMap middle{middle_data, lines, bins, channels};
    middle.clear_border();
    kernels::Contraction first = convolution(x, block.stride, block.first, lines, bins);
    first.activation = kernels::Activation::relu;
    write_to(first, middle);
    stop_if_cancelled(cancellation);
    kernels_.contract(first);

    if (block.shortcut.columns() != 0) {
      const FeatureMap y{spare, lines, bins, channels};
      y.clear_border();
      kernels::Contraction shortcut;
      shortcut.input = x.inside();
      shortcut.line_stride = block.stride * x.line_stride();
      shortcut.row_stride = static_cast<std::ptrdiff_t>(block.stride) * x.channels;
      shortcut.weights = &block.shortcut;
      shortcut.lines = lines;
      shortcut.rows = bins;
      write_to(shortcut, y);
      kernels_.contract(shortcut);
      spare = x.data;
      x = y;
    }

    kernels::Contraction second = convolution(middle, 1, block.second, lines, bins);
    second.activation = kernels::Activation::relu;
    add_from(second, x);
    if (b + 1 == blocks_.size()) {
      second.output = out;
      second.output_line_stride = static_cast<std::ptrdiff_t>(bins) * channels;
      second.output_row_stride = channels;
    } else {
      write_to(second, x);
    }
    stop_if_cancelled(cancellation);
    kernels_.contract(second);
  }
}

}  // namespace diarist::nets
