#include "model/tensor_table.hpp"

#include <utility>

namespace diarist::model {
namespace {

/// Collects the specs of one part under its prefix.
class Table {
 public:
  explicit Table(std::string prefix) : prefix_(std::move(prefix)) {}

  void add(const std::string& source_name, std::vector<std::int64_t> shape, Role role,
           bool half = false) {
    specs_.push_back({prefix_ + source_name, source_name, std::move(shape), role, half});
  }
  /// Scale and shift of an instance norm.
  void add_norm(const std::string& name, std::int64_t channels) {
    add(name + ".weight", {channels}, Role::norm);
    add(name + ".bias", {channels}, Role::norm);
  }
  void add_batch_norm(const std::string& name, std::int64_t channels) {
    add_norm(name, channels);
    add(name + ".running_mean", {channels}, Role::statistics);
    add(name + ".running_var", {channels}, Role::statistics);
  }
  void add_linear(const std::string& name, std::int64_t outputs, std::int64_t inputs,
                  bool half = false) {
    add(name + ".weight", {outputs, inputs}, Role::linear, half);
    add(name + ".bias", {outputs}, Role::bias);
  }
  /// A square convolution of the embedding net, without bias, and its batch norm.
  void add_convolution(const std::string& name, const std::string& norm, std::int64_t outputs,
                       std::int64_t inputs, std::int64_t taps) {
    add(name + ".weight", {outputs, inputs, taps, taps}, Role::convolution, true);
    add_batch_norm(norm, outputs);
  }

  std::vector<TensorSpec> take() { return std::move(specs_); }

 private:
  std::string prefix_;
  std::vector<TensorSpec> specs_;
};

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::convolution:
      return "convolution";
    case Role::linear:
      return "linear";
    case Role::lstm:
      return "lstm";
    case Role::bias:
      return "bias";
    case Role::norm:
      return "norm";
    case Role::statistics:
      return "statistics";
    case Role::filterbank:
      return "filterbank";
    case Role::plda:
      return "plda";
  }
  return "";
}

std::vector<TensorSpec> segmentation_tensors(const SegmentationArchitecture& a) {
  Table table("segmentation.");
  table.add_norm("sincnet.wav_norm1d", 1);
  const std::string filterbank = "sincnet.conv1d.0.filterbank.";
  const std::int64_t half_window = kSincTaps / 2;
  table.add(filterbank + "low_hz_", {a.sinc_filters / 2, 1}, Role::filterbank);
  table.add(filterbank + "band_hz_", {a.sinc_filters / 2, 1}, Role::filterbank);
  table.add(filterbank + "window_", {half_window}, Role::filterbank);
  table.add(filterbank + "n_", {1, half_window}, Role::filterbank);
  std::int64_t inputs = a.sinc_filters;
  table.add_norm("sincnet.norm1d.0", inputs);
  for (std::size_t i = 0; i < a.convolution_channels.size(); ++i) {
    const std::string layer = std::to_string(i + 1);
    const std::int64_t channels = a.convolution_channels[i];
    table.add("sincnet.conv1d." + layer + ".weight", {channels, inputs, kConvolutionTaps},
              Role::convolution);
    table.add("sincnet.conv1d." + layer + ".bias", {channels}, Role::bias);
    table.add_norm("sincnet.norm1d." + layer, channels);
    inputs = channels;
  }
  const std::int64_t gates = 4 * a.lstm_hidden;
  for (std::int64_t layer = 0; layer < a.lstm_layers; ++layer) {
    for (const std::string direction : {"", "_reverse"}) {
      const std::string end = "_l" + std::to_string(layer) + direction;
      table.add("lstm.weight_ih" + end, {gates, inputs}, Role::lstm, layer > 0);
      table.add("lstm.weight_hh" + end, {gates, a.lstm_hidden}, Role::lstm);
      table.add("lstm.bias_ih" + end, {gates}, Role::bias);
      table.add("lstm.bias_hh" + end, {gates}, Role::bias);
    }
    inputs = 2 * a.lstm_hidden;
  }
  for (std::size_t layer = 0; layer < a.linear.size(); ++layer) {
    table.add_linear("linear." + std::to_string(layer), a.linear[layer], inputs);
    inputs = a.linear[layer];
  }
  table.add_linear("classifier", a.classes, inputs);
  return table.take();
}

std::vector<TensorSpec> embedding_tensors(const EmbeddingArchitecture& a) {
  Table table("embedding.");
  std::int64_t inputs = a.channels[0];
  table.add_convolution("conv1", "bn1", inputs, 1, 3);
  for (std::size_t stage = 0; stage < a.blocks.size(); ++stage) {
    const std::int64_t channels = a.channels[stage];
    for (std::int64_t block = 0; block < a.blocks[stage]; ++block) {
      const std::string name =
          "layer" + std::to_string(stage + 1) + "." + std::to_string(block) + ".";
      const std::int64_t outputs = a.output_channels(stage);
      table.add_convolution(name + "conv1", name + "bn1", channels, inputs, a.bottleneck ? 1 : 3);
      table.add_convolution(name + "conv2", name + "bn2", channels, channels, 3);
      if (a.bottleneck) {
        table.add_convolution(name + "conv3", name + "bn3", outputs, channels, 1);
      }
      // The first block of all stages but the first halves the resolution; its shortcut must too.
      if (block == 0 && (stage > 0 || inputs != outputs)) {
        table.add_convolution(name + "shortcut.0", name + "shortcut.1", outputs, inputs, 1);
      }
      inputs = outputs;
    }
  }
  // Pooling gives a mean and a standard deviation for each channel and mel bin.
  table.add_linear("seg_1", a.dimensions, 2 * inputs * EmbeddingArchitecture::kPooledBins, true);
  return table.take();
}

std::vector<TensorSpec> transform_tensors(const PldaArchitecture& a) {
  Table table("plda.");
  table.add("mean1", {a.embedding}, Role::plda);
  table.add("lda", {a.embedding, a.features}, Role::plda);
  table.add("mean2", {a.features}, Role::plda);
  return table.take();
}

std::vector<TensorSpec> plda_tensors(const PldaArchitecture& a) {
  Table table("plda.");
  table.add("mu", {a.features}, Role::plda);
  table.add("tr", {a.features, a.features}, Role::plda);
  table.add("psi", {a.features}, Role::plda);
  return table.take();
}

std::vector<Part> parts(const Architecture& architecture) {
  return {
      {"segmentation net",
       "pyannote segmentation net",
       "sincnet.conv1d.0.filterbank.low_hz_",
       "segmentation.",
       {"", "segmentation."},
       segmentation_tensors(architecture.segmentation)},
      {"embedding net",
       "WeSpeaker ResNet",
       "layer1.0.conv1.weight",
       "embedding.",
       {"resnet.", "", "embedding."},
       embedding_tensors(architecture.embedding)},
      {"embedding transform",
       "community-1 xvec_transform",
       "lda",
       "plda.",
       {"", "plda."},
       transform_tensors(architecture.plda)},
      {"PLDA", "community-1 plda", "psi", "plda.", {"", "plda."}, plda_tensors(architecture.plda)},
  };
}

}  // namespace diarist::model
