// Stage one alone: who is active, window by window, under local labels.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "diarist/export.hpp"
#include "diarist/model.hpp"
#include "diarist/options.hpp"
#include "diarist/run.hpp"

namespace diarist {

/// Local speaker activity: for every window of 10 s (one starts each second, the last is padded
/// with silence) who of at most `speakers` local speakers is active in each of 589 frames. Local
/// speaker 0 of one window need not be local speaker 0 of the next.
struct LocalActivity {
  static constexpr int kFrames = 589;  ///< Frames per window, 0.016875 s apart.

  /// How many the samples take.
  int windows = 0;
  int speakers = 3;  ///< Local speakers per window: the model's, 1 to 16.
  /// [windows, 589, speakers], 0 or 1: the arg max over the powerset classes.
  std::vector<std::uint8_t> active;
  /// [windows, 589, speakers], 0 to 255 for 0 to 1: the summed probability of the classes that hold
  /// the speaker.
  std::vector<std::uint8_t> probability;
};

/// pyannote segmentation-3.0 (Plaquet and Bredin 2023): SincNet, four BiLSTM layers, powerset
/// classes of 3 speakers; or another network of that kind, of the sizes that the model's tensors
/// have. Safe to use from many threads at once.
class DIARIST_EXPORT Segmenter {
 public:
  /// Throws Error{wrong_model} where the pack holds another network, Error{invalid_argument} for an
  /// instruction set that this machine does not have.
  explicit Segmenter(const Model& model, PerformanceOptions performance = {});
  ~Segmenter();
  Segmenter(Segmenter&&) noexcept;
  Segmenter& operator=(Segmenter&&) noexcept;

  /// Local speakers of a window: 3 for the built-in model.
  int speakers() const;

  /// `samples`: mono, 16 kHz, in [-1, 1], any length from one sample.
  /// Throws Error{corrupt_audio} for an empty span or samples that are not finite, Error{cancelled}
  /// soon after `cancellation` is set.
  LocalActivity segment(std::span<const float> samples,
                        const CancellationToken& cancellation = {}) const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diarist
