// Makes a model pack smaller, and shows what that costs: quantize and compare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diarist/export.hpp"
#include "diarist/formats.hpp"
#include "diarist/model.hpp"
#include "diarist/options.hpp"
#include "diarist/run.hpp"

namespace diarist {

/// How weights are stored; docs/quantization.md says what each costs and saves.
enum class QuantizationMethod {
  automatic,  ///< The smallest of a chain of the others that stays within the limits.
  palette,    ///< Codes of 8, 6 or 4 bits into tables of values that k-means finds.
  linear,     ///< 8 bits, symmetric, with a scale for each output channel.
  int8,       ///< As linear, and proven with 8-bit activations and integer products as well.
  f16,        ///< 16-bit floats with 11 significant bits.
  bf16,       ///< 16-bit floats with 8 significant bits and f32's range.
};

/// "auto", "palette", "linear", "int8", "f16" or "bf16".
DIARIST_EXPORT std::string_view to_string(QuantizationMethod method);
/// The inverse. Throws Error{invalid_argument} that lists the names it takes.
DIARIST_EXPORT QuantizationMethod quantization_method_from_string(std::string_view name);

/// A recording to try a pack on.
struct CalibrationRecording {
  std::string name;                     ///< For reports.
  std::vector<float> samples;           ///< Mono, 16 kHz, in [-1, 1].
  std::optional<Annotation> reference;  ///< Who really spoke when, where that is known.
};

/// Reads a recording of any format, and the reference NAME.rttm beside it where there is one.
/// Throws as Diarizer::diarize and read_rttm do.
DIARIST_EXPORT CalibrationRecording read_calibration_recording(const std::filesystem::path& file);
/// Half a minute of two people with its reference, built into the library: enough to tell a sound
/// pack from a broken one, not to tell tenths of a point.
DIARIST_EXPORT CalibrationRecording builtin_calibration_recording();

/// What a pack may lose against the one that it was made from, on the calibration recordings.
struct AccuracyLimits {
  /// Points (hundredths) of DER. Without references, of the new turns against the old ones.
  double max_der_increase = 0.3;
  /// Mean cosine of embeddings of 5 s.
  double min_embedding_cosine = 0.998;
  /// Share of segmentation frames with the same local speakers.
  double min_segmentation_agreement = 0.99;
};

/// How to make a pack smaller, and what it may lose.
struct QuantizationOptions {
  QuantizationMethod method = QuantizationMethod::automatic;  ///< How weights are stored.
  /// Of a palette's codes: 8, 6 or 4.
  int bits = 8;
  /// Output channels that share a palette's table, where that divides a layer's; 0: all of a layer.
  int group_channels = 0;
  /// Globs (* and ?) over names of tensors: no others are quantized, but these even where they are
  /// kept by default for being sensitive. Empty: all that is not kept.
  std::vector<std::string> only;
  /// Globs of tensors that are not quantized.
  std::vector<std::string> keep;
  /// Measure on the recordings what 8-bit activations have to span, also where the net's batch
  /// norms tell it (docs/quantization.md says why that is rarely better). Where an exporter folded
  /// them away, int8 does so in any case. Of nets of basic blocks: Error{invalid_argument} for
  /// others, whose trunk is not run in 8 bits.
  bool measure_ranges = false;
  AccuracyLimits limits;           ///< That the result must hold to.
  PerformanceOptions performance;  ///< Of the runs that prove the result.
};

/// One tensor in two packs.
struct TensorComparison {
  std::string name;          ///< In both packs.
  std::string storage_a;     ///< "F16", "palette8"; empty where the pack does not have the tensor.
  std::string storage_b;     ///< Likewise.
  std::int64_t bytes_a = 0;  ///< Of codes with their scales or tables.
  std::int64_t bytes_b = 0;  ///< Likewise.
  /// Signal to noise of b's values against a's, in dB; infinite where they are equal, empty where
  /// they cannot be compared.
  std::optional<double> sqnr_db;
};

/// What two packs make of one recording.
struct RecordingComparison {
  std::string name;                   ///< As given.
  double duration_s = 0;              ///< Seconds of audio.
  double embedding_cosine = 1;        ///< Mean over stretches of 5 s.
  double worst_embedding_cosine = 1;  ///< The least of them.
  double segmentation_agreement = 1;  ///< Share of frames with the same local speakers, 0 to 1.
  std::optional<double> der_a;        ///< Against the reference, 1 = 100 %; where there is one.
  std::optional<double> der_b;        ///< Likewise.
  double der_between = 0;             ///< Of b's turns against a's.
};

/// Two packs, a and b, side by side: what they hold, and what they make of recordings.
struct PackComparison {
  std::string a;                                ///< Names of the packs.
  std::string b;                                ///< Of the other.
  std::int64_t bytes_a = 0;                     ///< Of the files.
  std::int64_t bytes_b = 0;                     ///< Likewise.
  std::vector<TensorComparison> tensors;        ///< By name.
  std::vector<RecordingComparison> recordings;  ///< As given.
  /// Over all recordings, weighted by length (DER: by speech).
  RecordingComparison all;
  double load_s_a = 0;  ///< From a pack in memory to networks that are ready.
  double load_s_b = 0;  ///< Likewise.
  double run_s_a = 0;   ///< Diarizing all recordings.
  double run_s_b = 0;   ///< Likewise.

  /// Points of DER: b less a on recordings with a reference; where none has one, b against a.
  DIARIST_EXPORT double der_increase() const;
};

/// Runs both packs over the recordings: embeddings and segmentation in f32, or in int8 for b where
/// `performance.precision` is that; diarization with the preset `balanced`. No recordings: compares
/// what the packs hold. Throws what running a pack throws, Error{cancelled} soon after
/// `cancellation` is set.
DIARIST_EXPORT PackComparison compare_packs(const Model& a, const Model& b,
                                            std::span<const CalibrationRecording> recordings,
                                            const PerformanceOptions& performance = {},
                                            const CancellationToken& cancellation = {});
/// What of the limits b is beyond against a, one clause each; empty where it is within them.
DIARIST_EXPORT std::vector<std::string> missed_limits(const PackComparison& comparison,
                                                      const AccuracyLimits& limits);
/// A table for people, and one JSON object with all of it.
DIARIST_EXPORT std::string to_text(const PackComparison& comparison, bool tensors = true);
DIARIST_EXPORT std::string to_json(const PackComparison& comparison);

/// One link of the chain, tried.
struct QuantizationAttempt {
  std::string method;   ///< "palette, 6 bits".
  bool taken = false;   ///< Whether the pack is this one.
  std::string outcome;  ///< Why it was taken or not, one sentence.
  /// Empty where the attempt ended before anything was run.
  std::optional<PackComparison> comparison;
};

/// A smaller pack with its proof.
struct QuantizedPack {
  std::vector<std::byte> bytes;               ///< The pack as a file.
  std::vector<QuantizationAttempt> attempts;  ///< The last one is what `bytes` hold.
};

/// What a method is known to cost, one sentence, to be told before the work.
DIARIST_EXPORT std::string expected_loss(const QuantizationOptions& options);

/// Quantizes what `model` holds and proves the result on the recordings (at least one). Tells each
/// attempt as soon as its outcome is known. The same pack and options give the same bytes, but for
/// what `automatic` chooses where an accuracy lies on a limit.
///
/// Throws Error{invalid_argument} for options that contradict themselves, a glob that fits no
/// tensor, or a tensor that is quantized already in another way; Error{limit_missed} where nothing
/// shrank or no attempt stayed within the limits; Error{cancelled} soon after `cancellation` is
/// set.
DIARIST_EXPORT QuantizedPack
quantize(const Model& model, std::span<const CalibrationRecording> recordings,
         const QuantizationOptions& options = {},
         const std::function<void(const QuantizationAttempt&)>& on_attempt = {},
         const CancellationToken& cancellation = {});

/// What quantizing one tensor alone does.
struct TensorSensitivity {
  std::string name;                   ///< Of the tensor.
  std::string kept_because;           ///< Empty where it is quantized by default.
  std::int64_t bytes_before = 0;      ///< As the pack stores it.
  std::int64_t bytes_after = 0;       ///< Quantized.
  double sqnr_db = 0;                 ///< Signal to noise of the quantized values.
  double embedding_cosine = 1;        ///< Mean over stretches of 5 s.
  double segmentation_agreement = 1;  ///< Share of frames.
};

/// Every weight tensor quantized by itself, also those that are kept by default; `options.method`
/// must not be automatic. Throws as quantize does.
DIARIST_EXPORT std::vector<TensorSensitivity> sensitivity(
    const Model& model, std::span<const CalibrationRecording> recordings,
    const QuantizationOptions& options, const CancellationToken& cancellation = {});
/// A table for people, and one JSON object with all of it.
DIARIST_EXPORT std::string to_text(const std::vector<TensorSensitivity>& table);
DIARIST_EXPORT std::string to_json(const std::vector<TensorSensitivity>& table);

}  // namespace diarist
