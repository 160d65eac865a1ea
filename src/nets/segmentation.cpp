#include "nets/segmentation.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <string>

namespace diarist::nets {
namespace {

constexpr SegmentationShape kShape = kSegmentation;

// Rows that go through the linear layers together: what lies between two of them stays in the
// second-level cache. A multiple of the kernels' tiles of 5 and 6.
constexpr int kRowsAtOnce = 480;

constexpr std::size_t rows(int batch) { return static_cast<std::size_t>(kShape.frames()) * batch; }

}  // namespace

Segmentation::Workspace::Workspace(const Segmentation& net, int max_batch)
    : own_(memory_for([&](MemoryLayout& layout) { place(net, max_batch, layout); })) {}

Segmentation::Workspace::Workspace(const Segmentation& net, int max_batch, MemoryLayout& layout) {
  place(net, max_batch, layout);
}

// SincNet is done before the LSTM begins, whose first layer reads the features: its outputs take
// SincNet's place, those of the second layer the features'.
void Segmentation::Workspace::place(const Segmentation& net, int max_batch, MemoryLayout& layout) {
  const std::size_t start = layout.end();
  features = layout.place<float>(rows(max_batch) * kShape.conv_channels);
  sincnet.emplace(layout);
  layout.go_back(start);
  if (net.lstm_) lstm.emplace(*net.lstm_, kShape.frames(), max_batch, layout);
  if (net.lstm_i16_) lstm_i16.emplace(*net.lstm_i16_, kShape.frames(), max_batch, layout);
  static_assert(kShape.conv_channels * sizeof(float) <=
                2 * kShape.lstm_hidden * sizeof(std::int16_t));
  for (std::size_t i = 0; i < std::size(linear); ++i) {
    linear[i] = layout.place<float>(static_cast<std::size_t>(kRowsAtOnce) * kShape.linear[i]);
  }
  scores = layout.place<float>(rows(max_batch) * kShape.classes);
}

Segmentation::Segmentation(const model::Pack& pack, const kernels::KernelSet& kernels,
                           Precision precision)
    : kernels_(kernels),
      sincnet_(pack, kernels),
      powerset_(kShape.speakers, kShape.speakers_at_once) {
  assert(powerset_.classes() == kShape.classes);
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
  const int out = kShape.linear[0];
  const int in = 2 * kShape.lstm_hidden;
  if (precision == Precision::int8) {
    lstm_i16_.emplace(pack, prefix, kShape.lstm_layers, kShape.conv_channels, kShape.lstm_hidden,
                      kernels);
    linear_i16_ =
        kernels::PackedWeightsI16(weights("linear.0", out, in), out, in, bias("linear.0", out),
                                  kernels.panel, kernels::kUnitRange);
  } else {
    lstm_.emplace(pack, prefix, kShape.lstm_layers, kShape.conv_channels, kShape.lstm_hidden,
                  kernels);
    linear_[0] = layer("linear.0", out, in);
  }
  linear_[1] = layer("linear.1", kShape.linear[1], kShape.linear[0]);
  classifier_ = layer("classifier", kShape.classes, kShape.linear[1]);
}

const float* Segmentation::first_linear(const Hidden& hidden, int first_row, int rows,
                                        float* output) const {
  const std::ptrdiff_t inputs = 2 * kShape.lstm_hidden;
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
  c.output_row_stride = kShape.linear[0];
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
                                  Workspace& workspace,
                                  const CancellationToken* cancellation) const {
  const float* features = workspace.features.data();
  sincnet_.run(samples, windows, step_samples, *workspace.sincnet, workspace.features.data(),
               cancellation);
  Hidden hidden;
  if (lstm_) {
    hidden.values = lstm_->run(features, kShape.frames(), windows, *workspace.lstm, cancellation);
  } else {
    hidden.codes =
        lstm_i16_->run(features, kShape.frames(), windows, *workspace.lstm_i16, cancellation);
  }
  const int rows = kShape.frames() * windows;
  for (int first = 0; first < rows; first += kRowsAtOnce) {
    const int count = std::min(kRowsAtOnce, rows - first);
    const float* x = first_linear(hidden, first, count, workspace.linear[0].data());
    x = linear(linear_[1], x, kShape.linear[0], count, kernels::Activation::leaky_relu,
               workspace.linear[1].data());
    linear(classifier_, x, kShape.linear[1], count, kernels::Activation::none,
           workspace.scores.data() + static_cast<std::ptrdiff_t>(first) * kShape.classes);
  }
  return workspace.scores.data();
}

void Segmentation::run(const float* samples, int windows, int step_samples, Workspace& workspace,
                       std::uint8_t* active, std::uint8_t* probability,
                       const CancellationToken* cancellation) const {
  const float* classes = scores(samples, windows, step_samples, workspace, cancellation);
  for (int t = 0; t < kShape.frames(); ++t) {
    for (int w = 0; w < windows; ++w) {
      const std::ptrdiff_t place =
          (static_cast<std::ptrdiff_t>(w) * kShape.frames() + t) * kShape.speakers;
      powerset_.decode(classes, active + place, probability + place);
      classes += kShape.classes;
    }
  }
}

}  // namespace diarist::nets
