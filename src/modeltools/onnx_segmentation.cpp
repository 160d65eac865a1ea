#include "modeltools/onnx_segmentation.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diarist/error.hpp"

#include "model/architecture.hpp"
#include "modeltools/onnx_walk.hpp"
#include "modeltools/printable.hpp"
#include "modeltools/sinc_fit.hpp"

namespace diarist::modeltools {
namespace {

constexpr double kEpsilon = 1e-5;     // PyTorch's, of instance norms
constexpr double kLeakySlope = 0.01;  // likewise, of leaky ReLUs
constexpr std::int64_t kSincStride = 10;
constexpr std::int64_t kPool = 3;
constexpr int kConvolutions = 2;  // after SincNet's filters
constexpr std::size_t kGates = 4;
// PyTorch's gates i, f, g, o in ONNX's i, o, f, c.
constexpr std::size_t kGateInOnnx[kGates] = {0, 2, 3, 1};
constexpr std::string_view kFrequencies[] = {"low_hz_", "band_hz_", "window_", "n_"};

/// What turns features between the convolutions, the LSTM and the linear layers.
constexpr std::string_view kTurns[] = {"Transpose", "Reshape", "Squeeze", "Unsqueeze", "Identity"};

/// A part of another tensor: `rows` of `width` values from row `first` on.
CheckpointTensor part_of(const CheckpointTensor& whole, std::vector<std::int64_t> shape,
                         std::vector<std::size_t> first_rows, std::size_t rows, std::size_t width) {
  return {std::move(shape), whole.is_double,
          [doubles = whole.doubles, first_rows = std::move(first_rows), rows, width] {
            const std::vector<double> all = doubles();
            std::vector<double> values;
            values.reserve(first_rows.size() * rows * width);
            for (const std::size_t first : first_rows) {
              const auto from = all.begin() + static_cast<std::ptrdiff_t>(first * width);
              values.insert(values.end(), from, from + static_cast<std::ptrdiff_t>(rows * width));
            }
            return values;
          }};
}

class Segmentation {
 public:
  explicit Segmentation(const OnnxGraph& graph) : walk_(graph, "pyannote segmentation-3.0") {
    checkpoint_.name = graph.file;
  }

  Checkpoint read() {
    std::string x = turned(sincnet(turned(input())));
    int layer = 0;
    while (next(x).op == "LSTM") x = turned(lstm(walk_.only(x, "LSTM"), layer++));
    int linears = 0;
    while (true) {
      const std::string y = linear(x, linears);
      if (next(y).op != "LeakyRelu") {
        rename_classifier(linears);
        x = y;
        break;
      }
      x = leaky(y);
      ++linears;
    }
    const OnnxNode& softmax = walk_.only(x, "LogSoftmax");
    if (!walk_.readers(softmax.outputs[0]).empty()) {
      walk_.differs(*walk_.readers(softmax.outputs[0])[0], "the classes to change");
    }
    walk_.expect_no_others();
    return std::move(checkpoint_);
  }

 private:
  std::string input() const {
    for (const std::string& name : walk_.graph().inputs) {
      if (!walk_.graph().tensors.contains(name)) return name;
    }
    throw Error(ErrorCode::wrong_model, checkpoint_.name, "is a graph without an input");
  }

  /// The first reader, which must exist.
  const OnnxNode& next(const std::string& value) const {
    const auto readers = walk_.readers(value);
    if (readers.empty()) {
      throw Error(ErrorCode::wrong_model, checkpoint_.name,
                  "value '" + printable(value) + "' is read by no node",
                  "the graph must be that of a pyannote segmentation-3.0");
    }
    return *readers[0];
  }

  /// The value after what only turns it.
  std::string turned(std::string value) {
    for (std::size_t i = 0; i < walk_.graph().nodes.size(); ++i) {
      auto readers = walk_.readers(value);
      // Some turn a value only to ask for its shape.
      std::erase_if(readers, [this](const OnnxNode* node) {
        return node->op == "Transpose" && node->outputs.size() == 1 &&
               walk_.readers(node->outputs[0]).empty();
      });
      if (readers.size() != 1 || readers[0]->outputs.size() != 1 ||
          std::find(std::begin(kTurns), std::end(kTurns), readers[0]->op) == std::end(kTurns)) {
        break;
      }
      value = readers[0]->outputs[0];
    }
    return value;
  }

  void keep(const std::string& name, CheckpointTensor tensor) {
    checkpoint_.tensors[name] = std::move(tensor);
  }

  std::string norm(const std::string& value, const std::string& name) {
    const OnnxNode& node = walk_.only(value, "InstanceNormalization");
    walk_.expect_real(node, "epsilon", kEpsilon, kEpsilon);
    keep(name + ".weight", walk_.checkpoint_tensor(node, 1));
    keep(name + ".bias", walk_.checkpoint_tensor(node, 2));
    return node.outputs[0];
  }
  std::string leaky(const std::string& value) {
    const OnnxNode& node = walk_.only(value, "LeakyRelu");
    walk_.expect_real(node, "alpha", kLeakySlope, kLeakySlope);
    return node.outputs[0];
  }
  std::string pooled(const std::string& value) {
    const OnnxNode& node = walk_.only(value, "MaxPool");
    walk_.expect(node, "kernel_shape", {kPool}, {});
    walk_.expect(node, "strides", {kPool}, {1});
    walk_.expect(node, "pads", {0, 0}, {0, 0});
    walk_.expect(node, "dilations", {1}, {1});
    walk_.expect(node, "ceil_mode", {0}, {0});
    return node.outputs[0];
  }
  void expect_plain(const OnnxNode& node, std::int64_t stride) const {
    walk_.expect(node, "strides", {stride}, {1});
    walk_.expect(node, "pads", {0, 0}, {0, 0});
    walk_.expect(node, "dilations", {1}, {1});
    walk_.expect(node, "group", {1}, {1});
  }

  std::string sincnet(const std::string& samples) {
    const std::string prefix = "sincnet.";
    const OnnxNode& filters = walk_.only(norm(samples, prefix + "wav_norm1d"), "Conv");
    expect_plain(filters, kSincStride);
    frequencies(filters);
    std::string x = walk_.only(filters.outputs[0], "Abs").outputs[0];
    x = leaky(norm(pooled(x), prefix + "norm1d.0"));
    for (int i = 1; i <= kConvolutions; ++i) {
      const OnnxNode& node = walk_.only(x, "Conv");
      expect_plain(node, 1);
      const std::string name = prefix + "conv1d." + std::to_string(i);
      keep(name + ".weight", walk_.checkpoint_tensor(node, 1));
      keep(name + ".bias", walk_.checkpoint_tensor(node, 2));
      x = leaky(norm(pooled(node.outputs[0]), prefix + "norm1d." + std::to_string(i)));
    }
    return x;
  }

  /// Finds what the filters are computed from, and takes it by name; or in the filters themselves.
  void frequencies(const OnnxNode& filters) {
    if (!walk_.has_input(filters, 1)) walk_.differs(filters, "no filters");
    if (walk_.graph().tensors.contains(walk_.original(filters.inputs[1]))) {
      frequencies_of(filters);
      return;
    }
    std::vector<std::string> values = {filters.inputs[1]};
    std::map<std::string_view, std::string> found;
    while (!values.empty()) {
      const std::string value = values.back();
      values.pop_back();
      for (const std::string_view each : kFrequencies) {
        if (value.ends_with("." + std::string(each))) found[each] = value;
      }
      const OnnxNode* node = walk_.producer(value);
      if (node == nullptr || walk_.is_followed(*node)) continue;
      walk_.follow(*node);
      values.insert(values.end(), node->inputs.begin(), node->inputs.end());
    }
    for (const std::string_view each : kFrequencies) {
      const auto place = found.find(each);
      if (place == found.end()) {
        walk_.differs(filters,
                      "filters that are computed, but not from '" + std::string(each) + "'");
      }
      OnnxNode reader;
      reader.inputs = {place->second};
      keep("sincnet.conv1d.0.filterbank." + std::string(each), walk_.checkpoint_tensor(reader, 0));
    }
  }

  /// Of a simplified graph, in which the filters are constants.
  void frequencies_of(const OnnxNode& node) {
    const CheckpointTensor tensor = walk_.checkpoint_tensor(node, 1);
    const auto& shape = tensor.shape;
    if (shape.size() != 3 || shape[0] < 2 || shape[0] % 2 != 0 || shape[1] != 1 ||
        shape[2] != model::kSincTaps) {
      walk_.differs(node, "filters of shape " + model::shape_to_string(shape) +
                              ", expected an even number of them and 251 taps");
    }
    const SincFit fit = fit_sinc(tensor.doubles());
    if (fit.stranger) {
      walk_.differs(node, "filters of which number " + std::to_string(*fit.stranger) +
                              " is no band-pass of SincNet's");
    }
    const auto keep_all = [this](const std::string& name, std::vector<std::int64_t> axes,
                                 const std::vector<float>& values) {
      keep("sincnet.conv1d.0.filterbank." + name,
           {std::move(axes), false,
            [values] { return std::vector<double>(values.begin(), values.end()); }});
    };
    const auto half = static_cast<std::int64_t>(fit.parameters.n.size());
    keep_all("low_hz_", {shape[0] / 2, 1}, fit.parameters.low_hz);
    keep_all("band_hz_", {shape[0] / 2, 1}, fit.parameters.band_hz);
    keep_all("window_", {half}, fit.parameters.window);
    keep_all("n_", {1, half}, fit.parameters.n);
  }

  std::string lstm(const OnnxNode& node, int layer) {
    const auto direction = node.texts.find("direction");
    if (direction == node.texts.end() || direction->second != "bidirectional") {
      walk_.differs(node, "one direction, expected two");
    }
    for (const std::string_view unknown : {"clip", "activation_alpha"}) {
      if (node.reals.contains(unknown)) walk_.differs(node, "a " + std::string(unknown));
    }
    walk_.expect(node, "input_forget", {0}, {0});
    walk_.expect(node, "layout", {0}, {0});
    if (walk_.has_input(node, 7)) walk_.differs(node, "peepholes");
    if (walk_.has_input(node, 4)) walk_.differs(node, "sequence lengths");
    for (const std::size_t state : {5, 6}) {
      if (walk_.has_input(node, state)) expect_zeros(node, node.inputs[state]);
    }
    const auto& shape = walk_.tensor(node, 1).shape;
    const auto& recurrent = walk_.tensor(node, 2).shape;
    const auto& bias = walk_.tensor(node, 3).shape;
    if (shape.size() != 3 || shape[0] != 2 || shape[1] % 4 != 0 || recurrent.size() != 3 ||
        recurrent[0] != 2 || recurrent[1] != shape[1] || recurrent[2] * 4 != shape[1] ||
        bias != std::vector<std::int64_t>{2, 2 * shape[1]}) {
      walk_.differs(node, "weights of shapes that do not fit together");
    }
    const std::int64_t gates = shape[1];
    for (const std::int64_t d : {0, 1}) {
      const std::string end = "_l" + std::to_string(layer) + (d == 0 ? "" : "_reverse");
      const auto take = [&](const std::string& name, std::size_t input, std::int64_t width,
                            std::int64_t first_row, bool is_bias) {
        std::vector<std::size_t> rows;
        const auto hidden = static_cast<std::size_t>(gates) / kGates;
        for (const std::size_t gate : kGateInOnnx) {
          rows.push_back(static_cast<std::size_t>(first_row) + gate * hidden);
        }
        auto wanted =
            is_bias ? std::vector<std::int64_t>{gates} : std::vector<std::int64_t>{gates, width};
        keep("lstm." + name + end,
             part_of(walk_.checkpoint_tensor(node, input), std::move(wanted), std::move(rows),
                     hidden, static_cast<std::size_t>(width)));
      };
      take("weight_ih", 1, shape[2], d * gates, false);
      take("weight_hh", 2, recurrent[2], d * gates, false);
      take("bias_ih", 3, 1, d * 2 * gates, true);
      take("bias_hh", 3, 1, d * 2 * gates + gates, true);
    }
    return node.outputs.at(0);
  }

  /// A state to begin with, cut out of zeros of some shape.
  void expect_zeros(const OnnxNode& reader, std::string value) {
    const OnnxNode* node = walk_.producer(value);
    while (node != nullptr && !node->inputs.empty() &&
           (node->op == "Slice" || node->op == "Identity" || node->op == "Expand")) {
      if (walk_.is_followed(*node)) return;
      walk_.follow(*node);
      value = node->inputs[0];
      node = walk_.producer(value);
    }
    OnnxNode state = reader;
    state.inputs = {value};
    if (node != nullptr && node->op == "ConstantOfShape") {
      walk_.follow(*node);
      if (!node->value) return;  // Zeros, unless it says otherwise.
      const std::string bytes(node->value->bytes->size(), '\0');
      if (std::memcmp(bytes.data(), node->value->bytes->data(), bytes.size()) == 0) return;
      walk_.differs(*node, "a state to begin with that is not zero");
    }
    for (const double each : walk_.checkpoint_tensor(state, 0).doubles()) {
      if (each != 0) walk_.differs(reader, "a state to begin with that is not zero");
    }
  }

  /// A MatMul and the Add of its bias, or a Gemm between what flattens and what unflattens; kept as
  /// "linear.INDEX".
  std::string linear(const std::string& value, int index) {
    const std::string name = "linear." + std::to_string(index);
    if (const std::string flat = turned(value); next(flat).op == "Gemm") {
      const OnnxNode& node = walk_.only(flat, "Gemm");
      OnnxWalk::Linear both = walk_.gemm(node);
      keep(name + ".weight", std::move(both.weight));
      keep(name + ".bias", std::move(both.bias));
      return turned(node.outputs.at(0));
    }
    const OnnxNode& product = walk_.only(value, "MatMul");
    keep(name + ".weight", walk_.checkpoint_tensor(product, 1, true));
    const OnnxNode& sum = walk_.only(product.outputs[0], "Add");
    if (sum.inputs.size() != 2) walk_.differs(sum, "no bias to add");
    const bool is_first = walk_.original(sum.inputs[0]) == product.outputs[0];
    keep(name + ".bias", walk_.checkpoint_tensor(sum, is_first ? 1 : 0));
    return sum.outputs[0];
  }

  /// The last linear layer is the classifier.
  void rename_classifier(int index) {
    for (const std::string end : {".weight", ".bias"}) {
      auto node = checkpoint_.tensors.extract("linear." + std::to_string(index) + end);
      node.key() = "classifier" + end;
      checkpoint_.tensors.insert(std::move(node));
    }
  }

  OnnxWalk walk_;
  Checkpoint checkpoint_;
};

}  // namespace

Checkpoint onnx_segmentation(const OnnxGraph& graph) { return Segmentation(graph).read(); }

}  // namespace diarist::modeltools
