// The segmentation network: ten seconds of samples to local speaker activity, many windows at a
// time.
#pragma once

#include <cstdint>
#include <optional>

#include "diarist/options.hpp"

#include "nets/bilstm.hpp"
#include "nets/bilstm_i16.hpp"
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

  struct Workspace {
    explicit Workspace(const Segmentation& net);
    SincNet::Workspace sincnet;
    std::optional<BiLstm::Workspace> lstm;         ///< this one
    std::optional<BiLstmI16::Workspace> lstm_i16;  ///< or that
    AlignedBuffer<float> features;                 ///< [frames, batch, 60]
    AlignedBuffer<float> linear[2];                ///< [rows, 128]
    AlignedBuffer<float> scores;                   ///< [rows, 7]
  };

  /// Windows start every `step_samples` in `samples`, which holds (windows - 1) * step_samples +
  /// 160000 of them; windows <= kMaxBatch, step a multiple of 10. `active` and `probability`:
  /// [windows, 589, 3], see LocalActivity. Allocates nothing.
  /// Throws Error{cancelled} soon after the token, where there is one, was set.
  void run(const float* samples, int windows, int step_samples, Workspace& workspace,
           std::uint8_t* active, std::uint8_t* probability,
           const CancellationToken* cancellation = nullptr) const;

  /// The same up to the classifier's scores, before any softmax: [589, windows, 7].
  const float* scores(const float* samples, int windows, int step_samples, Workspace& workspace,
                      const CancellationToken* cancellation = nullptr) const;

 private:
  /// The LSTM and the first linear layer: [rows, 128] of the features in the workspace.
  const float* first_linear(int windows, Workspace& workspace,
                            const CancellationToken* cancellation) const;
  const float* linear(const kernels::PackedWeights& weights, const float* input, int inputs,
                      int rows, kernels::Activation activation, float* output) const;

  const kernels::KernelSet& kernels_;
  SincNet sincnet_;
  std::optional<BiLstm> lstm_;         // this one
  std::optional<BiLstmI16> lstm_i16_;  // or that
  kernels::PackedWeights linear_[2];
  kernels::PackedWeightsI16 linear_i16_;  // the first, behind lstm_i16_
  kernels::PackedWeights classifier_;
};

}  // namespace diarist::nets
