#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "base/memory_layout.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "layers.hpp"
#include "nets/convolution_1d.hpp"
#include "onednn_layers.hpp"
#include "registration.hpp"
#include "testing/random_values.hpp"

namespace diarist::bench {
namespace {

using kernels::KernelSet;

// As nets/sincnet.cpp takes them at a time.
constexpr int kFoldedRows = 48;

AlignedBuffer<float> random_buffer(std::size_t size) {
  AlignedBuffer<float> buffer(size);
  const std::vector<float> values = testing::random_values(size, 1);
  std::copy(values.begin(), values.end(), buffer.data());
  return buffer;
}

/// Ours in f32 where nothing below does it with less.
void contract(benchmark::State& state, const Layer& layer, const KernelSet& set) {
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(layer.stride) * layer.inputs;
  const std::ptrdiff_t input_row_count = layer.input_rows() + (layer.border ? 2 : 0);
  const std::ptrdiff_t line = input_row_count * layer.inputs;
  const auto input = random_buffer(
      static_cast<std::size_t>((layer.input_lines() + (layer.border ? 2 : 0)) * line));
  auto output = random_buffer(layer.output_size());
  const auto residual = random_buffer(layer.output_size());
  const kernels::PackedWeights weights(
      testing::random_values(
          static_cast<std::size_t>(layer.outputs) * static_cast<std::size_t>(layer.depth()), 2),
      layer.outputs, layer.depth(), {}, set.panel);
  kernels::Contraction c;
  c.input = input.data();
  c.line_stride = layer.stride * line;
  c.row_stride = row;
  c.segments = layer.kernel_lines;
  c.segment_stride = line;
  c.weights = &weights;
  c.residual = layer.residual ? residual.data() : nullptr;
  c.residual_line_stride = c.output_line_stride =
      static_cast<std::ptrdiff_t>(layer.rows) * layer.outputs;
  c.residual_row_stride = c.output_row_stride = layer.outputs;
  c.output = output.data();
  c.lines = layer.lines;
  c.rows = layer.rows;
  c.activation = kernels::Activation::relu;
  measure(state, "GMAC/s", layer.macs(), [&] { set.contract(c); });
}

/// Ours of symmetric and antisymmetric filters, half of each: runs of samples are folded, and two
/// contractions take half of the multiplications. Counted as the plain convolution.
void folded_contract(benchmark::State& state, const Layer& layer, const KernelSet& set) {
  const int half = layer.outputs / 2;
  const int depth = kernels::SymmetricFold::depth(layer.kernel_rows);
  const int room = kernels::SymmetricFold::room(layer.kernel_rows);
  const auto input = random_buffer(static_cast<std::size_t>(layer.input_rows()));
  auto folded = random_buffer(static_cast<std::size_t>(2) * kFoldedRows * room);
  auto output = random_buffer(layer.output_size());
  const kernels::PackedWeights weights(
      testing::random_values(static_cast<std::size_t>(half) * depth, 2), half, depth, {},
      set.panel);
  kernels::SymmetricFold fold;
  fold.stride = layer.stride;
  fold.taps = layer.kernel_rows;
  fold.sums = folded.data();
  fold.differences = fold.sums + static_cast<std::ptrdiff_t>(kFoldedRows) * room;
  fold.row_stride = room;
  kernels::Contraction c;
  c.row_stride = room;
  c.weights = &weights;
  c.output_row_stride = layer.outputs;
  c.activation = kernels::Activation::relu;
  measure(state, "GMAC/s", layer.macs(), [&] {
    for (int first = 0; first < layer.rows; first += kFoldedRows) {
      fold.samples = input.data() + static_cast<std::ptrdiff_t>(first) * layer.stride;
      c.rows = fold.rows = std::min(kFoldedRows, layer.rows - first);
      set.fold_symmetric(fold);
      c.input = fold.sums;
      c.output = output.data() + static_cast<std::ptrdiff_t>(first) * layer.outputs;
      set.contract(c);
      c.input = fold.differences;
      c.output += half;
      set.contract(c);
    }
  });
}

/// Ours of five taps, by Winograd's minimal filtering in one dimension (no ReLU). Counted as the
/// plain convolution.
void convolution_1d(benchmark::State& state, const Layer& layer, const KernelSet& set) {
  const auto input = random_buffer(static_cast<std::size_t>(layer.input_rows()) * layer.inputs);
  auto output = random_buffer(layer.output_size());
  const std::size_t columns = static_cast<std::size_t>(layer.outputs);
  const nets::Convolution1d net(
      testing::random_values(columns * static_cast<std::size_t>(layer.depth()), 2), layer.outputs,
      layer.inputs, std::vector<float>(columns), set);
  nets::Convolution1d::Workspace workspace;
  const auto memory = memory_for(
      [&](MemoryLayout& layout) { workspace.place(layer.inputs, layer.outputs, layout); });
  measure(state, "GMAC/s", layer.macs(),
          [&] { net.run(set, input.data(), layer.rows, workspace, output.data()); });
}

/// Ours by Winograd's minimal filtering, from maps of `Value` (floats or 8-bit codes) to such
/// again. Counted as the direct convolution.
template <class Value>
void winograd(benchmark::State& state, const Layer& layer, const KernelSet& set) {
  constexpr bool kCodes = std::is_same_v<Value, std::uint8_t>;
  const std::size_t columns = static_cast<std::size_t>(layer.outputs);
  const kernels::WinogradWeights weights(
      testing::random_values(columns * static_cast<std::size_t>(layer.depth()), 2), layer.outputs,
      layer.inputs, set.winograd_panel,
      kCodes ? kernels::WinogradArithmetic::integer : kernels::WinogradArithmetic::f32);
  const std::ptrdiff_t line =
      static_cast<std::ptrdiff_t>(kernels::whole_tiles(layer.rows) + 2) * layer.inputs;
  AlignedBuffer<Value> input(
      static_cast<std::size_t>((kernels::whole_tiles(layer.lines) + 2) * line));
  for (std::size_t i = 0; i < input.size(); ++i) {
    input.data()[i] = static_cast<Value>(i % 61);
  }
  AlignedBuffer<Value> output(layer.output_size());
  AlignedBuffer<Value> residual(layer.output_size());
  std::fill_n(residual.data(), residual.size(), static_cast<Value>(3));
  const std::vector<float> offset(columns, 0.5F);
  const std::vector<float> residual_scale(columns, 0.25F);
  AlignedBuffer<char> workspace(kernels::kWinogradWorkspaceBytes);
  kernels::WinogradConvolution c;
  c.input = input.data();
  c.input_line_stride = line;
  c.weights = &weights;
  c.scale = weights.scale();
  c.offset = offset.data();
  c.residual_scale = residual_scale.data();
  c.residual_line_stride = c.output_line_stride =
      static_cast<std::ptrdiff_t>(layer.rows) * layer.outputs;
  if constexpr (kCodes) {
    c.residual_codes = layer.residual ? residual.data() : nullptr;
    c.output_codes = output.data();
  } else {
    c.residual = layer.residual ? residual.data() : nullptr;
    c.output = output.data();
  }
  c.lines = layer.lines;
  c.bins = layer.rows;
  c.workspace = workspace.data();
  measure(state, "GMAC/s", layer.macs(), [&] { set.winograd(c); });
}

/// Ours in 16-bit codes. A residual, where the layer has one, is left out: the recurrence adds it
/// in its cell (lstm_step_i16).
void contract_i16(benchmark::State& state, const Layer& layer, const KernelSet& set) {
  std::vector<std::int16_t> input(static_cast<std::size_t>(layer.input_rows()) *
                                  static_cast<std::size_t>(layer.inputs));
  for (std::size_t i = 0; i < input.size(); ++i) {
    input[i] = static_cast<std::int16_t>(static_cast<int>(i * 37 % 8191) - 4095);
  }
  auto output = random_buffer(layer.output_size());
  const kernels::PackedWeightsI16 weights(
      testing::random_values(
          static_cast<std::size_t>(layer.outputs) * static_cast<std::size_t>(layer.depth()), 2),
      layer.outputs, layer.depth(), {}, set.panel, kernels::kUnitRange);
  kernels::ContractionI16 c;
  c.input = input.data();
  c.row_stride = static_cast<std::ptrdiff_t>(layer.stride) * layer.inputs;
  c.weights = &weights;
  c.output = output.data();
  c.output_row_stride = layer.outputs;
  c.rows = layer.rows;
  c.activation = kernels::Activation::relu;
  measure(state, "GMAC/s", layer.macs(), [&] { set.contract_i16(c); });
}

/// One frame of the recurrence: the product and the cell. Counted by the product alone.
void lstm_step_f32(benchmark::State& state, const KernelSet& set) {
  const auto hidden = random_buffer(static_cast<std::size_t>(kBatch) * kHidden);
  const auto input_gates = random_buffer(static_cast<std::size_t>(kBatch) * 4 * kHidden);
  auto gates = random_buffer(static_cast<std::size_t>(kBatch) * 4 * kHidden);
  auto cell = random_buffer(static_cast<std::size_t>(kBatch) * kHidden);
  auto output = random_buffer(static_cast<std::size_t>(kBatch) * kHidden);
  const kernels::PackedWeights weights(
      testing::random_values(static_cast<std::size_t>(4) * kHidden * kHidden, 2), 4 * kHidden,
      kHidden, {}, set.panel);
  kernels::Contraction c;
  c.input = hidden.data();
  c.row_stride = kHidden;
  c.weights = &weights;
  c.residual = input_gates.data();
  c.residual_row_stride = c.output_row_stride = static_cast<std::ptrdiff_t>(4) * kHidden;
  c.output = gates.data();
  c.rows = kBatch;
  measure(state, "GMAC/s", static_cast<double>(kBatch) * 4 * kHidden * kHidden, [&] {
    set.contract(c);
    set.lstm_cell(gates.data(), cell.data(), output.data(), kHidden, kBatch, kHidden);
  });
}

/// Of that many windows: the live streams of one moment are few.
void lstm_step_i16(benchmark::State& state, const KernelSet& set, int batch) {
  const std::vector<std::int16_t> hidden(static_cast<std::size_t>(batch) * kHidden, 1000);
  const auto input_gates = random_buffer(static_cast<std::size_t>(batch) * 4 * kHidden);
  auto cell = random_buffer(static_cast<std::size_t>(batch) * kHidden);
  std::vector<std::int16_t> output(hidden.size());
  const kernels::PackedWeightsI16 weights(
      testing::random_values(static_cast<std::size_t>(4) * kHidden * kHidden, 2), 4 * kHidden,
      kHidden, {}, set.panel, kernels::kUnitRange);
  kernels::LstmStepI16 step;
  step.hidden = hidden.data();
  step.hidden_row_stride = kHidden;
  step.weights = &weights;
  step.input_gates = input_gates.data();
  step.cell = cell.data();
  step.output = output.data();
  step.output_row_stride = kHidden;
  step.batch = batch;
  measure(state, "GMAC/s", static_cast<double>(batch) * 4 * kHidden * kHidden,
          [&] { set.lstm_step_i16(step); });
}

void by_onednn(benchmark::State& state, const Layer& layer, OnednnArithmetic arithmetic) {
  try {
    const auto run = onednn_layer(layer, arithmetic);
    run();  // the first time, it generates code
    measure(state, "GMAC/s", layer.macs(), run);
  } catch (const std::exception& e) {
    state.SkipWithError(e.what());
  }
}

/// How the networks run a layer in f32.
auto runner(const Layer& layer) {
  if (layer.kernel_lines == 1 && layer.kernel_rows == kernels::kWinograd1dTaps) {
    return convolution_1d;
  }
  return layer.kernel_rows >= kernels::SymmetricFold::kFewestTaps ? folded_contract : contract;
}

}  // namespace

void register_layers(InstructionSet isa, bool onednn) {
  for (const Layer& layer : kLayers) {
    const std::string name = layer.name;
    add_benchmark(name + "/f32", isa, [&layer, isa](benchmark::State& state) {
      runner(layer)(state, layer, kernels::kernel_set(isa));
    });
    if (layer.kernel_lines == 3 && layer.stride == 1 && layer.inputs > 1) {
      add_benchmark(name + "/f32_winograd", isa, [&layer, isa](benchmark::State& state) {
        winograd<float>(state, layer, kernels::kernel_set(isa));
      });
      add_benchmark(name + "/int8_winograd", isa, [&layer, isa](benchmark::State& state) {
        winograd<std::uint8_t>(state, layer, kernels::kernel_set(isa));
      });
    }
    if (layer.is_product()) {
      add_benchmark(name + "/int16", isa, [&layer, isa](benchmark::State& state) {
        contract_i16(state, layer, kernels::kernel_set(isa));
      });
    }
    if (!onednn) continue;
    add_benchmark(name + "/onednn_f32", isa, [&layer](benchmark::State& state) {
      by_onednn(state, layer, OnednnArithmetic::f32);
    });
    add_benchmark(name + "/onednn_u8s8", isa, [&layer](benchmark::State& state) {
      by_onednn(state, layer, OnednnArithmetic::u8s8);
    });
  }
  add_benchmark("lstm_step/128to512/f32", isa,
                [isa](benchmark::State& state) { lstm_step_f32(state, kernels::kernel_set(isa)); });
  add_benchmark("lstm_step/128to512/int16", isa, [isa](benchmark::State& state) {
    lstm_step_i16(state, kernels::kernel_set(isa), kBatch);
  });
  for (const int few : {1, 3}) {
    add_benchmark("lstm_step/128to512_of_" + std::to_string(few) + "/int16", isa,
                  [isa, few](benchmark::State& state) {
                    lstm_step_i16(state, kernels::kernel_set(isa), few);
                  });
  }
}

}  // namespace diarist::bench
