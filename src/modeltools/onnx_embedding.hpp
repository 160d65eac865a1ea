// The WeSpeaker ResNet's tensors out of an ONNX graph, which is followed from its input to its
// embedding and held against the net that we run.
#pragma once

#include "modeltools/checkpoint.hpp"
#include "modeltools/onnx_graph.hpp"

namespace diarist::modeltools {

/// Tensors under WeSpeaker's own names, told by their places in the graph, whatever exporters call
/// them. A batch norm that was folded into its convolution comes back as one that changes nothing:
/// scale 1, mean 0, variance 1 less epsilon, and the convolution's bias for its shift; loading
/// gives the folded weights and biases again, bit for bit. A Gemm's weights may lie either way.
///
/// Throws Error{wrong_model} that names the first node at which the graph differs: another
/// operator, stride, padding, group or dilation, an epsilon of its own, a mean subtracted from
/// embeddings, or a node that our net does not have.
Checkpoint onnx_embedding(const OnnxGraph& graph);

}  // namespace diarist::modeltools
