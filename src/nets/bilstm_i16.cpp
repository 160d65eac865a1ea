#include "nets/bilstm_i16.hpp"

#include <algorithm>
#include <cassert>

namespace diarist::nets {
namespace {

// Frames whose input products are taken together: with 20 windows 0.3 MB of gates, which stay in
// the second-level cache, beside the recurrent weights, until the recurrence has used them.
constexpr int kFramesAtOnce = 8;

}  // namespace

BiLstmI16::Workspace::Workspace(const BiLstmI16& net, int frames, int batch)
    : own_(memory_for([&](MemoryLayout& layout) { place(net, frames, batch, layout); })) {}

BiLstmI16::Workspace::Workspace(const BiLstmI16& net, int frames, int batch, MemoryLayout& layout) {
  place(net, frames, batch, layout);
}

void BiLstmI16::Workspace::place(const BiLstmI16& net, int frames, int batch,
                                 MemoryLayout& layout) {
  const auto rows = static_cast<std::size_t>(batch);
  const auto hidden = static_cast<std::size_t>(net.hidden_);
  for (auto* each : {&layer[1], &layer[0]}) {
    *each = layout.place<std::int16_t>(static_cast<std::size_t>(frames) * rows * 2 * hidden);
  }
  input_gates = layout.place<float>(kFramesAtOnce * rows * 4 * hidden);
  cell = layout.place<float>(rows * hidden);
  start = layout.place<std::int16_t>(rows * hidden);
}

BiLstmI16::BiLstmI16(const model::Pack& pack, const std::string& prefix, int layers, int inputs,
                     int hidden, const kernels::KernelSet& kernels)
    : kernels_(kernels), inputs_(inputs), hidden_(hidden) {
  const int gates = 4 * hidden;
  const int panel = kernels.panel;
  assert(hidden % (panel / 2) == 0);
  // PyTorch's rows in the order of the kernel's interleaved gates.
  const auto interleaved = [&](const std::vector<float>& rows, int length) {
    std::vector<float> out;
    out.reserve(rows.size());
    for (int column = 0; column < gates; ++column) {
      const auto row =
          rows.begin() +
          static_cast<std::ptrdiff_t>(kernels::gate_row(column, hidden, panel)) * length;
      out.insert(out.end(), row, row + length);
    }
    return out;
  };
  for (int l = 0; l < layers; ++l) {
    const int in = l == 0 ? inputs : 2 * hidden;
    Layer layer;
    for (int d = 0; d < 2; ++d) {
      const std::string suffix = "_l" + std::to_string(l) + (d == 0 ? "" : "_reverse");
      std::vector<float> bias = pack.floats(prefix + "bias_ih" + suffix, {gates});
      const std::vector<float> more = pack.floats(prefix + "bias_hh" + suffix, {gates});
      for (std::size_t i = 0; i < bias.size(); ++i) bias[i] += more[i];
      bias = interleaved(bias, 1);
      const std::vector<float> from_input =
          interleaved(pack.floats(prefix + "weight_ih" + suffix, {gates, in}), in);
      const std::vector<float> from_hidden =
          interleaved(pack.floats(prefix + "weight_hh" + suffix, {gates, hidden}), hidden);
      Direction& weights = layer.directions[d];
      if (l == 0) {
        weights.first_input = kernels::PackedWeights(from_input, gates, in, bias, panel);
      } else {
        weights.input =
            kernels::PackedWeightsI16(from_input, gates, in, bias, panel, kernels::kUnitRange);
      }
      weights.recurrent =
          kernels::PackedWeightsI16(from_hidden, gates, hidden, {}, panel, kernels::kUnitRange);
    }
    layers_.push_back(std::move(layer));
  }
}

void BiLstmI16::input_products(const Direction& weights, const Input& input,
                               std::ptrdiff_t first_row, int rows, float* gates) const {
  const std::ptrdiff_t columns = 4 * static_cast<std::ptrdiff_t>(hidden_);
  if (input.values != nullptr) {
    kernels::Contraction c;
    c.input = input.values + first_row * inputs_;
    c.row_stride = inputs_;
    c.weights = &weights.first_input;
    c.output = gates;
    c.output_row_stride = columns;
    c.rows = rows;
    kernels_.contract(c);
    return;
  }
  kernels::ContractionI16 c;
  c.row_stride = 2 * static_cast<std::ptrdiff_t>(hidden_);
  c.input = input.codes + first_row * c.row_stride;
  c.weights = &weights.input;
  c.output = gates;
  c.output_row_stride = columns;
  c.rows = rows;
  kernels_.contract_i16(c);
}

void BiLstmI16::run_direction(const Direction& weights, bool backward, const Input& input,
                              int frames, int batch, Workspace& workspace, std::int16_t* output,
                              const Checkpoint& checkpoint) const {
  const std::ptrdiff_t frame_gates = 4 * static_cast<std::ptrdiff_t>(batch) * hidden_;
  const std::ptrdiff_t output_row = 2 * static_cast<std::ptrdiff_t>(hidden_);
  std::fill(workspace.cell.data(),
            workspace.cell.data() + static_cast<std::ptrdiff_t>(batch) * hidden_, 0.0F);
  kernels::LstmStepI16 step;
  step.hidden = workspace.start.data();
  step.hidden_row_stride = hidden_;
  step.weights = &weights.recurrent;
  step.cell = workspace.cell.data();
  step.output_row_stride = output_row;
  step.batch = batch;
  for (int done = 0; done < frames; done += kFramesAtOnce) {
    checkpoint.pass();
    const int count = std::min(kFramesAtOnce, frames - done);
    const int first = backward ? frames - done - count : done;
    input_products(weights, input, static_cast<std::ptrdiff_t>(first) * batch, count * batch,
                   workspace.input_gates.data());
    for (int i = 0; i < count; ++i) {
      const int t = backward ? count - 1 - i : i;
      step.input_gates = workspace.input_gates.data() + t * frame_gates;
      step.output = output + (first + t) * batch * output_row;
      kernels_.lstm_step_i16(step);
      step.hidden = step.output;
      step.hidden_row_stride = output_row;
    }
  }
}

const std::int16_t* BiLstmI16::run(const float* input, int frames, int batch, Workspace& workspace,
                                   const Checkpoint& checkpoint) const {
  Input from;
  from.values = input;
  std::fill(workspace.start.begin(), workspace.start.end(), std::int16_t{0});
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    std::int16_t* output = workspace.layer[l % 2].data();
    for (int d = 0; d < 2; ++d) {
      run_direction(layers_[l].directions[d], d == 1, from, frames, batch, workspace,
                    output + static_cast<std::ptrdiff_t>(d) * hidden_, checkpoint);
    }
    from.values = nullptr;
    from.codes = output;
  }
  return from.codes;
}

}  // namespace diarist::nets
