// Following an ONNX graph node by node, and saying where it is not what was expected.
#pragma once

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "modeltools/checkpoint.hpp"
#include "modeltools/onnx_graph.hpp"

namespace diarist::modeltools {

/// Not for several threads at once; `graph` must outlive it.
class OnnxWalk {
 public:
  /// `kind` is what the graph is held against: "WeSpeaker ResNet34".
  OnnxWalk(const OnnxGraph& graph, std::string kind);

  const OnnxGraph& graph() const { return graph_; }

  /// Those who read a value, what only renames it (Identity) being looked through. Nodes that only
  /// ask for its shape are no readers.
  std::vector<const OnnxNode*> readers(const std::string& value) const;
  /// The one reader of a value, which must be `op`; it counts as followed.
  const OnnxNode& only(const std::string& value, std::string_view op);
  void follow(const OnnxNode& node) { followed_.insert(&node); }
  bool is_followed(const OnnxNode& node) const { return followed_.contains(&node); }
  /// Null for the graph's own inputs and tensors.
  const OnnxNode* producer(const std::string& value) const;
  /// What a value is called before it is renamed.
  std::string original(std::string value) const;

  /// Throws Error{wrong_model}: the node "has PROBLEM".
  [[noreturn]] void differs(const OnnxNode& node, const std::string& problem) const;
  /// The attribute must have these integers; absent, its default must.
  void expect(const OnnxNode& node, std::string_view attribute,
              const std::vector<std::int64_t>& expected,
              const std::vector<std::int64_t>& if_absent) const;
  void expect_real(const OnnxNode& node, std::string_view attribute, double expected,
                   double if_absent) const;

  /// The tensor that a node has for its input `i`: an initializer or a Constant.
  const OnnxTensor& tensor(const OnnxNode& node, std::size_t i) const;
  bool has_input(const OnnxNode& node, std::size_t i) const {
    return i < node.inputs.size() && !node.inputs[i].empty();
  }
  /// As a checkpoint has it; `transposed` (of two axes) turns it over.
  CheckpointTensor checkpoint_tensor(const OnnxNode& node, std::size_t i,
                                     bool transposed = false) const;

  /// A linear layer as PyTorch has it: weight [outputs, inputs] and bias.
  struct Linear {
    CheckpointTensor weight;
    CheckpointTensor bias;
  };
  /// What a Gemm is as one.
  Linear gemm(const OnnxNode& node) const;

  /// Every node that was not followed must be of these kinds, which only move values about.
  void expect_no_others() const;

 private:
  const OnnxGraph& graph_;
  std::string kind_;
  std::map<std::string, std::vector<const OnnxNode*>, std::less<>> readers_;
  std::map<std::string, const OnnxNode*, std::less<>> producers_;
  std::set<const OnnxNode*> followed_;
};

/// A tensor that holds `value` so many times.
CheckpointTensor constant_tensor(std::int64_t count, double value);

}  // namespace diarist::modeltools
