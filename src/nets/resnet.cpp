#include "nets/resnet.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>

#include "nets/feature_map.hpp"

namespace diarist::nets {
namespace {

constexpr EmbeddingShape kShape = kEmbedding;

using Map = FeatureMap<float>;

// A direct convolution of 3 x 3 taps from `input` to `output`.
kernels::Contraction direct(const Map& input, int stride, const kernels::PackedWeights& weights,
                            const Map& output) {
  kernels::Contraction c;
  c.input = input.data;
  c.line_stride = stride * input.line_stride();
  c.row_stride = static_cast<std::ptrdiff_t>(stride) * input.channels;
  c.segments = 3;
  c.segment_stride = input.line_stride();
  c.weights = &weights;
  c.output = output.inside();
  c.output_line_stride = output.line_stride();
  c.output_row_stride = output.channels;
  c.lines = output.lines;
  c.rows = output.bins;
  return c;
}

}  // namespace

ResNet::Workspace::Workspace(int frames)
    : max_frames(frames), own_(memory_for([this](MemoryLayout& layout) { place(layout); })) {}

ResNet::Workspace::Workspace(int frames, MemoryLayout& layout) : max_frames(frames) {
  place(layout);
}

void ResNet::Workspace::place(MemoryLayout& layout) {
  input = layout.place<float>(Map::size(max_frames, kShape.mel_bins, 1));
  winograd = layout.place<char>(kernels::kWinogradWorkspaceBytes);
  // Stages take their inputs from the first map and the third in turn; the second holds every
  // stage's middles. The first stage needs the most but for a few frames, where borders weigh more.
  std::array<std::size_t, kShape.channels.size()> stages{};
  int lines = max_frames;
  int bins = kShape.mel_bins;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    stages[stage] = Map::size(lines, bins, kShape.channels[stage]);
    lines = EmbeddingShape::halved(lines);
    bins = EmbeddingShape::halved(bins);
  }
  maps[0] = layout.place<float>(std::max(stages[0], stages[2]));
  maps[1] = layout.place<float>(*std::max_element(stages.begin(), stages.end()));
  maps[2] = layout.place<float>(std::max(stages[1], stages[3]));
}

ResNet::ResNet(const model::Pack& pack, const kernels::KernelSet& kernels, ThreadPool* pool)
    : kernels_(kernels),
      winograd_weights_(kernels::WinogradArithmetic::f32),
      ones_(static_cast<std::size_t>(kShape.channels.back()), 1.0F) {
  stem_ = packed(folded(pack, "conv1", "bn1", kShape.channels[0], 1, 3), kernels.panel);
  std::size_t count = 0;
  for (const int blocks : kShape.blocks) count += static_cast<std::size_t>(blocks);
  blocks_.resize(count);
  const auto convolution = [&kernels](const FoldedConvolution& folded,
                                      std::span<std::uint32_t> memory) {
    return Convolution{
        kernels::WinogradWeights(folded.matrix, folded.out, folded.in, kernels.winograd_panel,
                                 kernels::WinogradArithmetic::f32, memory),
        folded.bias};
  };
  Preparation::Jobs jobs;
  std::size_t index = 0;
  int in = kShape.channels[0];
  for (std::size_t stage = 0; stage < kShape.blocks.size(); ++stage) {
    const int out = kShape.channels[stage];
    for (int b = 0; b < kShape.blocks[stage]; ++b, ++index) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(b) + ".";
      Block& block = blocks_[index];
      block.stride = stage > 0 && b == 0 ? 2 : 1;
      block.channels = out;
      jobs.push_back([&pack, &kernels, &block, name, out, in, convolution,
                      memory = winograd_weights_.of(index, 0)] {
        const FoldedConvolution first = folded(pack, name + "conv1", name + "bn1", out, in, 3);
        if (block.stride == 1) {
          block.first = convolution(first, memory);
          return;
        }
        block.strided = packed(first, kernels.panel);
        block.shortcut = packed(folded(pack, name + "shortcut.0", name + "shortcut.1", out, in, 1),
                                kernels.panel);
      });
      jobs.push_back([&pack, &block, name, out, convolution,
                      memory = winograd_weights_.of(index, 1)] {
        block.second = convolution(folded(pack, name + "conv2", name + "bn2", out, out, 3), memory);
      });
      in = out;
    }
  }
  packing_.start(std::move(jobs), pool);
}

void ResNet::run(const float* features, int frames, Workspace& workspace, float* out,
                 const CancellationToken* cancellation) const {
  assert(frames >= 1 && frames <= workspace.max_frames);
  const Map input{workspace.input.data(), frames, kShape.mel_bins, 1};
  input.fill(features);

  // `x` holds a block's input, `middle` what its first convolution gives; the block's output takes
  // the place of its input, but for the blocks that shrink the map: their output goes to the spare
  // one.
  float* spare = workspace.maps[2].data();
  Map x{workspace.maps[0].data(), frames, kShape.mel_bins, kShape.channels[0]};
  x.clear_border();
  kernels::Contraction stem = direct(input, 1, stem_, x);
  stem.activation = kernels::Activation::relu;
  kernels_.contract(stem);

  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const Block& block = blocks_[b];
    const bool strided = block.stride != 1;
    const int lines = strided ? EmbeddingShape::halved(x.lines) : x.lines;
    const int bins = strided ? EmbeddingShape::halved(x.bins) : x.bins;
    const Map middle{workspace.maps[1].data(), lines, bins, block.channels};
    middle.clear_border();
    stop_if_cancelled(cancellation);

    kernels::WinogradConvolution c;
    c.workspace = workspace.winograd.data();
    c.lines = lines;
    c.bins = bins;
    const auto convolve = [&](const Convolution& convolution, const Map& from) {
      c.input = from.data;
      c.input_line_stride = from.line_stride();
      c.weights = &convolution.weights;
      c.scale = convolution.weights.scale();
      c.offset = convolution.bias.data();
      kernels_.winograd(c);
    };
    if (strided) {
      kernels::Contraction first = direct(x, block.stride, block.strided, middle);
      first.activation = kernels::Activation::relu;
      kernels_.contract(first);
      const Map y{spare, lines, bins, block.channels};
      y.clear_border();
      kernels::Contraction shortcut = direct(x, block.stride, block.shortcut, y);
      shortcut.input = x.inside();
      shortcut.segments = 1;
      kernels_.contract(shortcut);
      spare = x.data;
      x = y;
    } else {
      c.output = middle.inside();
      c.output_line_stride = middle.line_stride();
      convolve(block.first, x);
    }
    stop_if_cancelled(cancellation);

    c.residual = x.inside();
    c.residual_scale = ones_.data();
    c.residual_line_stride = x.line_stride();
    const bool last = b + 1 == blocks_.size();
    c.output = last ? out : x.inside();
    c.output_line_stride =
        last ? static_cast<std::ptrdiff_t>(bins) * block.channels : x.line_stride();
    convolve(block.second, middle);
  }
}

}  // namespace diarist::nets
