// The stacked bidirectional LSTM of bilstm.hpp in integers, from the same weights.
//
// Its outputs lie in [-1, 1], so that 16-bit codes with one fixed step hold them, and all products
// but those with the first layer's input are integer ones (contraction_i16.hpp). No range is
// measured and nothing depends on what shares the batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "base/cancellation.hpp"
#include "base/memory_layout.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/packed_weights.hpp"
#include "kernels/packed_weights_i16.hpp"
#include "model/pack.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own.
class BiLstmI16 {
 public:
  /// As BiLstm's. `hidden` must be a multiple of 16.
  BiLstmI16(const model::Pack& pack, const std::string& prefix, int layers, int inputs, int hidden,
            const kernels::KernelSet& kernels);

  struct Workspace {
    /// In memory of its own.
    Workspace(const BiLstmI16& net, int frames, int batch);
    /// In the layout's, from its end on, where the run's input may lie as well: layer[1], which
    /// comes first, is not written to while the input is read.
    Workspace(const BiLstmI16& net, int frames, int batch, MemoryLayout& layout);
    std::span<std::int16_t> layer[2];  ///< [frames, batch, 2 * hidden], used in turn
    std::span<float> input_gates;      ///< [kFramesAtOnce, batch, 4 * hidden]
    std::span<float> cell;             ///< [batch, hidden]
    std::span<std::int16_t> start;     ///< [batch, hidden] zeros

   private:
    void place(const BiLstmI16& net, int frames, int batch, MemoryLayout& layout);
    AlignedBuffer<std::byte> own_;
  };

  /// `input`: [frames, batch, inputs]. Returns [frames, batch, 2 * hidden] codes in
  /// kernels::kUnitRange inside the workspace: the forward direction's outputs, then the backward
  /// one's.
  const std::int16_t* run(const float* input, int frames, int batch, Workspace& workspace,
                          const Checkpoint& checkpoint = {}) const;

 private:
  struct Direction {
    kernels::PackedWeights first_input;  ///< of layer 0 only; both biases in it
    kernels::PackedWeightsI16 input;     ///< of all others
    kernels::PackedWeightsI16 recurrent;
  };
  struct Layer {
    Direction directions[2];
  };
  struct Input {
    const float* values = nullptr;        ///< of layer 0
    const std::int16_t* codes = nullptr;  ///< of all others
  };

  void input_products(const Direction& weights, const Input& input, std::ptrdiff_t first_row,
                      int rows, float* gates) const;
  void run_direction(const Direction& weights, bool backward, const Input& input, int frames,
                     int batch, Workspace& workspace, std::int16_t* output,
                     const Checkpoint& checkpoint) const;

  const kernels::KernelSet& kernels_;
  int inputs_;
  int hidden_;
  std::vector<Layer> layers_;
};

}  // namespace diarist::nets
