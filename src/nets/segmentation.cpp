#include "nets/segmentation.hpp"

#include "nets/powerset.hpp"

namespace diarist::nets {
namespace {

constexpr SegmentationShape kShape = kSegmentation;
static_assert(kShape.classes == kPowersetClasses && kShape.speakers == kPowersetSpeakers);

constexpr std::size_t rows(int batch) { return static_cast<std::size_t>(kShape.frames()) * batch; }

}  // namespace

Segmentation::Workspace::Workspace(const Segmentation& net)
    : lstm(net.lstm_, kShape.frames(), kMaxBatch),
      features(rows(kMaxBatch) * kShape.conv_channels),
      linear{AlignedBuffer<float>(rows(kMaxBatch) * kShape.linear[0]),
             AlignedBuffer<float>(rows(kMaxBatch) * kShape.linear[1])},
      scores(rows(kMaxBatch) * kShape.classes) {}

Segmentation::Segmentation(const model::Pack& pack, const kernels::KernelSet& kernels,
                           Precision /*precision*/)
    : kernels_(kernels),
      sincnet_(pack, kernels),
      lstm_(pack, "segmentation.lstm.", kShape.lstm_layers, kShape.conv_channels,
            kShape.lstm_hidden, kernels) {
  const auto layer = [&](const std::string& name, int out, int in) {
    return kernels::PackedWeights(pack.floats("segmentation." + name + ".weight", {out, in}), out,
                                  in, pack.floats("segmentation." + name + ".bias", {out}),
                                  kernels.panel);
  };
  linear_[0] = layer("linear.0", kShape.linear[0], 2 * kShape.lstm_hidden);
  linear_[1] = layer("linear.1", kShape.linear[1], kShape.linear[0]);
  classifier_ = layer("classifier", kShape.classes, kShape.linear[1]);
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
  const float* x =
      lstm_.run(workspace.features.data(), kShape.frames(), windows, workspace.lstm, cancellation);
  const int rows = kShape.frames() * windows;
  const auto leaky = kernels::Activation::leaky_relu;
  x = linear(linear_[0], x, 2 * kShape.lstm_hidden, rows, leaky, workspace.linear[0].data());
  x = linear(linear_[1], x, kShape.linear[0], rows, leaky, workspace.linear[1].data());
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
