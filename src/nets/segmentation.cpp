#include "nets/segmentation.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <string>

namespace diarist::nets {
namespace {

using Shape = SegmentationShape;

// Rows that go through the linear layers together: what lies between two of them stays in the
// second-level cache. A multiple of the kernels' tiles of 5 and 6.
constexpr int kRowsAtOnce = 480;

constexpr std::size_t rows(int batch) { return static_cast<std::size_t>(Shape::frames()) * batch; }

}  // namespace

Segmentation::Workspace::Workspace(const Segmentation& net, int max_batch)
    : own_(memory_for([&](MemoryLayout& layout) { place(net, max_batch, layout); })) {}

Segmentation::Workspace::Workspace(const Segmentation& net, int max_batch, MemoryLayout& layout) {
  place(net, max_batch, layout);
}

// SincNet is done before the LSTM begins, whose first layer reads the features: its outputs take
// SincNet's place, those of the second layer the features'.
void Segmentation::Workspace::place(const Segmentation& net, int max_batch, MemoryLayout& layout) {
  const SegmentationShape& shape = net.shape_;
  const auto features_per_row = static_cast<std::size_t>(shape.features());
  std::size_t start = layout.end();
  features = layout.place<float>(rows(max_batch) * features_per_row);
  // Features that are wider than an LSTM layer's outputs would reach into those of the first.
  const std::size_t output_bytes = net.lstm_ ? sizeof(float) : sizeof(std::int16_t);
  if (features_per_row * sizeof(float) >
      static_cast<std::size_t>(shape.lstm_outputs()) * output_bytes) {
    start = layout.end();
  }
  sincnet.emplace(shape, layout);
  layout.go_back(start);
  if (net.lstm_) lstm.emplace(*net.lstm_, Shape::frames(), max_batch, layout);
  if (net.lstm_i16_) lstm_i16.emplace(*net.lstm_i16_, Shape::frames(), max_batch, layout);
  const int widest = *std::max_element(shape.linear.begin(), shape.linear.end());
  for (auto& each : linear) {
    each = layout.place<float>(static_cast<std::size_t>(kRowsAtOnce) * widest);
  }
  scores = layout.place<float>(rows(max_batch) * shape.classes);
}

Segmentation::Segmentation(const model::Pack& pack, const kernels::KernelSet& kernels,
                           Precision precision)
    : shape_(Shape::of(model::architecture_of(pack).segmentation)),
      kernels_(kernels),
      sincnet_(pack, shape_, kernels),
      linear_(shape_.linear.size()),
      powerset_(shape_.speakers, shape_.speakers_at_once) {
  assert(powerset_.classes() == shape_.classes);
  const auto weights = [&](const std::string& name, int out, int in) {
    return pack.floats("segmentation." + name + ".weight", {out, in});
  };
  const auto bias = [&](const std::string& name, int out) {
    return pack.floats("segmentation." + name + ".bias", {out});
  };
  const auto layer = [&](const std::string& name, int out, int in) {
    return kernels::PackedWeights(weights(name, out, in), out, in, bias(name, out), kernels.panel);
  };
  const std::string prefix = "segmentation.lstm.";
  const int out = shape_.linear[0];
  const int in = shape_.lstm_outputs();
  if (precision == Precision::int8) {
    lstm_i16_.emplace(pack, prefix, shape_.lstm_layers, shape_.features(), shape_.lstm_hidden,
                      kernels);
    linear_i16_ =
        kernels::PackedWeightsI16(weights("linear.0", out, in), out, in, bias("linear.0", out),
                                  kernels.panel, kernels::kUnitRange);
  } else {
    lstm_.emplace(pack, prefix, shape_.lstm_layers, shape_.features(), shape_.lstm_hidden, kernels);
    linear_[0] = layer("linear.0", out, in);
  }
  for (std::size_t i = 1; i < linear_.size(); ++i) {
    linear_[i] = layer("linear." + std::to_string(i), shape_.linear[i], shape_.linear[i - 1]);
  }
  classifier_ = layer("classifier", shape_.classes, shape_.linear.back());
}

const float* Segmentation::first_linear(const Hidden& hidden, int first_row, int rows,
                                        float* output) const {
  const std::ptrdiff_t inputs = shape_.lstm_outputs();
  const auto leaky = kernels::Activation::leaky_relu;
  if (hidden.values != nullptr) {
    return linear(linear_[0], hidden.values + first_row * inputs, static_cast<int>(inputs), rows,
                  leaky, output);
  }
  kernels::ContractionI16 c;
  c.input = hidden.codes + first_row * inputs;
  c.row_stride = inputs;
  c.weights = &linear_i16_;
  c.output = output;
  c.output_row_stride = shape_.linear[0];
  c.rows = rows;
  c.activation = leaky;
  kernels_.contract_i16(c);
  return output;
}

const float* Segmentation::linear(const kernels::PackedWeights& weights, const float* input,
                                  int inputs, int rows, kernels::Activation activation,
                                  float* output) const {
  kernels::Contraction c;
  c.input = input;
  c.row_stride = inputs;
  c.weights = &weights;
  c.output = output;
  c.output_row_stride = weights.columns();
  c.rows = rows;
  c.activation = activation;
  kernels_.contract(c);
  return output;
}

const float* Segmentation::scores(const float* samples, int windows, int step_samples,
                                  Workspace& workspace, const Checkpoint& checkpoint) const {
  sincnet_.run(samples, windows, step_samples, *workspace.sincnet, workspace.features.data(),
               checkpoint);
  return classify(windows, workspace, checkpoint);
}

const float* Segmentation::classify(int windows, Workspace& workspace,
                                    const Checkpoint& checkpoint) const {
  const float* features = workspace.features.data();
  Hidden hidden;
  if (lstm_) {
    hidden.values = lstm_->run(features, Shape::frames(), windows, *workspace.lstm, checkpoint);
  } else {
    hidden.codes =
        lstm_i16_->run(features, Shape::frames(), windows, *workspace.lstm_i16, checkpoint);
  }
  const int rows = Shape::frames() * windows;
  for (int first = 0; first < rows; first += kRowsAtOnce) {
    const int count = std::min(kRowsAtOnce, rows - first);
    const float* x = first_linear(hidden, first, count, workspace.linear[0].data());
    for (std::size_t i = 1; i < linear_.size(); ++i) {
      x = linear(linear_[i], x, shape_.linear[i - 1], count, kernels::Activation::leaky_relu,
                 workspace.linear[i % 2].data());
    }
    linear(classifier_, x, shape_.linear.back(), count, kernels::Activation::none,
           workspace.scores.data() + static_cast<std::ptrdiff_t>(first) * shape_.classes);
  }
  return workspace.scores.data();
}

void Segmentation::run(const float* samples, int windows, int step_samples, Workspace& workspace,
                       std::uint8_t* active, std::uint8_t* probability,
                       const Checkpoint& checkpoint) const {
  decode(scores(samples, windows, step_samples, workspace, checkpoint), windows, active,
         probability);
}

void Segmentation::run(std::span<const SincNet::Window> windows, Workspace& workspace,
                       std::uint8_t* active, std::uint8_t* probability,
                       const Checkpoint& checkpoint) const {
  sincnet_.run(windows, *workspace.sincnet, workspace.features.data(), checkpoint);
  const auto count = static_cast<int>(windows.size());
  decode(classify(count, workspace, checkpoint), count, active, probability);
}

void Segmentation::decode(const float* scores, int windows, std::uint8_t* active,
                          std::uint8_t* probability) const {
  for (int t = 0; t < Shape::frames(); ++t) {
    for (int w = 0; w < windows; ++w) {
      const std::ptrdiff_t place =
          (static_cast<std::ptrdiff_t>(w) * Shape::frames() + t) * shape_.speakers;
      powerset_.decode(scores, active + place, probability + place);
      scores += shape_.classes;
    }
  }
}

}  // namespace diarist::nets
