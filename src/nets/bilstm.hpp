// Stacked bidirectional LSTM, many windows at a time: the recurrence becomes a matrix product.
#pragma once

#include <vector>

#include "base/aligned_buffer.hpp"
#include "base/cancellation.hpp"
#include "base/memory_layout.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "model/pack.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class BiLstm {
 public:
  /// Reads `prefix` + PyTorch's names (weight_ih_l0, weight_hh_l0_reverse, ...) from the pack.
  BiLstm(const model::Pack& pack, const std::string& prefix, int layers, int inputs, int hidden,
         const kernels::KernelSet& kernels);

  struct Workspace {
    /// In memory of its own.
    Workspace(const BiLstm& net, int frames, int batch);
    /// In the layout's, from its end on, where the run's input may lie as well: layer[1], which
    /// comes first, is not written to while the input is read.
    Workspace(const BiLstm& net, int frames, int batch, MemoryLayout& layout);
    std::span<float> layer[2];     ///< [frames, batch, 2 * hidden], used in turn
    std::span<float> input_gates;  ///< [kFramesAtOnce, batch, 4 * hidden]
    std::span<float> gates;        ///< [batch, 4 * hidden]
    std::span<float> cell;         ///< [batch, hidden]
    std::span<float> start;        ///< [batch, hidden] zeros

   private:
    void place(const BiLstm& net, int frames, int batch, MemoryLayout& layout);
    AlignedBuffer<std::byte> own_;
  };

  int hidden() const { return hidden_; }

  /// `input`: [frames, batch, inputs]. Returns [frames, batch, 2 * hidden] inside the workspace:
  /// the forward direction's outputs, then the backward one's.
  const float* run(const float* input, int frames, int batch, Workspace& workspace,
                   const Checkpoint& checkpoint = {}) const;

 private:
  struct Direction {
    kernels::PackedWeights input;  ///< both biases in it
    kernels::PackedWeights recurrent;
  };
  struct Layer {
    int inputs;
    Direction directions[2];
  };

  void run_direction(const Layer& layer, int direction, const float* input, int frames, int batch,
                     Workspace& workspace, float* output, const Checkpoint& checkpoint) const;

  const kernels::KernelSet& kernels_;
  int hidden_;
  std::vector<Layer> layers_;
};

}  // namespace diarist::nets
