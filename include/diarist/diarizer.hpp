// Recordings in, speaker turns out.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "diarist/diarization.hpp"
#include "diarist/export.hpp"
#include "diarist/model.hpp"
#include "diarist/options.hpp"
#include "diarist/run.hpp"

namespace diarist {

namespace pipeline {
struct DiarizerCore;  // What it holds, for live streams: the library's own.
}  // namespace pipeline

/// Where a recording may be divided for Diarizer::analyse: at multiples of this.
inline constexpr double kPartUnit_s = 600;

/// Seconds of a recording, for dividing it: as its header tells them, or by decoding all of it
/// where that does not. Throws what Diarizer::diarize throws of a file that cannot be read, and
/// Error{cancelled}.
DIARIST_EXPORT double duration_s(const std::filesystem::path& recording,
                                 const CancellationToken& cancellation = {});

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

  /// What the networks make of a part of a recording, as bytes for join(): one very long recording
  /// over several workers or machines. From `start_s` to `end_s`, multiples of kPartUnit_s; to the
  /// recording's end where that is empty. Reads all of the file, as its bytes say whose part it is,
  /// and decodes it from its beginning; the networks hear the part, and up to 11 s before and 35 s
  /// after it. About 25 MB for an hour. PerformanceOptions::cache is not used.
  ///
  /// Throws what diarize() throws, and Error{invalid_argument} for other times and for what is no
  /// regular file.
  std::string analyse(const std::filesystem::path& recording, double start_s,
                      std::optional<double> end_s, const BehaviorOptions& behavior = {},
                      const RunHooks& hooks = {}) const;
  /// From the parts of a recording, in any order, to its turns: those of diarize() with the same
  /// options, bit for bit, however it was divided. One of the parts is without an end.
  ///
  /// Throws Error{invalid_argument} where a part is missing or there twice, or they are of
  /// different recordings, options that the networks see, models, versions, precisions or
  /// instruction sets; Error{malformed} for what is no part; Error{cancelled}.
  Diarization join(std::span<const std::string_view> parts, const BehaviorOptions& behavior = {},
                   const RunHooks& hooks = {}) const;

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
