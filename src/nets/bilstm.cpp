#include "nets/bilstm.hpp"

#include <algorithm>
#include <string>

namespace diarist::nets {
namespace {

// Frames whose input products are taken together: with 20 windows 0.6 MB of gates, which stay in L2
// until the recurrence has used them.
constexpr int kFramesAtOnce = 16;

}  // namespace

BiLstm::Workspace::Workspace(const BiLstm& net, int frames, int batch)
    : own_(memory_for([&](MemoryLayout& layout) { place(net, frames, batch, layout); })) {}

BiLstm::Workspace::Workspace(const BiLstm& net, int frames, int batch, MemoryLayout& layout) {
  place(net, frames, batch, layout);
}

void BiLstm::Workspace::place(const BiLstm& net, int frames, int batch, MemoryLayout& layout) {
  const auto rows = static_cast<std::size_t>(batch);
  const auto hidden = static_cast<std::size_t>(net.hidden_);
  for (auto* each : {&layer[1], &layer[0]}) {
    *each = layout.place<float>(static_cast<std::size_t>(frames) * rows * 2 * hidden);
  }
  input_gates = layout.place<float>(kFramesAtOnce * rows * 4 * hidden);
  gates = layout.place<float>(rows * 4 * hidden);
  cell = layout.place<float>(rows * hidden);
  start = layout.place<float>(rows * hidden);
}

BiLstm::BiLstm(const model::Pack& pack, const std::string& prefix, int layers, int inputs,
               int hidden, const kernels::KernelSet& kernels)
    : kernels_(kernels), hidden_(hidden) {
  const int gates = 4 * hidden;
  for (int l = 0; l < layers; ++l) {
    const int in = l == 0 ? inputs : 2 * hidden;
    Layer layer;
    layer.inputs = in;
    for (int d = 0; d < 2; ++d) {
      const std::string suffix = "_l" + std::to_string(l) + (d == 0 ? "" : "_reverse");
      std::vector<float> bias = pack.floats(prefix + "bias_ih" + suffix, {gates});
      const std::vector<float> more = pack.floats(prefix + "bias_hh" + suffix, {gates});
      for (std::size_t i = 0; i < bias.size(); ++i) bias[i] += more[i];
      layer.directions[d].input = kernels::PackedWeights(
          pack.floats(prefix + "weight_ih" + suffix, {gates, in}), gates, in, bias, kernels.panel);
      layer.directions[d].recurrent =
          kernels::PackedWeights(pack.floats(prefix + "weight_hh" + suffix, {gates, hidden}), gates,
                                 hidden, {}, kernels.panel);
    }
    layers_.push_back(std::move(layer));
  }
}

void BiLstm::run_direction(const Layer& layer, int direction, const float* input, int frames,
                           int batch, Workspace& workspace, float* output,
                           const Checkpoint& checkpoint) const {
  const bool backward = direction == 1;
  const std::ptrdiff_t gates = 4 * static_cast<std::ptrdiff_t>(hidden_);
  const std::ptrdiff_t input_frame = static_cast<std::ptrdiff_t>(batch) * layer.inputs;
  const std::ptrdiff_t output_row = 2 * static_cast<std::ptrdiff_t>(hidden_);
  const std::ptrdiff_t output_frame = batch * output_row;
  const Direction& weights = layer.directions[direction];
  std::fill(workspace.cell.data(),
            workspace.cell.data() + static_cast<std::ptrdiff_t>(batch) * hidden_, 0.0F);

  const float* previous = workspace.start.data();
  std::ptrdiff_t previous_stride = hidden_;
  for (int done = 0; done < frames; done += kFramesAtOnce) {
    checkpoint.pass();
    const int count = std::min(kFramesAtOnce, frames - done);
    const int first = backward ? frames - done - count : done;
    kernels::Contraction products;
    products.input = input + first * input_frame;
    products.row_stride = layer.inputs;
    products.weights = &weights.input;
    products.output = workspace.input_gates.data();
    products.output_row_stride = gates;
    products.rows = count * batch;
    kernels_.contract(products);

    for (int i = 0; i < count; ++i) {
      const int t = backward ? count - 1 - i : i;
      kernels::Contraction recurrence;
      recurrence.input = previous;
      recurrence.row_stride = previous_stride;
      recurrence.weights = &weights.recurrent;
      recurrence.residual = workspace.input_gates.data() + t * batch * gates;
      recurrence.residual_row_stride = gates;
      recurrence.output = workspace.gates.data();
      recurrence.output_row_stride = gates;
      recurrence.rows = batch;
      kernels_.contract(recurrence);
      float* hidden =
          output + (first + t) * output_frame + static_cast<std::ptrdiff_t>(direction) * hidden_;
      kernels_.lstm_cell(workspace.gates.data(), workspace.cell.data(), hidden, output_row, batch,
                         hidden_);
      previous = hidden;
      previous_stride = output_row;
    }
  }
}

const float* BiLstm::run(const float* input, int frames, int batch, Workspace& workspace,
                         const Checkpoint& checkpoint) const {
  std::fill(workspace.start.begin(), workspace.start.end(), 0.0F);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    float* output = workspace.layer[l % 2].data();
    for (int direction = 0; direction < 2; ++direction) {
      run_direction(layers_[l], direction, input, frames, batch, workspace, output, checkpoint);
    }
    input = output;
  }
  return input;
}

}  // namespace diarist::nets
