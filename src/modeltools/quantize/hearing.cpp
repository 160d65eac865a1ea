#include "modeltools/quantize/hearing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "diarist/diarizer.hpp"
#include "diarist/embedder.hpp"
#include "diarist/scoring.hpp"

#include "base/clock.hpp"

namespace diarist::modeltools::quantize {
namespace {

constexpr int kSampleRateHz = 16000;
// Long enough for an embedding to settle, short enough for many of them.
constexpr std::size_t kStretchSamples = 5 * kSampleRateHz;
// What is left at the end counts from here on.
constexpr std::size_t kLeastSamples = kSampleRateHz;
// The first run reads weights and memory in; the best of some more is the time, but for recordings
// that are long.
constexpr int kTimedRuns = 2;
constexpr std::size_t kLongSamples = std::size_t{120} * kSampleRateHz;

void append_embeddings(const Embedder& embedder, std::span<const float> samples,
                       Embeddings& embeddings, const CancellationToken& cancellation) {
  embeddings.dimensions = static_cast<std::size_t>(embedder.dimensions());
  for (std::size_t at = 0; at < samples.size(); at += kStretchSamples) {
    const auto stretch = samples.subspan(at, std::min(kStretchSamples, samples.size() - at));
    if (stretch.size() < kLeastSamples && at > 0) break;
    const std::vector<float> embedding = embedder.embed(stretch, cancellation);
    embeddings.rows.insert(embeddings.rows.end(), embedding.begin(), embedding.end());
  }
}

double load_time_s(const Model& model, const PerformanceOptions& performance) {
  const Stopwatch loading;
  const Segmenter segmenter(model, performance);
  const Embedder embedder(model, performance);
  return loading.seconds();
}

Score score_of(const Annotation& reference, const Diarization& hypothesis) {
  return score(reference, to_annotation(hypothesis));
}

}  // namespace

Hearing hear(const Model& model, std::span<const CalibrationRecording> recordings,
             const PerformanceOptions& performance, Precision arithmetic,
             const CancellationToken& cancellation) {
  PerformanceOptions of_nets = performance;
  of_nets.precision = arithmetic;
  Hearing hearing;
  hearing.load_s = load_time_s(model, of_nets);
  for (int run = 0; run < kTimedRuns; ++run) {
    hearing.load_s = std::min(hearing.load_s, load_time_s(model, of_nets));
  }
  const Segmenter segmenter(model, of_nets);
  const Embedder embedder(model, of_nets);
  const Diarizer diarizer(model, performance);
  const auto diarized = [&](const CalibrationRecording& recording) {
    return diarizer.diarize(recording.samples, kSampleRateHz, {}, {{}, cancellation});
  };
  for (const CalibrationRecording& recording : recordings) {
    Heard heard;
    append_embeddings(embedder, recording.samples, heard.embeddings, cancellation);
    heard.activity = segmenter.segment(recording.samples, cancellation);
    heard.diarization = diarized(recording);
    double best_s = heard.diarization.statistics.wall_s;
    const int runs = recording.samples.size() < kLongSamples ? kTimedRuns : 0;
    for (int run = 0; run < runs; ++run) {
      best_s = std::min(best_s, diarized(recording).statistics.wall_s);
    }
    hearing.run_s += best_s;
    hearing.recordings.push_back(std::move(heard));
  }
  return hearing;
}

Embeddings embeddings_of(const Model& model, std::span<const CalibrationRecording> recordings,
                         const PerformanceOptions& performance,
                         const CancellationToken& cancellation) {
  const Embedder embedder(model, performance);
  Embeddings embeddings;
  for (const CalibrationRecording& recording : recordings) {
    append_embeddings(embedder, recording.samples, embeddings, cancellation);
  }
  return embeddings;
}

std::vector<LocalActivity> activity_of(const Model& model,
                                       std::span<const CalibrationRecording> recordings,
                                       const PerformanceOptions& performance,
                                       const CancellationToken& cancellation) {
  const Segmenter segmenter(model, performance);
  std::vector<LocalActivity> activity;
  activity.reserve(recordings.size());
  for (const CalibrationRecording& recording : recordings) {
    activity.push_back(segmenter.segment(recording.samples, cancellation));
  }
  return activity;
}

CosineFigures cosines(const Embeddings& a, const Embeddings& b) {
  CosineFigures figures;
  if (a.dimensions != b.dimensions) return {0, 0};
  const std::size_t rows = a.count();
  if (rows == 0) return figures;
  figures.mean = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    double product = 0;
    double square_a = 0;
    double square_b = 0;
    for (std::size_t i = r * a.dimensions; i < (r + 1) * a.dimensions; ++i) {
      product += static_cast<double>(a.rows[i]) * static_cast<double>(b.rows[i]);
      square_a += static_cast<double>(a.rows[i]) * static_cast<double>(a.rows[i]);
      square_b += static_cast<double>(b.rows[i]) * static_cast<double>(b.rows[i]);
    }
    const double length = std::sqrt(square_a * square_b);
    const double cosine = length > 0 ? std::min(1.0, product / length) : 0;
    figures.mean += cosine / static_cast<double>(rows);
    figures.least = std::min(figures.least, cosine);
  }
  return figures;
}

double agreement(const LocalActivity& a, const LocalActivity& b) {
  const auto frames =
      static_cast<std::ptrdiff_t>(std::min(a.windows, b.windows)) * LocalActivity::kFrames;
  if (frames == 0) return 1;
  std::ptrdiff_t same = 0;
  for (std::ptrdiff_t i = 0; i < frames; ++i) {
    const auto* of_a = a.active.data() + i * a.speakers;
    const auto* of_b = b.active.data() + i * b.speakers;
    const bool agrees = a.speakers == b.speakers ? std::equal(of_a, of_a + a.speakers, of_b)
                                                 : std::count(of_a, of_a + a.speakers, 1) ==
                                                       std::count(of_b, of_b + b.speakers, 1);
    same += agrees ? 1 : 0;
  }
  return static_cast<double>(same) / static_cast<double>(frames);
}

void compare_hearings(const Hearing& a, const Hearing& b,
                      std::span<const CalibrationRecording> recordings,
                      PackComparison& comparison) {
  RecordingComparison& all = comparison.all;
  all.name = "all";
  all.embedding_cosine = 0;
  all.segmentation_agreement = 0;
  Score reference_a;
  Score reference_b;
  Score between;
  double stretches = 0;
  double frames = 0;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    const Heard& of_a = a.recordings[i];
    const Heard& of_b = b.recordings[i];
    RecordingComparison row;
    row.name = recordings[i].name;
    row.duration_s = of_a.diarization.duration_s;
    const CosineFigures cosine = cosines(of_a.embeddings, of_b.embeddings);
    row.embedding_cosine = cosine.mean;
    row.worst_embedding_cosine = cosine.least;
    row.segmentation_agreement = agreement(of_a.activity, of_b.activity);
    const Score difference = score_of(to_annotation(of_a.diarization), of_b.diarization);
    row.der_between = difference.der();
    between += difference;
    if (recordings[i].reference) {
      const Score score_a = score_of(*recordings[i].reference, of_a.diarization);
      const Score score_b = score_of(*recordings[i].reference, of_b.diarization);
      row.der_a = score_a.der();
      row.der_b = score_b.der();
      reference_a += score_a;
      reference_b += score_b;
      all.der_a = reference_a.der();
      all.der_b = reference_b.der();
    }
    const auto row_stretches = static_cast<double>(of_a.embeddings.count());
    const auto row_frames = static_cast<double>(of_a.activity.active.size());
    all.duration_s += row.duration_s;
    all.embedding_cosine += row.embedding_cosine * row_stretches;
    all.worst_embedding_cosine = std::min(all.worst_embedding_cosine, row.worst_embedding_cosine);
    all.segmentation_agreement += row.segmentation_agreement * row_frames;
    stretches += row_stretches;
    frames += row_frames;
    comparison.recordings.push_back(std::move(row));
  }
  all.embedding_cosine = stretches > 0 ? all.embedding_cosine / stretches : 1;
  all.segmentation_agreement = frames > 0 ? all.segmentation_agreement / frames : 1;
  all.der_between = between.der();
  comparison.load_s_a = a.load_s;
  comparison.load_s_b = b.load_s;
  comparison.run_s_a = a.run_s;
  comparison.run_s_b = b.run_s;
}

}  // namespace diarist::modeltools::quantize
