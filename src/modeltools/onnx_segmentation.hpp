// The tensors of pyannote's segmentation net out of an ONNX graph, which is followed from its
// samples to its classes and held against the net that we run.
#pragma once

#include "modeltools/checkpoint.hpp"
#include "modeltools/onnx_graph.hpp"

namespace diarist::modeltools {

/// Tensors under pyannote's own names, told by their places in the graph. An LSTM's gates come back
/// from ONNX's order (i, o, f, c) and stacked directions to PyTorch's; a MatMul's weights are
/// turned. SincNet's cut-off frequencies are taken by name from what computes the filters.
///
/// Throws Error{wrong_model} that names the first node at which the graph differs, also where an
/// exporter computed SincNet's filters beforehand: a pack holds their frequencies.
Checkpoint onnx_segmentation(const OnnxGraph& graph);

}  // namespace diarist::modeltools
