#include "nets/resnet.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>

#include "nets/direct_convolution.hpp"

namespace diarist::nets {

ResNet::Workspace::Workspace(const EmbeddingShape& shape, int frames)
    : max_frames(frames), own_(memory_for([&](MemoryLayout& layout) { place(shape, layout); })) {}

ResNet::Workspace::Workspace(const EmbeddingShape& shape, int frames, MemoryLayout& layout)
    : max_frames(frames) {
  place(shape, layout);
}

void ResNet::Workspace::place(const EmbeddingShape& shape, MemoryLayout& layout) {
  input = layout.place<float>(Map::size(max_frames, EmbeddingShape::kMelBins, 1));
  winograd = layout.place<char>(kernels::kWinogradWorkspaceBytes);
  std::array<std::size_t, 4> sizes{};
  const auto grow = [&sizes](std::size_t map, int lines, int bins, int channels) {
    sizes[map] = std::max(sizes[map], Map::size(lines, bins, channels));
  };
  int lines = max_frames;
  int bins = EmbeddingShape::kMelBins;
  std::size_t inputs = 0;  // The map of a block's input: see run().
  grow(inputs, lines, bins, shape.stem_channels());
  for (std::size_t stage = 0; stage < shape.blocks.size(); ++stage) {
    if (shape.bottleneck) grow(1, lines, bins, shape.channels[stage]);
    if (stage > 0) {
      lines = EmbeddingShape::halved(lines);
      bins = EmbeddingShape::halved(bins);
    }
    grow(shape.bottleneck ? 3 : 1, lines, bins, shape.channels[stage]);
    if (shape.has_shortcut(stage)) inputs = 2 - inputs;
    grow(inputs, lines, bins, shape.output_channels(stage));
  }
  for (std::size_t map = 0; map < sizes.size(); ++map) maps[map] = layout.place<float>(sizes[map]);
}

ResNet::ResNet(const model::Pack& pack, const EmbeddingShape& shape,
               const kernels::KernelSet& kernels, ThreadPool* pool)
    : shape_(shape),
      kernels_(kernels),
      winograd_weights_(shape, kernels::WinogradArithmetic::f32),
      ones_(
          static_cast<std::size_t>(*std::max_element(shape.channels.begin(), shape.channels.end())),
          1.0F) {
  stem_ = packed(folded(pack, "conv1", "bn1", shape.stem_channels(), 1, 3), kernels.panel);
  std::size_t count = 0;
  for (const int blocks : shape.blocks) count += static_cast<std::size_t>(blocks);
  blocks_.resize(count);
  Preparation::Jobs jobs;
  std::size_t index = 0;
  int inputs = shape.stem_channels();
  for (std::size_t stage = 0; stage < shape.blocks.size(); ++stage) {
    for (int b = 0; b < shape.blocks[stage]; ++b, ++index) {
      Block& block = blocks_[index];
      block.stride = stage > 0 && b == 0 ? 2 : 1;
      block.channels = shape.channels[stage];
      block.outputs = shape.output_channels(stage);
      block.has_shortcut = b == 0 && shape.has_shortcut(stage);
      pack_block(pack, "layer" + std::to_string(stage + 1) + "." + std::to_string(b) + ".", inputs,
                 winograd_weights_.of(index, 0), winograd_weights_.of(index, 1), block, jobs);
      inputs = block.outputs;
    }
  }
  packing_.start(std::move(jobs), pool);
}

void ResNet::pack_block(const model::Pack& pack, const std::string& name, int inputs,
                        std::span<std::uint32_t> first_memory,
                        std::span<std::uint32_t> second_memory, Block& block,
                        Preparation::Jobs& jobs) const {
  const int panel = kernels_.panel;
  const auto winograd = [winograd_panel = kernels_.winograd_panel](
                            const FoldedConvolution& folded, std::span<std::uint32_t> memory) {
    return Convolution{
        kernels::WinogradWeights(folded.matrix, folded.out, folded.in, winograd_panel,
                                 kernels::WinogradArithmetic::f32, memory),
        folded.bias};
  };
  const int channels = block.channels;
  const std::string three = shape_.bottleneck ? "2" : "1";  // The first one of 3 x 3.
  jobs.push_back([&pack, &block, name, three, channels, panel, winograd, first_memory,
                  in = shape_.bottleneck ? channels : inputs] {
    const FoldedConvolution first =
        folded(pack, name + "conv" + three, name + "bn" + three, channels, in, 3);
    if (block.stride == 1) {
      block.first = winograd(first, first_memory);
    } else {
      block.strided = packed(first, panel);
    }
  });
  if (shape_.bottleneck) {
    jobs.push_back([&pack, &block, name, channels, panel, inputs] {
      block.reduce = packed(folded(pack, name + "conv1", name + "bn1", channels, inputs, 1), panel);
      block.expand =
          packed(folded(pack, name + "conv3", name + "bn3", block.outputs, channels, 1), panel);
    });
  } else {
    jobs.push_back([&pack, &block, name, channels, winograd, second_memory] {
      block.second = winograd(folded(pack, name + "conv2", name + "bn2", channels, channels, 3),
                              second_memory);
    });
  }
  if (block.has_shortcut) {
    jobs.push_back([&pack, &block, name, panel, inputs] {
      block.shortcut = packed(
          folded(pack, name + "shortcut.0", name + "shortcut.1", block.outputs, inputs, 1), panel);
    });
  }
}

void ResNet::convolve(const Convolution& convolution, const Map& input, const Map* residual,
                      float* output, std::ptrdiff_t output_line_stride,
                      Workspace& workspace) const {
  kernels::WinogradConvolution c;
  c.workspace = workspace.winograd.data();
  c.lines = input.lines;
  c.bins = input.bins;
  c.input = input.data;
  c.input_line_stride = input.line_stride();
  c.weights = &convolution.weights;
  c.scale = convolution.weights.scale();
  c.offset = convolution.bias.data();
  if (residual != nullptr) {
    c.residual = residual->inside();
    c.residual_scale = ones_.data();
    c.residual_line_stride = residual->line_stride();
  }
  c.output = output;
  c.output_line_stride = output_line_stride;
  kernels_.winograd(c);
}

void ResNet::run(const float* features, int frames, Workspace& workspace, float* out,
                 const Checkpoint& checkpoint) const {
  assert(frames >= 1 && frames <= workspace.max_frames);
  const Map input{workspace.input.data(), frames, EmbeddingShape::kMelBins, 1};
  input.fill(features);

  // `x` holds a block's input; its output takes the place of its input, but for the blocks that
  // change the map's size: their output goes to the spare one, where their shortcut has been.
  float* spare = workspace.maps[2].data();
  Map x{workspace.maps[0].data(), frames, EmbeddingShape::kMelBins, shape_.stem_channels()};
  x.clear_border();
  const auto contract_relu = [this](kernels::Contraction c) {
    c.activation = kernels::Activation::relu;
    kernels_.contract(c);
  };
  contract_relu(direct(input, 1, stem_, x));

  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const Block& block = blocks_[b];
    const bool strided = block.stride != 1;
    const int lines = strided ? EmbeddingShape::halved(x.lines) : x.lines;
    const int bins = strided ? EmbeddingShape::halved(x.bins) : x.bins;
    checkpoint.pass();

    Map from = x;  // What the (first) 3 x 3 convolution takes.
    if (shape_.bottleneck) {
      from = {workspace.maps[1].data(), x.lines, x.bins, block.channels};
      from.clear_border();
      contract_relu(pointwise(x, 1, block.reduce, from));
    }
    const Map middle{workspace.maps[shape_.bottleneck ? 3 : 1].data(), lines, bins, block.channels};
    middle.clear_border();
    if (strided) {
      contract_relu(direct(from, block.stride, block.strided, middle));
    } else {
      convolve(block.first, from, nullptr, middle.inside(), middle.line_stride(), workspace);
    }
    checkpoint.pass();

    if (block.has_shortcut) {
      const Map y{spare, lines, bins, block.outputs};
      y.clear_border();
      kernels_.contract(pointwise(x, block.stride, block.shortcut, y));
      spare = x.data;
      x = y;
    }
    const bool last = b + 1 == blocks_.size();
    float* output = last ? out : x.inside();
    const std::ptrdiff_t output_line_stride =
        last ? static_cast<std::ptrdiff_t>(bins) * block.outputs : x.line_stride();
    if (shape_.bottleneck) {
      kernels::Contraction expand = pointwise(middle, 1, block.expand, x);
      expand.residual = x.inside();
      expand.residual_line_stride = x.line_stride();
      expand.residual_row_stride = x.channels;
      expand.output = output;
      expand.output_line_stride = output_line_stride;
      contract_relu(expand);
    } else {
      convolve(block.second, middle, &x, output, output_line_stride, workspace);
    }
  }
}

}  // namespace diarist::nets
