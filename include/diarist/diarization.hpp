// The result: who spoke when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace diarist {

/// One stretch of speech by one speaker. Turns of different speakers may overlap.
struct Turn {
  double start_s = 0;    ///< Seconds from the start of the recording, >= 0.
  double end_s = 0;      ///< > start_s and <= Diarization::duration_s.
  int speaker = 0;       ///< Index into Diarization::speakers.
  float confidence = 0;  ///< 0 to 1; docs/how-it-works.md says how it is computed.
  int channel = 1;       ///< From 1; always 1 unless the channels were diarized apart.
};

/// One person heard in the recording, in order of first appearance.
struct Speaker {
  std::string name;             ///< "SPEAKER_00", "SPEAKER_01", ...; or who it is, once identified.
  double total_s = 0;           ///< Summed length of the turns.
  std::vector<float> centroid;  ///< [256], not normalised; empty where nothing was clean enough.
  int channel = 1;              ///< As Turn::channel.
  /// How sure it is that this is who `name` says: a calibrated log-likelihood ratio, natural
  /// logarithm (diarist/identification.hpp). Empty where nobody was identified.
  std::optional<float> identity_score = std::nullopt;
};

/// What one stretch in which one person speaks sounds like.
struct Voice {
  double start_s = 0;  ///< Seconds from the start of the recording.
  double end_s = 0;    ///< Likewise; about a second later, ten in the preset `exact`.
  int speaker = 0;     ///< Who was found to speak there: index into Diarization::speakers.
  std::vector<float> direction;  ///< [256]: an embedding, of length 1 but for rounding.
};

/// Work done in one stage, summed over workers.
struct StageTime {
  std::string stage;   ///< "segmentation", "trunk", ...
  double seconds = 0;  ///< Of computing.
};

/// What the run cost. Not part of the answer: differs from run to run.
struct Statistics {
  std::vector<StageTime> stages;  ///< In the order of the pipeline.
  double wall_s = 0;              ///< Seconds that the caller waited.
  double real_time_factor = 0;    ///< duration_s / wall_s: how many times faster than real time.
  std::int64_t peak_memory_bytes = 0;  ///< Of the process, 0 where the system does not tell.
  int threads = 0;                     ///< Workers.
  std::string instruction_set;         ///< As to_string() names it.
  std::string precision;               ///< "f32" or "int8".
  std::string preset;                  ///< Likewise.
  double step_s = 0;                   ///< Between windows.
  /// Share of the recording, 0 to 1, that the embedding trunk passed over: nobody is heard there.
  double trunk_skipped = 0;
  std::string model;    ///< Name of the pack.
  bool cached = false;  ///< The networks did not run: PerformanceOptions::cache had it all.
};

/// Turns sorted by (start_s, end_s, speaker). An empty list means that nobody spoke.
struct Diarization {
  std::string recording;  ///< File name without folder and ending; "stdin" or "samples" otherwise.
  double duration_s = 0;  ///< Seconds of audio.
  std::vector<Turn> turns;        ///< Who spoke when.
  std::vector<Speaker> speakers;  ///< Everybody who has a turn.
  /// Things the caller should know, one sentence each: fewer voices than asked for, and such.
  std::vector<std::string> notices;
  Statistics statistics;  ///< What it cost.
  /// As many as BehaviorOptions::most_voices lets through, in time; no file of turns holds them.
  std::vector<Voice> voices;
};

}  // namespace diarist
