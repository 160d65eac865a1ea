// Options in two groups: those that change the answer, and those that only change its price.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "diarist/export.hpp"
#include "diarist/instruction_set.hpp"

namespace diarist {

/// A named set of algorithm parameters; src/pipeline/preset.cpp has the table.
enum class Preset {
  /// The embedding trunk runs anew for every 10 s window: pyannote.audio community-1's numbers.
  exact,
  /// The trunk runs once over the recording and is shared by all windows: about ten times less
  /// work, and turns that agree with `exact` to a fraction of a per cent.
  balanced,
  /// As balanced, with windows further apart: for archives.
  fast,
};

/// What becomes of the channels of a recording.
enum class ChannelMode {
  downmix,  ///< The mean of all channels.
  pick,     ///< One channel, `BehaviorOptions::channel`.
  each,     ///< Every channel diarized apart (telephone recordings); turns carry their channel.
};

/// Changes the answer.
struct BehaviorOptions {
  /// Which set of parameters.
  Preset preset = Preset::balanced;

  /// Seconds from one window's start to the next one's; the preset's own where empty. From 0.5 to
  /// 10 in hundredths. Segmentation's work goes down as the step goes up; who is heard in a turn
  /// shorter than the step then rests on fewer looks at it.
  std::optional<double> step_s = std::nullopt;

  /// The number of speakers, where it is known. Excludes the two bounds. At least 1.
  std::optional<int> speakers = std::nullopt;
  /// Bounds on the number of speakers; either may be left out. At least 1, min <= max.
  std::optional<int> min_speakers = std::nullopt;
  /// Likewise.
  std::optional<int> max_speakers = std::nullopt;

  /// Once it is clear who there is, decide anew who speaks in each second in which one person does,
  /// by what that second sounds like. Has no effect in `exact`, which has no shared trunk.
  bool relabel = true;

  /// Pauses of a speaker up to this many seconds are part of the turn, and turns that are shorter
  /// than that many are left out; the preset's own where empty (0 in `exact`). At least 0.
  std::optional<double> merge_gap_s = std::nullopt;
  /// Likewise: the shortest turn.
  std::optional<double> min_turn_s = std::nullopt;

  /// One speaker at a time: where people overlap, only the most active one is kept.
  bool exclusive = false;

  /// What becomes of several channels.
  ChannelMode channel_mode = ChannelMode::downmix;
  /// With ChannelMode::pick: the channel, counted from 1.
  int channel = 1;

  /// How many Diarization::voices to give at most, evenly spaced over the recording; 0 for none.
  /// Turns are the same either way. At least 0.
  int most_voices = 0;
};

/// The arithmetic of the two networks.
enum class Precision {
  automatic,  ///< What is fastest here without costing accuracy.
  f32,        ///< 32-bit floating point: the reference's numbers.
  int8,       ///< 8-bit activations in the trunk, integer products in both networks.
};

/// "automatic", "f32" or "int8".
DIARIST_EXPORT std::string_view to_string(Precision precision);

/// Never changes the answer (but see `isa` and `precision`).
struct PerformanceOptions {
  /// Worker threads; 0 takes one per core. The bytes of the result do not depend on it.
  int threads = 0;
  /// The implementation of the kernels; the fastest one where empty. Implementations agree to
  /// rounding, so that a turn's boundary may move by a frame between them.
  std::optional<InstructionSet> isa = std::nullopt;
  /// The preset's own where automatic: f32 in `exact`; in the others int8, but for the scalar
  /// kernels. The turns then differ from those of f32 in a few frames, as docs/performance.md
  /// shows.
  Precision precision = Precision::automatic;
  /// A folder in which what the networks make of a recording is kept, about 25 MB for an hour: the
  /// next run over the same recording, in which only the number of speakers or how turns are tidied
  /// is another one, takes clustering's time. Made where it is missing; files in it may be deleted
  /// at any time. Of standard input nothing is kept. Where it cannot be written, the run goes on
  /// and a notice says so.
  std::optional<std::filesystem::path> cache = std::nullopt;
};

}  // namespace diarist
