#include "nets/segmentation.hpp"

#include "nets/powerset.hpp"

namespace diarist::nets {
namespace {

constexpr SegmentationShape kShape = kSegmentation;
static_assert(kShape.classes == kPowersetClasses && kShape.speakers == kPowersetSpeakers);

constexpr std::size_t rows(int batch) { return static_cast<std::size_t>(kShape.frames()) * batch; }

}  // namespace

Segmentation::Workspace::Workspace(const Segmentation& net)
    : features(rows(kMaxBatch) * kShape.conv_channels),
      linear{AlignedBuffer<float>(rows(kMaxBatch) * kShape.linear[0]),
             AlignedBuffer<float>(rows(kMaxBatch) * kShape.linear[1])},
      scores(rows(kMaxBatch) * kShape.classes) {
  if (net.lstm_) lstm.emplace(*net.lstm_, kShape.frames(), kMaxBatch);
  if (net.lstm_i16_) lstm_i16.emplace(*net.lstm_i16_, kShape.frames(), kMaxBatch);
}

Segmentation::Segmentation(const model::Pack& pack, const kernels::KernelSet& kernels,
                           Precision precision)
    : kernels_(kernels), sincnet_(pack, kernels) {
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

const float* Segmentation::first_linear(int windows, Workspace& workspace,
                                        const CancellationToken* cancellation) const {
  const float* features = workspace.features.data();
  float* output = workspace.linear[0].data();
  const int rows = kShape.frames() * windows;
  const int inputs = 2 * kShape.lstm_hidden;
  const auto leaky = kernels::Activation::leaky_relu;
  if (lstm_) {
    const float* x = lstm_->run(features, kShape.frames(), windows, *workspace.lstm, cancellation);
    return linear(linear_[0], x, inputs, rows, leaky, output);
  }
  kernels::ContractionI16 c;
  c.input = lstm_i16_->run(features, kShape.frames(), windows, *workspace.lstm_i16, cancellation);
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
  sincnet_.run(samples, windows, step_samples, workspace.sincnet, workspace.features.data(),
               cancellation);
  const float* x = first_linear(windows, workspace, cancellation);
  const int rows = kShape.frames() * windows;
  x = linear(linear_[1], x, kShape.linear[0], rows, kernels::Activation::leaky_relu,
             workspace.linear[1].data());
  return linear(classifier_, x, kShape.linear[1], rows, kernels::Activation::none,
                workspace.scores.data());
}

void Segmentation::run(const float* samples, int windows, int step_samples, Workspace& workspace,
                       std::uint8_t* active, std::uint8_t* probability,
                       const CancellationToken* cancellation) const {
  const float* classes = scores(samples, windows, step_samples, workspace, cancellation);
  for (int t = 0; t < kShape.frames(); ++t) {
    for (int w = 0; w < windows; ++w) {
      const std::ptrdiff_t place =
          (static_cast<std::ptrdiff_t>(w) * kShape.frames() + t) * kShape.speakers;
      decode_powerset(classes, active + place, probability + place);
      classes += kShape.classes;
    }
  }
}

}  // namespace diarist::nets
