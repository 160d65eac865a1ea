// Speed of the kernels on the networks' own shapes, for each instruction set, in GMAC/s of one
// core.
//
//     kernels_bench [--benchmark_filter=REGEX] [--benchmark_min_time=SECONDS]
//
// Names read KERNEL/SHAPE/SET; the scalar twin runs too, to show what the others are worth.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "diarist/instruction_set.hpp"

#include "base/aligned_buffer.hpp"
#include "dsp/fbank.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "nets/segmentation_shape.hpp"
#include "testing/random_values.hpp"

namespace {

using namespace diarist;
using kernels::KernelSet;
using nets::kSegmentation;

AlignedBuffer<float> random_buffer(std::size_t size) {
  AlignedBuffer<float> buffer(size);
  const std::vector<float> values = testing::random_values(size, 1);
  std::copy(values.begin(), values.end(), buffer.data());
  return buffer;
}

/// A contraction as plain numbers; outputs are dense.
struct Layer {
  const char* name;
  int lines;
  int rows;
  int columns;
  int segments;
  int segment_length;
  std::ptrdiff_t line_stride;
  std::ptrdiff_t row_stride;
  std::ptrdiff_t segment_stride;
  bool residual;

  std::size_t inputs() const {
    return static_cast<std::size_t>((lines - 1) * line_stride + (rows - 1) * row_stride +
                                    (segments - 1) * segment_stride + segment_length);
  }
  std::size_t outputs() const {
    return static_cast<std::size_t>(lines) * static_cast<std::size_t>(rows) *
           static_cast<std::size_t>(columns);
  }
  double macs() const { return static_cast<double>(outputs()) * segments * segment_length; }
};

/// A 3 x 3 convolution to a map of `lines` (time) x `bins`, from one `stride` times as large.
constexpr Layer convolution(const char* name, int lines, int bins, int in, int out, int stride,
                            bool residual) {
  const std::ptrdiff_t line = static_cast<std::ptrdiff_t>(stride * bins + 2) * in;
  return {name, lines, bins, out, 3, 3 * in, stride * line, stride * in, line, residual};
}

constexpr Layer product(const char* name, int rows, int columns, int depth, int row_stride,
                        bool residual = false) {
  return {name, 1, rows, columns, 1, depth, 0, row_stride, 0, residual};
}

constexpr int kBatch = 20;  // windows that share a step of the recurrence
constexpr int kHidden = kSegmentation.lstm_hidden;

// Trunk shapes are those of five seconds.
constexpr Layer kLayers[] = {
    convolution("conv3x3/1to32_500x80", 500, 80, 1, 32, 1, false),
    convolution("conv3x3/32_500x80", 500, 80, 32, 32, 1, true),
    convolution("conv3x3/32to64_250x40", 250, 40, 32, 64, 2, false),
    convolution("conv3x3/64_250x40", 250, 40, 64, 64, 1, true),
    convolution("conv3x3/64to128_125x20", 125, 20, 64, 128, 2, false),
    convolution("conv3x3/128_125x20", 125, 20, 128, 128, 1, true),
    convolution("conv3x3/128to256_63x10", 63, 10, 128, 256, 2, false),
    convolution("conv3x3/256_63x10", 63, 10, 256, 256, 1, true),
    product("sinc/80x251", 2000, kSegmentation.sinc_filters, kSegmentation.sinc_taps,
            kSegmentation.sinc_stride),
    product("conv1d/80to60", kSegmentation.conv2_frames(), kSegmentation.conv_channels, 5 * 80, 80),
    product("conv1d/60to60", kSegmentation.conv3_frames(), kSegmentation.conv_channels, 5 * 60, 60),
    product("lstm_input/60to512", 16 * kBatch, 4 * kHidden, 60, 60),
    product("lstm_input/256to512", 16 * kBatch, 4 * kHidden, 2 * kHidden, 2 * kHidden),
    product("lstm_recurrent/128to512", kBatch, 4 * kHidden, kHidden, 2 * kHidden, true),
    product("linear/256to128", 589, 128, 256, 256),
    product("projection/5120to256", 3, 256, 5120, 5120),
};

void contract(benchmark::State& state, const Layer& layer, const KernelSet& set) {
  const int depth = layer.segments * layer.segment_length;
  const AlignedBuffer<float> input = random_buffer(layer.inputs());
  AlignedBuffer<float> output = random_buffer(layer.outputs());
  const AlignedBuffer<float> residual = random_buffer(layer.outputs());
  const kernels::PackedWeights weights(
      testing::random_values(static_cast<std::size_t>(layer.columns) * depth, 2), layer.columns,
      depth, {}, set.panel);
  kernels::Contraction c;
  c.input = input.data();
  c.line_stride = layer.line_stride;
  c.row_stride = layer.row_stride;
  c.segments = layer.segments;
  c.segment_stride = layer.segment_stride;
  c.weights = &weights;
  c.residual = layer.residual ? residual.data() : nullptr;
  c.residual_line_stride = c.output_line_stride =
      static_cast<std::ptrdiff_t>(layer.rows) * layer.columns;
  c.residual_row_stride = c.output_row_stride = layer.columns;
  c.output = output.data();
  c.lines = layer.lines;
  c.rows = layer.rows;
  c.activation = kernels::Activation::relu;
  for (auto _ : state) {
    set.contract(c);
    benchmark::ClobberMemory();
  }
  state.counters["GMAC/s"] = benchmark::Counter(
      layer.macs() * 1e-9 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

/// `values` numbers go through the kernel in each round.
template <class Body>
void per_value(benchmark::State& state, std::size_t values, const Body& body) {
  for (auto _ : state) {
    body();
    benchmark::ClobberMemory();
  }
  state.counters["Gvalue/s"] = benchmark::Counter(
      static_cast<double>(values) * 1e-9 * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}

void lstm_cell(benchmark::State& state, const KernelSet& set) {
  const std::size_t cells = static_cast<std::size_t>(kBatch) * kHidden;
  const auto gates = random_buffer(4 * cells);
  auto cell = random_buffer(cells);
  auto output = random_buffer(2 * cells);
  per_value(state, cells, [&] {
    set.lstm_cell(gates.data(), cell.data(), output.data(), 2 * kHidden, kBatch, kHidden);
  });
}

void affine_abs_max_pool(benchmark::State& state, const KernelSet& set) {
  const int frames = kSegmentation.pooled1();
  const int channels = kSegmentation.sinc_filters;
  const std::size_t values = static_cast<std::size_t>(frames) * channels;
  const auto input = random_buffer(3 * values);
  const auto shift = random_buffer(static_cast<std::size_t>(channels));
  auto output = random_buffer(values);
  per_value(state, 3 * values, [&] {
    set.affine_abs_max_pool(input.data(), channels, 3, shift.data(), output.data(), frames,
                            channels);
  });
}

void instance_norm_leaky(benchmark::State& state, const KernelSet& set) {
  const int frames = kSegmentation.pooled2();
  const int channels = kSegmentation.conv_channels;
  const std::size_t values = static_cast<std::size_t>(frames) * channels;
  const auto input = random_buffer(values);
  const auto affine = random_buffer(static_cast<std::size_t>(channels));
  auto output = random_buffer(values);
  per_value(state, values, [&] {
    set.instance_norm_leaky(input.data(), frames, channels, affine.data(), affine.data(), 1e-5F,
                            output.data(), channels);
  });
}

void statistics_pool(benchmark::State& state, const KernelSet& set) {
  constexpr int kFrames = 125;
  constexpr int kDimensions = 2560;
  const std::size_t values = static_cast<std::size_t>(kFrames) * kDimensions;
  const auto features = random_buffer(values);
  const std::vector<float> weights(kFrames, 1.0F);
  auto output = random_buffer(static_cast<std::size_t>(2) * kDimensions);
  per_value(state, values, [&] {
    set.statistics_pool(features.data(), weights.data(), kFrames, kDimensions, output.data());
  });
}

/// The filter bank has one implementation for all sets. Times real time, one core.
void fbank(benchmark::State& state) {
  constexpr int kSeconds = 10;
  const dsp::Fbank bank;
  dsp::Fbank::Workspace workspace(bank);
  const std::vector<float> samples = testing::random_values(16000 * kSeconds, 3);
  std::vector<float> features(
      static_cast<std::size_t>(bank.frames(static_cast<std::int64_t>(samples.size()))) * 80);
  for (auto _ : state) {
    bank.compute(samples, features.data(), workspace);
    benchmark::ClobberMemory();
  }
  state.counters["x_real_time"] = benchmark::Counter(
      kSeconds * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void register_all() {
  const auto add = [](const std::string& name, InstructionSet isa, const auto& body) {
    benchmark::RegisterBenchmark((name + "/" + std::string(to_string(isa))).c_str(), body)
        ->Unit(benchmark::kMicrosecond);
  };
  const auto sets = supported_instruction_sets();
  for (const Layer& layer : kLayers) {
    for (const InstructionSet isa : sets) {
      add(layer.name, isa, [&layer, isa](benchmark::State& state) {
        contract(state, layer, kernels::kernel_set(isa));
      });
    }
  }
  struct Other {
    const char* name;
    void (*run)(benchmark::State&, const KernelSet&);
  };
  for (const Other& other : {Other{"lstm_cell/20x128", lstm_cell},
                             Other{"affine_abs_max_pool/5325x80", affine_abs_max_pool},
                             Other{"instance_norm_leaky/1773x60", instance_norm_leaky},
                             Other{"statistics_pool/125x2560", statistics_pool}}) {
    for (const InstructionSet isa : sets) {
      add(other.name, isa, [run = other.run, isa](benchmark::State& state) {
        run(state, kernels::kernel_set(isa));
      });
    }
  }
  benchmark::RegisterBenchmark("fbank", fbank)->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  register_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
