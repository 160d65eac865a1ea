// The segmentation network: ten seconds of samples to local speaker activity, many windows at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "diarist/options.hpp"

#include "base/aligned_buffer.hpp"
#include "base/memory_layout.hpp"
#include "nets/bilstm.hpp"
#include "nets/bilstm_i16.hpp"
#include "nets/powerset.hpp"
#include "nets/segmentation_shape.hpp"
#include "nets/sincnet.hpp"

namespace diarist::nets {

/// Immutable; safe from any thread, each with a workspace of its own. What comes out for a window
/// does not depend on its batch.
class Segmentation {
 public:
  /// Precision::int8: the LSTM and the first linear layer in 16-bit codes and integer products,
  /// faster, with the same class in more than 99.9 % of frames. All others: f32.
  Segmentation(const model::Pack& pack, const kernels::KernelSet& kernels,
               Precision precision = Precision::f32);

  /// Windows per run at most. The recurrence reads its weights once for the whole batch; beyond
  /// about 20 rows that no longer shows, and memory grows with it.
  static constexpr int kMaxBatch = 20;

  /// Local speakers of a window: 3 for the built-in model, as in all that follows.
  int speakers() const { return shape_.speakers; }
  const SegmentationShape& shape() const { return shape_; }

  struct Workspace {
    /// Room for up to `max_batch` windows, in memory of its own.
    explicit Workspace(const Segmentation& net, int max_batch = kMaxBatch);
    /// In the layout's.
    Workspace(const Segmentation& net, int max_batch, MemoryLayout& layout);
    std::span<float> features;  ///< [frames, batch, 60]
    std::optional<SincNet::Workspace> sincnet;
    std::optional<BiLstm::Workspace> lstm;         ///< this one
    std::optional<BiLstmI16::Workspace> lstm_i16;  ///< or that
    std::span<float> linear[2];                    ///< [kRowsAtOnce, 128], used in turn
    std::span<float> scores;                       ///< [rows, 7]

   private:
    void place(const Segmentation& net, int max_batch, MemoryLayout& layout);
    AlignedBuffer<std::byte> own_;
  };

  /// Windows start every `step_samples` in `samples`, which holds (windows - 1) * step_samples +
  /// 160000 of them; windows <= the workspace's batch, step a multiple of 10. `active` and
  /// `probability`: [windows, 589, 3], see LocalActivity. Allocates nothing. Throws
  /// Error{cancelled} soon after the token, where there is one, was set.
  void run(const float* samples, int windows, int step_samples, Workspace& workspace,
           std::uint8_t* active, std::uint8_t* probability,
           const Checkpoint& checkpoint = {}) const;

  /// The same of windows of different recordings that go on: bit for bit what each gives alone.
  void run(std::span<const SincNet::Window> windows, Workspace& workspace, std::uint8_t* active,
           std::uint8_t* probability, const Checkpoint& checkpoint = {}) const;

  /// The same up to the classifier's scores, before any softmax: [589, windows, 7].
  const float* scores(const float* samples, int windows, int step_samples, Workspace& workspace,
                      const Checkpoint& checkpoint = {}) const;

 private:
  /// What the LSTM gave, [rows, 256]: one of the two.
  struct Hidden {
    const float* values = nullptr;
    const std::int16_t* codes = nullptr;
  };

  /// From the workspace's features on.
  const float* classify(int windows, Workspace& workspace, const Checkpoint& checkpoint) const;
  void decode(const float* scores, int windows, std::uint8_t* active,
              std::uint8_t* probability) const;

  /// The first linear layer: [rows, 128] of the LSTM's outputs from a row on.
  const float* first_linear(const Hidden& hidden, int first_row, int rows, float* output) const;
  const float* linear(const kernels::PackedWeights& weights, const float* input, int inputs,
                      int rows, kernels::Activation activation, float* output) const;

  const SegmentationShape shape_;
  const kernels::KernelSet& kernels_;
  SincNet sincnet_;
  std::optional<BiLstm> lstm_;                  // this one
  std::optional<BiLstmI16> lstm_i16_;           // or that
  std::vector<kernels::PackedWeights> linear_;  // empty the first, where linear_i16_ is
  kernels::PackedWeightsI16 linear_i16_;        // the first, behind lstm_i16_
  kernels::PackedWeights classifier_;
  Powerset powerset_;
};

}  // namespace diarist::nets
