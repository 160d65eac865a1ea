// What the presets mean: every parameter of the pipeline that is not a network's own, in one table.
#pragma once

#include <cmath>
#include <string_view>

#include "diarist/options.hpp"

#include "pipeline/reconstruction.hpp"
#include "pipeline/turn_tidying.hpp"

namespace diarist::pipeline {

struct PresetParameters {
  Preset preset;
  std::string_view name;
  /// Seconds from one window's start to the next one's; see is_step().
  double step_s;
  /// Run the trunk once over the recording rather than anew for every window.
  bool shared_trunk;
  /// What becomes of frames in which more people are heard than there are clusters.
  MissingSpeakers missing;
  /// Where PerformanceOptions leave it to us.
  Precision precision;
  /// Listen to single seconds of one speaker; takes the shared trunk.
  bool voices;
  /// Decide by them who speaks where one person does.
  bool relabel;
  TidyingParameters tidying;
};

/// The steps that windows may take. Feature frames are 10 ms apart, so that a step of hundredths
/// puts every window on one, and on a sample that SincNet's stride of 10 reaches; a window's
/// pooling takes the trunk's frames that lie inside it, wherever it starts.
struct StepParameters {
  double least_s = 0.5;  ///< Closer windows gained nothing.
  double most_s = 10;    ///< A window's length: further apart, and something goes unheard.
  double unit_s = 0.01;
  double rounding = 1e-6;  ///< 1.15 is not a whole number of hundredths in binary.
};

/// What VBx makes of the step. Its evidence grows with the number of embeddings, which goes down
/// as the step goes up: the weight goes up with it, though not in proportion, as windows further
/// apart also have less in common. On the tuning meetings the best weight is 0.07 to 0.1 at 1 s,
/// 0.1 to 0.14 at 2 s, 0.14 at 3 s, 0.2 at 5 s; the rule goes through them.
struct EvidenceParameters {
  double weight_at_1_s = 0.07;  ///< The reference's, at its step.
  double exponent = 0.65;
};

/// How windows are put together for segmentation. Batches of 12 take 1.5 % longer in all than
/// batches of 20, and 14 MB less for each worker. Windows far apart make for long batches: fewer of
/// them hold less of the recording back.
struct BatchParameters {
  int most_windows = 12;
  int least_windows = 8;  ///< Fewer are not worth reading the recurrence's weights for.
  double most_s = 40;     ///< From one batch's start to the next one's, unless it is the least.
  int given_windows =
      4;  ///< Of those that were segmented elsewhere: they are only pooled together.
};

/// How the shared trunk is cut into blocks, which lie only where somebody is heard. Measured on the
/// AMI excerpts and simulated meetings: how the mean is taken matters (sliding beats one per block,
/// which beats one per file), the halo hardly. Blocks of 12 s take 2 % longer in all than blocks of
/// 30 s, for their halos, and in f32 44 MB less for each worker.
struct SharedTrunkParameters {
  int block_frames = 1200;  ///< Feature frames per block at most; a multiple of the trunk's stride.
  int halo_frames = 32;     ///< Seen on both sides of a block, then thrown away; likewise.
  int mean_frames = 998;    ///< The sliding mean spans as many frames as a window has.
  int least_gap_frames = 96;  ///< Silence worth skipping: it saves this less two halos.
  /// No block reaches over a multiple of this many: where a recording may be divided among workers.
  int cut_frames = 60000;
};

inline constexpr StepParameters kSteps{};
inline constexpr EvidenceParameters kEvidence{};
inline constexpr BatchParameters kBatches{};
inline constexpr SharedTrunkParameters kSharedTrunk{};

/// The table's row. Throws Error{invalid_argument} for what is no preset.
const PresetParameters& parameters(Preset preset);

/// The same with what the options say instead. Throws Error{invalid_argument} for a step that
/// windows cannot take, and for what is no duration.
PresetParameters parameters(const BehaviorOptions& behavior);

/// Whether windows can be `step_s` apart.
inline bool is_step(double step_s) {
  if (!(step_s >= kSteps.least_s && step_s <= kSteps.most_s)) return false;
  const double units = step_s / kSteps.unit_s;
  return std::abs(units - std::round(units)) <= kSteps.rounding;
}
/// What to give instead, for messages.
inline constexpr std::string_view kStepAdvice = "give 0.5 to 10 seconds, in hundredths";

/// Whether turns can be tidied by it: finite, and not below 0.
inline bool is_duration(double seconds) { return seconds >= 0 && std::isfinite(seconds); }
inline constexpr std::string_view kDurationAdvice = "give seconds, 0 for none of it";

/// VBx's weight of the evidence (Fa) at a step: 0.07 (step / 1 s)^0.65.
double evidence_weight(double step_s);

/// A valid step in feature frames.
int step_frames(double step_s);

}  // namespace diarist::pipeline
