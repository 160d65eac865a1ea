#include <algorithm>
#include <cstddef>
#include <exception>
#include <memory>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "layers.hpp"
#include "onednn_layers.hpp"
#include "registration.hpp"
#include "testing/random_values.hpp"

namespace diarist::bench {
namespace {

using kernels::KernelSet;

AlignedBuffer<float> random_buffer(std::size_t size) {
  AlignedBuffer<float> buffer(size);
  const std::vector<float> values = testing::random_values(size, 1);
  std::copy(values.begin(), values.end(), buffer.data());
  return buffer;
}

/// Ours in f32: every layer is one contraction.
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

void by_onednn(benchmark::State& state, const Layer& layer, OnednnArithmetic arithmetic) {
  try {
    const auto run = onednn_layer(layer, arithmetic);
    run();  // the first time, it generates code
    measure(state, "GMAC/s", layer.macs(), run);
  } catch (const std::exception& e) {
    state.SkipWithError(e.what());
  }
}

}  // namespace

void register_layers(InstructionSet isa, bool onednn) {
  for (const Layer& layer : kLayers) {
    const std::string name = layer.name;
    add_benchmark(name + "/f32", isa, [&layer, isa](benchmark::State& state) {
      contract(state, layer, kernels::kernel_set(isa));
    });
    if (!onednn) continue;
    add_benchmark(name + "/onednn_f32", isa, [&layer](benchmark::State& state) {
      by_onednn(state, layer, OnednnArithmetic::f32);
    });
    add_benchmark(name + "/onednn_u8s8", isa, [&layer](benchmark::State& state) {
      by_onednn(state, layer, OnednnArithmetic::u8s8);
    });
  }
}

}  // namespace diarist::bench
