// Recordings in, speaker turns out.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "diarist/diarization.hpp"
#include "diarist/export.hpp"
#include "diarist/model.hpp"
#include "diarist/options.hpp"
#include "diarist/run.hpp"

namespace diarist {

namespace pipeline {
struct DiarizerCore;  // What it holds, for live streams: the library's own.
}  // namespace pipeline

/// The whole pipeline over one loaded model. Make one and keep it: it owns the packed weights and
/// the worker threads. Every member function may be called from any number of threads at once; the
/// calls share the workers.
///
/// Follows pyannote.audio 4 "community-1" (Bredin 2023; Plaquet and Bredin 2023; VBx: Landini et
/// al. 2022) with the embedding trunk of WeSpeaker (Wang et al. 2023).
class DIARIST_EXPORT Diarizer {
 public:
  /// Returns soon: the networks of a precision are made by the first recording that wants it.
  /// Throws Error{invalid_argument} for an instruction set that this machine does not have.
  explicit Diarizer(Model model = Model::builtin(), PerformanceOptions performance = {});
  /// With the model of `pack`, or of `fallback` where that cannot be loaded or fails its
  /// self-check: choose_model() of diarist/self_check.hpp, which says what is thrown. What took its
  /// place is told in the notices of each Diarization.
  Diarizer(const std::filesystem::path& pack, const std::filesystem::path& fallback,
           PerformanceOptions performance = {});
  ~Diarizer();
  Diarizer(Diarizer&&) noexcept;
  Diarizer& operator=(Diarizer&&) noexcept;

  /// Diarizes a file of any format that libsndfile or an installed ffmpeg reads; "-" is standard
  /// input. The file is read in blocks. The same file and options give the same turns, bit for bit,
  /// whatever the number of threads.
  ///
  /// Throws Error: not_found, io, unsupported_audio, corrupt_audio, invalid_argument, cancelled;
  /// and corrupt_model where a weight is not finite.
  Diarization diarize(const std::filesystem::path& recording, const BehaviorOptions& behavior = {},
                      const RunHooks& hooks = {}) const;

  /// The same for mono samples in [-1, 1] that are already in memory, at any rate.
  /// Throws Error{invalid_argument} for a rate outside 1 Hz to 768 kHz, Error{corrupt_audio} for
  /// samples that are not finite or an empty span.
  Diarization diarize(std::span<const float> samples, int sample_rate_hz,
                      const BehaviorOptions& behavior = {}, const RunHooks& hooks = {}) const;

  /// What it was made with.
  const Model& model() const;
  /// Worker threads.
  int threads() const;
  /// The implementation of the kernels that runs.
  InstructionSet instruction_set() const;

 private:
  friend class Stream;
  pipeline::DiarizerCore& core() const;
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace diarist
