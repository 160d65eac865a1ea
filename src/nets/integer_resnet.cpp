#include "nets/integer_resnet.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>

#include "nets/activation_range.hpp"
#include "nets/folded_convolution.hpp"

namespace diarist::nets {
namespace {

// Output lines that the direct convolutions take at a time: a strip of input and output stays in
// the second-level cache, and the weights are read once for all of them.
constexpr int kStripLines = 16;

// Output lines that the second convolution of a block with a shortcut takes at a time, for the
// shortcut in f32 to be small: whole tiles, and enough of them to read the weights for.
constexpr int kShortcutLines = 32;
static_assert(kShortcutLines % kStripLines == 0 && kShortcutLines % kernels::kWinogradTile == 0);

constexpr int kTaps = 3;

// What a direct convolution takes for inputs: 8-bit codes as they are.
constexpr kernels::CodeRange kCodeRange{1.0F, kernels::kHighestCode};

std::vector<float> product(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] * b[i];
  return result;
}

// The weights for inputs that come as codes: each input channel's scale goes into them.
std::vector<float> for_codes(FoldedConvolution& c, const std::vector<float>& scale) {
  std::vector<float> matrix = std::move(c.matrix);
  for (std::size_t run = 0; run < matrix.size(); run += scale.size()) {
    for (std::size_t c = 0; c < scale.size(); ++c) matrix[run + c] *= scale[c];
  }
  return matrix;
}

kernels::WinogradWeights winograd_weights(FoldedConvolution& c, const std::vector<float>& scale,
                                          int panel, std::span<std::uint32_t> memory) {
  return kernels::WinogradWeights(for_codes(c, scale), c.out, c.in, panel,
                                  kernels::WinogradArithmetic::integer, memory);
}

// Taps turned from [line, bin] to the order of a strip, [bin, line].
kernels::PackedWeightsI16 strip_weights(FoldedConvolution c, const std::vector<float>& scale,
                                        int panel) {
  const std::vector<float> matrix = for_codes(c, scale);
  std::vector<float> turned(matrix.size());
  for (int o = 0; o < c.out; ++o) {
    for (int line = 0; line < c.taps; ++line) {
      for (int bin = 0; bin < c.taps; ++bin) {
        const auto at = [&](int first, int second) {
          return ((static_cast<std::ptrdiff_t>(o) * c.taps + first) * c.taps + second) * c.in;
        };
        std::copy_n(matrix.data() + at(line, bin), c.in, turned.data() + at(bin, line));
      }
    }
  }
  return kernels::PackedWeightsI16(turned, c.out, c.taps * c.taps * c.in, c.bias, panel,
                                   kCodeRange);
}

}  // namespace

IntegerResNet::Workspace::Workspace(const EmbeddingShape& shape, int frames)
    : max_frames(frames), own_(memory_for([&](MemoryLayout& layout) { place(shape, layout); })) {}

IntegerResNet::Workspace::Workspace(const EmbeddingShape& shape, int frames, MemoryLayout& layout)
    : max_frames(frames) {
  place(shape, layout);
}

void IntegerResNet::Workspace::place(const EmbeddingShape& shape, MemoryLayout& layout) {
  input = layout.place<float>(FeatureMap<float>::size(max_frames, EmbeddingShape::kMelBins, 1));
  winograd = layout.place<char>(kernels::kWinogradWorkspaceBytes);
  std::array<std::size_t, 4> stages{};
  std::size_t shortcuts = 0;
  std::size_t input_strip = 0;
  std::size_t output_strip =
      static_cast<std::size_t>(kStripLines) * EmbeddingShape::kMelBins * shape.channels[0];
  int lines = max_frames;
  int bins = EmbeddingShape::kMelBins;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    const int channels = shape.channels[stage];
    stages[stage] = Map::size(lines, bins, channels);
    if (stage + 1 == stages.size()) break;
    input_strip = std::max(input_strip,
                           static_cast<std::size_t>(kStripLines) * (bins + 2) * kTaps * channels);
    lines = EmbeddingShape::halved(lines);
    bins = EmbeddingShape::halved(bins);
    const std::size_t line = static_cast<std::size_t>(bins + 1) * shape.channels[stage + 1];
    output_strip = std::max(output_strip, kStripLines * line);
    shortcuts = std::max(shortcuts, kShortcutLines * line);
  }
  // As in ResNet: stages take their inputs from the first map and the third in turn.
  maps[0] = layout.place<std::uint8_t>(std::max(stages[0], stages[2]));
  maps[1] = layout.place<std::uint8_t>(*std::max_element(stages.begin(), stages.end()));
  maps[2] = layout.place<std::uint8_t>(std::max(stages[1], stages[3]));
  shortcut = layout.place<float>(shortcuts);
  strip_input = layout.place<std::int16_t>(input_strip);
  strip_output = layout.place<float>(output_strip);
}

IntegerResNet::Codes IntegerResNet::codes_for(const std::vector<float>& range) {
  Codes codes;
  for (const float each : range) {
    codes.scale.push_back(each / static_cast<float>(kernels::kHighestCode));
    codes.inverse.push_back(static_cast<float>(kernels::kHighestCode) / each);
  }
  return codes;
}

IntegerResNet::IntegerResNet(const model::Pack& pack, const EmbeddingShape& shape,
                             const kernels::KernelSet& kernels, ThreadPool* pool)
    : shape_(shape),
      kernels_(kernels),
      winograd_weights_(shape, kernels::WinogradArithmetic::integer) {
  assert(!shape.bottleneck);
  stem_ = packed(folded(pack, "conv1", "bn1", shape.channels[0], 1, 3), kernels.panel);
  ChannelMoments moments = moments_after(pack, "bn1", shape.channels[0]);
  stem_codes_ = codes_for(activation_range(moments));
  moments = rectified(moments);

  std::size_t count = 0;
  for (const int blocks : shape.blocks) count += static_cast<std::size_t>(blocks);
  blocks_.resize(count);
  // Ranges follow from one block to the next; weights do not, and are the work.
  Preparation::Jobs jobs;
  Codes codes = stem_codes_;
  std::size_t index = 0;
  int in = shape.channels[0];
  for (std::size_t stage = 0; stage < shape.blocks.size(); ++stage) {
    const int out = shape.channels[stage];
    for (int b = 0; b < shape.blocks[stage]; ++b, ++index) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(b) + ".";
      Block& block = blocks_[index];
      block.stride = stage > 0 && b == 0 ? 2 : 1;
      block.channels = out;
      const bool strided = block.stride != 1;
      block.middle = codes_for(activation_range(moments_after(pack, name + "bn1", out)));
      if (strided) moments = moments_after(pack, name + "shortcut.1", out);
      moments = sum(moments, moments_after(pack, name + "bn2", out));
      const Codes output = codes_for(activation_range(moments));
      moments = rectified(moments);

      const auto scale = codes.scale;
      if (strided) {
        jobs.push_back([&pack, &kernels, &block, name, out, in, scale] {
          block.strided = strip_weights(folded(pack, name + "conv1", name + "bn1", out, in, 3),
                                        scale, kernels.panel);
          block.shortcut =
              strip_weights(folded(pack, name + "shortcut.0", name + "shortcut.1", out, in, 1),
                            scale, kernels.panel);
        });
      } else {
        jobs.push_back([&pack, &kernels, &block, name, out, in, scale,
                        memory = winograd_weights_.of(index, 0)] {
          FoldedConvolution first = folded(pack, name + "conv1", name + "bn1", out, in, 3);
          Convolution& c = block.first;
          c.weights = winograd_weights(first, scale, kernels.winograd_panel, memory);
          c.scale.assign(c.weights.scale(), c.weights.scale() + out);
          c.scale = product(c.scale, block.middle.inverse);
          c.offset = product(first.bias, block.middle.inverse);
        });
      }
      // The last block's output stays as it is: pooling takes floats.
      const std::vector<float> inverse =
          index + 1 == count ? std::vector<float>(static_cast<std::size_t>(out), 1.0F)
                             : output.inverse;
      jobs.push_back([&pack, &kernels, &block, name, out, strided, scale, inverse,
                      memory = winograd_weights_.of(index, 1)] {
        FoldedConvolution second = folded(pack, name + "conv2", name + "bn2", out, out, 3);
        Convolution& c = block.second;
        c.weights = winograd_weights(second, block.middle.scale, kernels.winograd_panel, memory);
        c.scale.assign(c.weights.scale(), c.weights.scale() + out);
        c.scale = product(c.scale, inverse);
        c.offset = product(second.bias, inverse);
        c.residual_scale = strided ? inverse : product(scale, inverse);
      });
      codes = output;
      in = out;
    }
  }
  packing_.start(std::move(jobs), pool);
}

void IntegerResNet::run_stem(const float* features, int frames, Workspace& workspace,
                             const Map& map) const {
  const FeatureMap<float> input{workspace.input.data(), frames, EmbeddingShape::kMelBins, 1};
  input.fill(features);
  for (int first = 0; first < frames; first += kStripLines) {
    const int lines = std::min(kStripLines, frames - first);
    kernels::Contraction c;
    c.input = input.line(first - 1);
    c.line_stride = c.segment_stride = input.line_stride();
    c.row_stride = 1;
    c.segments = 3;
    c.weights = &stem_;
    c.output = workspace.strip_output.data();
    c.output_row_stride = map.channels;
    c.output_line_stride = static_cast<std::ptrdiff_t>(map.bins) * map.channels;
    c.lines = lines;
    c.rows = map.bins;
    kernels_.contract(c);
    for (int t = 0; t < lines; ++t) {
      kernels_.quantize({c.output + t * c.output_line_stride, map.line(first + t) + map.channels,
                         stem_codes_.inverse.data(), map.bins, map.channels});
    }
  }
}

// A block's first convolution, of stride 2, into `middle`.
//
// The strip holds, for each output line, the three lines of input under it side by side: [bins + 2,
// 3, channels]. A 3 x 3 convolution then is a product over one run of 9 * channels codes; runs of
// consecutive outputs lie two bins apart, from one line to the next as well, but for one output
// between two lines that nobody wants.
void IntegerResNet::run_strided(const Block& block, const Map& input, const Map& middle,
                                Workspace& workspace) const {
  assert(input.bins == 2 * middle.bins);
  std::int16_t* strip = workspace.strip_input.data();
  const std::ptrdiff_t cell = static_cast<std::ptrdiff_t>(kTaps) * input.channels;
  const std::ptrdiff_t strip_line = (input.bins + 2) * cell;
  const std::ptrdiff_t output_line = static_cast<std::ptrdiff_t>(middle.bins + 1) * middle.channels;
  for (int first = 0; first < middle.lines; first += kStripLines) {
    const int lines = std::min(kStripLines, middle.lines - first);
    for (int t = 0; t < lines; ++t) {
      for (int tap = 0; tap < kTaps; ++tap) {
        const std::uint8_t* from = input.line(block.stride * (first + t) + tap - 1);
        std::int16_t* to =
            strip + t * strip_line + static_cast<std::ptrdiff_t>(tap) * input.channels;
        for (int bin = 0; bin < input.bins + 2; ++bin) {
          kernels_.widen(from + static_cast<std::ptrdiff_t>(bin) * input.channels, to + bin * cell,
                         input.channels);
        }
      }
    }
    kernels::ContractionI16 c;
    c.input = strip;
    c.row_stride = block.stride * cell;
    c.weights = &block.strided;
    c.output = workspace.strip_output.data();
    c.output_row_stride = middle.channels;
    c.rows = lines * (middle.bins + 1) - 1;
    kernels_.contract_i16(c);
    for (int t = 0; t < lines; ++t) {
      kernels_.quantize({c.output + t * output_line, middle.line(first + t) + middle.channels,
                         block.middle.inverse.data(), middle.bins, middle.channels});
    }
  }
}

// The shortcut of output lines [first, first + lines), at most kShortcutLines, to [lines, bins + 1,
// channels] floats: a product over the one cell of input under each output, from strips of every
// second line of input, as above.
void IntegerResNet::run_shortcut(const Block& block, const Map& input, int first, int lines,
                                 Workspace& workspace) const {
  std::int16_t* strip = workspace.strip_input.data();
  const std::ptrdiff_t strip_line = static_cast<std::ptrdiff_t>(input.bins + 2) * input.channels;
  const int output_rows = input.bins / 2 + 1;
  for (int done = 0; done < lines; done += kStripLines) {
    const int count = std::min(kStripLines, lines - done);
    for (int t = 0; t < count; ++t) {
      kernels_.widen(input.line(block.stride * (first + done + t)) + input.channels,
                     strip + t * strip_line, (input.bins + 1) * input.channels);
    }
    kernels::ContractionI16 c;
    c.input = strip;
    c.row_stride = static_cast<std::ptrdiff_t>(block.stride) * input.channels;
    c.weights = &block.shortcut;
    c.output = workspace.shortcut.data() +
               static_cast<std::ptrdiff_t>(done) * output_rows * block.channels;
    c.output_row_stride = block.channels;
    c.rows = count * output_rows - 1;
    kernels_.contract_i16(c);
  }
}

void IntegerResNet::run(const float* features, int frames, Workspace& workspace, float* out,
                        const Checkpoint& checkpoint) const {
  assert(frames >= 1 && frames <= workspace.max_frames);
  std::uint8_t* spare = workspace.maps[2].data();
  Map x{workspace.maps[0].data(), frames, EmbeddingShape::kMelBins, shape_.stem_channels()};
  x.clear_border();
  run_stem(features, frames, workspace, x);

  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const Block& block = blocks_[b];
    const bool strided = block.stride != 1;
    const int lines = strided ? EmbeddingShape::halved(x.lines) : x.lines;
    const int bins = strided ? EmbeddingShape::halved(x.bins) : x.bins;
    const Map middle{workspace.maps[1].data(), lines, bins, block.channels};
    middle.clear_border();
    checkpoint.pass();

    kernels::WinogradConvolution c;
    c.workspace = workspace.winograd.data();
    c.lines = lines;
    c.bins = bins;
    if (strided) {
      run_strided(block, x, middle, workspace);
    } else {
      c.input = x.data;
      c.input_line_stride = x.line_stride();
      c.weights = &block.first.weights;
      c.scale = block.first.scale.data();
      c.offset = block.first.offset.data();
      c.output_codes = middle.inside();
      c.output_line_stride = middle.line_stride();
      kernels_.winograd(c);
    }
    checkpoint.pass();

    Map y = x;
    if (strided) {
      y = {spare, lines, bins, block.channels};
      y.clear_border();
      spare = x.data;
      c.residual = workspace.shortcut.data();
      c.residual_line_stride = static_cast<std::ptrdiff_t>(bins + 1) * block.channels;
    } else {
      c.residual_codes = x.inside();
      c.residual_line_stride = x.line_stride();
    }
    const bool last = b + 1 == blocks_.size();
    c.weights = &block.second.weights;
    c.scale = block.second.scale.data();
    c.offset = block.second.offset.data();
    c.residual_scale = block.second.residual_scale.data();
    c.input_line_stride = middle.line_stride();
    c.output_codes = nullptr;
    c.output_line_stride =
        last ? static_cast<std::ptrdiff_t>(bins) * block.channels : y.line_stride();
    const int at_once = strided ? kShortcutLines : lines;
    for (int first = 0; first < lines; first += at_once) {
      c.lines = std::min(at_once, lines - first);
      if (strided) run_shortcut(block, x, first, c.lines, workspace);
      c.input = middle.line(first - 1);
      const std::ptrdiff_t place = first * c.output_line_stride;
      if (last) {
        c.output = out + place;
      } else {
        c.output_codes = y.inside() + place;
      }
      kernels_.winograd(c);
    }
    x = y;
  }
}

}  // namespace diarist::nets
