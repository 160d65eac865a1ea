#include "modeltools/onnx_walk.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "diarist/error.hpp"

#include "modeltools/printable.hpp"
#include "modeltools/tensor_values.hpp"

namespace diarist::modeltools {
namespace {

// They make and move shapes, and are no arithmetic on features.
constexpr std::string_view kPlumbing[] = {"Constant", "Identity", "Shape",     "Gather",
                                          "Cast",     "Slice",    "Unsqueeze", "Squeeze",
                                          "Concat",   "Reshape",  "Transpose", "Flatten"};

bool is_plumbing(const OnnxNode& node) {
  return std::find(std::begin(kPlumbing), std::end(kPlumbing), node.op) != std::end(kPlumbing);
}

std::string text_of(const std::vector<std::int64_t>& numbers) {
  return model::shape_to_string(numbers);
}

}  // namespace

OnnxWalk::OnnxWalk(const OnnxGraph& graph, std::string kind)
    : graph_(graph), kind_(std::move(kind)) {
  for (const OnnxNode& node : graph.nodes) {
    for (const std::string& input : node.inputs) {
      auto& each = readers_[input];
      if (each.empty() || each.back() != &node) each.push_back(&node);
    }
    for (const std::string& output : node.outputs) {
      if (!producers_.emplace(output, &node).second) differs(node, "an output that another has");
    }
  }
}

void OnnxWalk::differs(const OnnxNode& node, const std::string& problem) const {
  const std::string name =
      !node.name.empty() ? node.name : (node.outputs.empty() ? "" : node.outputs[0]);
  throw Error(ErrorCode::wrong_model, graph_.file,
              "node '" + printable(name) + "' (" + printable(node.op) + ") has " + problem,
              "the graph must be that of a " + kind_);
}

std::vector<const OnnxNode*> OnnxWalk::readers(const std::string& value) const {
  std::vector<const OnnxNode*> found;
  std::vector<std::string> values = {value};
  std::size_t steps = 0;
  while (!values.empty()) {
    const auto each = readers_.find(values.back());
    values.pop_back();
    if (each == readers_.end()) continue;
    for (const OnnxNode* node : each->second) {
      if (++steps > 2 * graph_.nodes.size()) differs(*node, "a cycle before it");
      if (node->op == "Identity" && node->outputs.size() == 1) {
        values.push_back(node->outputs[0]);
      } else if (node->op != "Shape") {
        found.push_back(node);
      }
    }
  }
  return found;
}

const OnnxNode& OnnxWalk::only(const std::string& value, std::string_view op) {
  const auto found = readers(value);
  if (found.empty()) {
    throw Error(ErrorCode::wrong_model, graph_.file,
                "value '" + printable(value) + "' is read by no node, expected " + std::string(op),
                "the graph must be that of a " + kind_);
  }
  if (found[0]->op != op) differs(*found[0], "the place of " + std::string(op));
  if (found.size() > 1) differs(*found[1], "the same input as " + std::string(op) + " has");
  if (is_followed(*found[0])) differs(*found[0], "a place in a cycle");
  follow(*found[0]);
  return *found[0];
}

const OnnxNode* OnnxWalk::producer(const std::string& value) const {
  const auto found = producers_.find(value);
  return found == producers_.end() ? nullptr : found->second;
}

std::string OnnxWalk::original(std::string value) const {
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    const OnnxNode* node = producer(value);
    if (node == nullptr || node->op != "Identity" || node->inputs.empty()) break;
    value = node->inputs[0];
  }
  return value;
}

void OnnxWalk::expect(const OnnxNode& node, std::string_view attribute,
                      const std::vector<std::int64_t>& expected,
                      const std::vector<std::int64_t>& if_absent) const {
  const auto found = node.integers.find(attribute);
  const auto& actual = found == node.integers.end() ? if_absent : found->second;
  if (actual == expected) return;
  differs(node, std::string(attribute) + " " + text_of(actual) + ", expected " + text_of(expected));
}

void OnnxWalk::expect_real(const OnnxNode& node, std::string_view attribute, double expected,
                           double if_absent) const {
  const auto found = node.reals.find(attribute);
  const double actual = found == node.reals.end() ? if_absent : found->second;
  // Attributes are 32-bit floats.
  if (std::fabs(actual - expected) <= 1e-6 * std::fabs(expected)) return;
  differs(node, std::string(attribute) + " " + std::to_string(actual) + ", expected " +
                    std::to_string(expected));
}

const OnnxTensor& OnnxWalk::tensor(const OnnxNode& node, std::size_t i) const {
  if (!has_input(node, i)) differs(node, "no input " + std::to_string(i));
  const std::string name = original(node.inputs[i]);
  const auto found = graph_.tensors.find(name);
  if (found == graph_.tensors.end()) {
    const OnnxNode* from = producer(name);
    differs(node, "for its input " + std::to_string(i) +
                      (from != nullptr ? " what a node (" + printable(from->op) + ") computes"
                                       : std::string(" no tensor of the file")) +
                      ", expected weights");
  }
  return found->second;
}

CheckpointTensor OnnxWalk::checkpoint_tensor(const OnnxNode& node, std::size_t i,
                                             bool transposed) const {
  const OnnxTensor& tensor = this->tensor(node, i);
  StridedView view{tensor.shape, std::vector<std::int64_t>(tensor.shape.size(), 1), 0};
  for (std::size_t axis = view.shape.size(); axis-- > 1;) {
    view.strides[axis - 1] = view.strides[axis] * view.shape[axis];
  }
  if (transposed) {
    if (view.shape.size() != 2) differs(node, "weights of other than two axes");
    std::swap(view.shape[0], view.shape[1]);
    std::swap(view.strides[0], view.strides[1]);
  }
  return {view.shape, tensor.type == model::DataType::f64,
          [view, file = graph_.file, name = printable(node.inputs[i]), type = tensor.type,
           bytes = tensor.bytes] { return finite_doubles(file, name, type, *bytes, view); }};
}

OnnxWalk::Linear OnnxWalk::gemm(const OnnxNode& node) const {
  expect_real(node, "alpha", 1, 1);
  expect_real(node, "beta", 1, 1);
  expect(node, "transA", {0}, {0});
  const auto turned = node.integers.find("transB");
  const bool is_turned =
      turned != node.integers.end() && turned->second != std::vector<std::int64_t>{0};
  return {checkpoint_tensor(node, 1, !is_turned), checkpoint_tensor(node, 2)};
}

void OnnxWalk::expect_no_others() const {
  for (const OnnxNode& node : graph_.nodes) {
    if (!is_followed(node) && !is_plumbing(node)) differs(node, "no place in our net");
  }
}

CheckpointTensor constant_tensor(std::int64_t count, double value) {
  return {{count}, false, [count, value] {
            return std::vector<double>(static_cast<std::size_t>(count), value);
          }};
}

}  // namespace diarist::modeltools
