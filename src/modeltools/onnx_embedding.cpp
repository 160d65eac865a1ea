#include "modeltools/onnx_embedding.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "diarist/error.hpp"

#include "modeltools/onnx_walk.hpp"

namespace diarist::modeltools {
namespace {

// PyTorch's, and the only one that our nets use.
constexpr double kEpsilon = 1e-5;

// What exporters make of mean and standard deviation over time.
constexpr std::string_view kPooling[] = {
    "ReduceMean", "ReduceSum", "ReduceProd", "Sub",      "Mul",   "Pow",     "Div",
    "Add",        "Sqrt",      "Flatten",    "Reshape",  "Shape", "Squeeze", "Unsqueeze",
    "Gather",     "Slice",     "Cast",       "Constant", "Concat"};

class Embedding {
 public:
  explicit Embedding(const OnnxGraph& graph) : walk_(graph, "WeSpeaker ResNet") {
    checkpoint_.name = graph.file;
  }

  Checkpoint read() {
    std::string x = trunk(stem());
    linear(pooling(x));
    walk_.expect_no_others();
    return std::move(checkpoint_);
  }

 private:
  /// The first convolution of the graph: fed by the input, which is only turned before it.
  std::string stem() {
    const auto& nodes = walk_.graph().nodes;
    const auto first = std::find_if(nodes.begin(), nodes.end(),
                                    [](const OnnxNode& node) { return node.op == "Conv"; });
    if (first == nodes.end() || first->inputs.empty()) {
      throw Error(ErrorCode::wrong_model, checkpoint_.name, "is a graph without convolutions",
                  "expected that of a WeSpeaker ResNet");
    }
    const auto& inputs = walk_.graph().inputs;
    std::string value = first->inputs[0];
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (std::find(inputs.begin(), inputs.end(), value) != inputs.end()) break;
      const OnnxNode* node = walk_.producer(value);
      if (node == nullptr || node->inputs.empty()) walk_.differs(*first, "no features for input");
      if (node->op != "Transpose" && node->op != "Unsqueeze" && node->op != "Identity" &&
          node->op != "Reshape") {
        walk_.differs(*node, "a place before the first convolution, where features come in");
      }
      value = node->inputs[0];
    }
    walk_.follow(*first);
    return relu(convolution(*first, 3, 1, "conv1", "bn1"));
  }

  /// One block after the other, as long as convolutions follow. Returns the last value.
  std::string trunk(std::string x) {
    int stage = 1;
    int index = 0;
    while (true) {
      const auto next = readers_of_block(x);
      if (!next.first) return x;
      const bool is_bottleneck = taps_of(*next.first) == 1;
      // The stride of a bottleneck lies behind its first convolution, and in its shortcut.
      const bool is_strided =
          stride_of(is_bottleneck && next.shortcut != nullptr ? *next.shortcut : *next.first) == 2;
      const std::int64_t stride = is_strided ? 2 : 1;
      if (is_strided) {
        ++stage;
        index = 0;
      }
      const std::string name =
          "layer" + std::to_string(stage) + "." + std::to_string(index++) + ".";
      std::string middle =
          relu(convolution(*next.first, is_bottleneck ? 1 : 3, is_bottleneck ? 1 : stride,
                           name + "conv1", name + "bn1"));
      if (is_bottleneck) {
        middle =
            relu(convolution(walk_.only(middle, "Conv"), 3, stride, name + "conv2", name + "bn2"));
      }
      const std::string last = is_bottleneck ? "3" : "2";
      const std::string y = convolution(walk_.only(middle, "Conv"), is_bottleneck ? 1 : 3, 1,
                                        name + "conv" + last, name + "bn" + last);
      std::string residual = x;
      if (next.shortcut) {
        residual = convolution(*next.shortcut, 1, stride, name + "shortcut.0", name + "shortcut.1");
      }
      const OnnxNode& sum = walk_.only(y, "Add");
      if (sum.inputs.size() != 2 || (walk_.original(sum.inputs[0]) != residual &&
                                     walk_.original(sum.inputs[1]) != residual)) {
        walk_.differs(sum, "another value to add than the block's input");
      }
      x = relu(sum.outputs[0]);
    }
  }

  struct BlockStart {
    const OnnxNode* first = nullptr;
    const OnnxNode* shortcut = nullptr;
  };

  BlockStart readers_of_block(const std::string& x) {
    BlockStart start;
    for (const OnnxNode* node : walk_.readers(x)) {
      if (node->op != "Conv") continue;
      if (walk_.is_followed(*node)) walk_.differs(*node, "a place in a cycle");
      walk_.follow(*node);
      const OnnxNode*& place = is_added(*node) ? start.shortcut : start.first;
      if (place != nullptr) walk_.differs(*node, "the same input as another convolution");
      place = node;
    }
    if (start.first == nullptr && start.shortcut != nullptr) {
      walk_.differs(*start.shortcut, "no convolution beside it, where a block begins");
    }
    return start;
  }

  /// Whether what a convolution gives, with its batch norm, is added to something as it is.
  bool is_added(const OnnxNode& convolution) const {
    auto next = walk_.readers(convolution.outputs.at(0));
    if (next.size() == 1 && next[0]->op == "BatchNormalization") {
      next = walk_.readers(next[0]->outputs.at(0));
    }
    return next.size() == 1 && next[0]->op == "Add";
  }

  std::int64_t taps_of(const OnnxNode& convolution) const {
    const auto& shape = walk_.tensor(convolution, 1).shape;
    return shape.size() == 4 ? shape[2] : 0;
  }

  static std::int64_t stride_of(const OnnxNode& node) {
    const auto found = node.integers.find("strides");
    return found == node.integers.end() || found->second.empty() ? 1 : found->second[0];
  }

  /// A convolution with its batch norm, which may have been folded into it. Returns what follows.
  std::string convolution(const OnnxNode& node, std::int64_t taps, std::int64_t stride,
                          const std::string& name, const std::string& norm) {
    const auto& shape = walk_.tensor(node, 1).shape;
    if (shape.size() != 4) walk_.differs(node, "weights of other than four axes");
    const std::int64_t pad = taps / 2;
    walk_.expect(node, "kernel_shape", {taps, taps}, {shape[2], shape[3]});
    walk_.expect(node, "strides", {stride, stride}, {1, 1});
    walk_.expect(node, "pads", {pad, pad, pad, pad}, {0, 0, 0, 0});
    walk_.expect(node, "dilations", {1, 1}, {1, 1});
    walk_.expect(node, "group", {1}, {1});
    const auto auto_pad = node.texts.find("auto_pad");
    if (auto_pad != node.texts.end() && auto_pad->second != "NOTSET") {
      walk_.differs(node, "padding of its own (auto_pad)");
    }
    checkpoint_.tensors[name + ".weight"] = walk_.checkpoint_tensor(node, 1);
    const auto next = walk_.readers(node.outputs.at(0));
    if (next.size() == 1 && next[0]->op == "BatchNormalization") {
      if (walk_.has_input(node, 2)) walk_.differs(node, "a bias before its batch norm");
      return batch_norm(walk_.only(node.outputs[0], "BatchNormalization"), norm);
    }
    checkpoint_.tensors[norm + ".weight"] = constant_tensor(shape[0], 1);
    checkpoint_.tensors[norm + ".bias"] =
        walk_.has_input(node, 2) ? walk_.checkpoint_tensor(node, 2) : constant_tensor(shape[0], 0);
    checkpoint_.tensors[norm + ".running_mean"] = constant_tensor(shape[0], 0);
    checkpoint_.tensors[norm + ".running_var"] = constant_tensor(shape[0], 1 - kEpsilon);
    return node.outputs[0];
  }

  std::string batch_norm(const OnnxNode& node, const std::string& name) {
    walk_.expect_real(node, "epsilon", kEpsilon, kEpsilon);
    walk_.expect(node, "training_mode", {0}, {0});
    checkpoint_.tensors[name + ".weight"] = walk_.checkpoint_tensor(node, 1);
    checkpoint_.tensors[name + ".bias"] = walk_.checkpoint_tensor(node, 2);
    checkpoint_.tensors[name + ".running_mean"] = walk_.checkpoint_tensor(node, 3);
    checkpoint_.tensors[name + ".running_var"] = walk_.checkpoint_tensor(node, 4);
    return node.outputs.at(0);
  }

  std::string relu(const std::string& value) { return walk_.only(value, "Relu").outputs[0]; }

  /// Follows what computes the statistics. Returns the node that joins them.
  const OnnxNode& pooling(const std::string& x) {
    std::vector<std::string> values = {x};
    const OnnxNode* joint = nullptr;
    bool has_root = false;
    bool has_mean = false;
    while (!values.empty()) {
      const std::string value = values.back();
      values.pop_back();
      for (const OnnxNode* node : walk_.readers(value)) {
        if (walk_.is_followed(*node)) continue;
        if (node->op == "Gemm" || node->op == "MatMul") continue;
        if (std::find(std::begin(kPooling), std::end(kPooling), node->op) == std::end(kPooling)) {
          walk_.differs(*node, "a place in the pooling, where mean and standard deviation belong");
        }
        walk_.follow(*node);
        has_root = has_root || node->op == "Sqrt";
        has_mean = has_mean || node->op == "ReduceMean";
        if (node->op == "Concat" && is_joint(*node)) {
          if (joint != nullptr) walk_.differs(*node, "a second place where statistics are joined");
          joint = node;
        }
        values.insert(values.end(), node->outputs.begin(), node->outputs.end());
      }
    }
    if (joint == nullptr || !has_root || !has_mean) {
      throw Error(ErrorCode::wrong_model, checkpoint_.name,
                  "does not join mean and standard deviation after its last block",
                  "the graph must be that of a WeSpeaker ResNet");
    }
    follow_shapes();
    return *joint;
  }

  /// Whether a Concat is read by the linear layer.
  bool is_joint(const OnnxNode& node) const {
    const auto next = walk_.readers(node.outputs.at(0));
    if (next.size() != 1 || (next[0]->op != "Gemm" && next[0]->op != "MatMul")) return false;
    // The mean first, then the deviation: the root is on the way to the second only.
    if (node.inputs.size() != 2 || reaches_root(node.inputs[0]) || !reaches_root(node.inputs[1])) {
      walk_.differs(node, "other statistics to join than mean and standard deviation");
    }
    return true;
  }

  bool reaches_root(std::string value) const {
    for (int steps = 0; steps < 8; ++steps) {
      const OnnxNode* node = walk_.producer(value);
      if (node == nullptr || node->inputs.empty()) return false;
      if (node->op == "Sqrt") return true;
      if (node->op != "Flatten" && node->op != "Reshape" && node->op != "Squeeze" &&
          node->op != "Unsqueeze" && node->op != "Identity") {
        return false;
      }
      value = node->inputs[0];
    }
    return false;
  }

  /// What is computed from shapes alone: the number of frames that a variance divides by.
  void follow_shapes() {
    std::vector<const OnnxNode*> shapes;
    for (const OnnxNode& node : walk_.graph().nodes) {
      if (node.op == "Shape") shapes.push_back(&node);
    }
    while (!shapes.empty()) {
      const OnnxNode* shape = shapes.back();
      shapes.pop_back();
      for (const std::string& output : shape->outputs) {
        for (const OnnxNode* node : walk_.readers(output)) {
          if (walk_.is_followed(*node)) continue;
          if (std::find(std::begin(kPooling), std::end(kPooling), node->op) == std::end(kPooling)) {
            continue;
          }
          walk_.follow(*node);
          shapes.push_back(node);
        }
      }
    }
  }

  /// The linear layer to the embedding. Nothing may follow that changes it.
  void linear(const OnnxNode& joint) {
    const OnnxNode* node = walk_.readers(joint.outputs[0])[0];
    walk_.follow(*node);
    std::string value = node->outputs.at(0);
    if (node->op == "Gemm") {
      OnnxWalk::Linear both = walk_.gemm(*node);
      checkpoint_.tensors["seg_1.weight"] = std::move(both.weight);
      checkpoint_.tensors["seg_1.bias"] = std::move(both.bias);
    } else {
      checkpoint_.tensors["seg_1.weight"] = walk_.checkpoint_tensor(*node, 1, true);
      const OnnxNode& sum = walk_.only(value, "Add");
      const std::size_t side = walk_.original(sum.inputs.at(0)) == value ? 1 : 0;
      checkpoint_.tensors["seg_1.bias"] = walk_.checkpoint_tensor(sum, side);
      value = sum.outputs[0];
    }
    // WeSpeaker's exporter subtracts a mean, which is zero unless somebody gave one.
    for (const OnnxNode* next : walk_.readers(value)) {
      if (next->op != "Sub" || next->inputs.size() != 2)
        walk_.differs(*next, "the embedding to change");
      const auto mean = walk_.checkpoint_tensor(*next, 1).doubles();
      if (std::any_of(mean.begin(), mean.end(), [](double each) { return each != 0; })) {
        walk_.differs(*next, "a mean to subtract from embeddings, which our net does not");
      }
      walk_.follow(*next);
      if (!walk_.readers(next->outputs.at(0)).empty()) {
        walk_.differs(*walk_.readers(next->outputs[0])[0], "the embedding to change");
      }
    }
  }

  OnnxWalk walk_;
  Checkpoint checkpoint_;
};

}  // namespace

Checkpoint onnx_embedding(const OnnxGraph& graph) { return Embedding(graph).read(); }

}  // namespace diarist::modeltools
