// The order of things: read, analyse, cluster, rebuild.
#include "diarist/diarizer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/self_check.hpp"

#include "audio/reader.hpp"
#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "model/architecture.hpp"
#include "nets/embedding_shape.hpp"
#include "nets/segmentation_shape.hpp"
#include "pipeline/analysis_cache.hpp"
#include "pipeline/analysis_stream.hpp"
#include "pipeline/diarizer_core.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/part_range.hpp"
#include "pipeline/preset.hpp"
#include "pipeline/recording_part.hpp"
#include "pipeline/run_reports.hpp"

namespace diarist {
namespace {

using pipeline::AnalysedRecording;
using pipeline::AnalysisStream;

// Samples per read and stream: one second.
constexpr std::size_t kReadSamples = audio::kModelRateHz;

std::string name_of(const std::filesystem::path& recording) {
  return recording == "-" ? "stdin" : recording.stem().string();
}

// A pipe would be read to its end by each part, and be empty for the next.
void check_regular(const std::filesystem::path& recording) {
  std::error_code failed;
  const auto status = std::filesystem::status(recording, failed);
  if (recording != "-" &&
      (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status) ||
       std::filesystem::is_directory(status))) {
    return;  // Opening it says what else is wrong.
  }
  throw Error(ErrorCode::invalid_argument, recording.string(),
              "is no regular file, and cannot be divided", "save it to a file first");
}

// A part's beginning or end in units of kPartUnit_s.
std::int64_t in_units(const char* name, double seconds) {
  const double units = seconds / kPartUnit_s;
  if (!(units >= 0) || units != std::floor(units) || units > pipeline::kMostPartUnits) {
    std::ostringstream given;
    given << name << " = " << seconds;
    std::ostringstream advice;
    advice << "give a multiple of " << kPartUnit_s << " seconds, " << pipeline::kMostPartUnits
           << " times that at most";
    throw Error(ErrorCode::invalid_argument, given.str(), "is not where a recording may be divided",
                advice.str());
  }
  return static_cast<std::int64_t>(units);
}

}  // namespace

struct DIARIST_HIDDEN Diarizer::Implementation : pipeline::DiarizerCore {
  Implementation(Model loaded, const PerformanceOptions& performance)
      : DiarizerCore(std::move(loaded), performance) {
    if (!performance.cache) return;
    cache.emplace(*performance.cache);
    pack_digest = model.pack().digest();
  }

  /// `cache_name`: what the cache knows the recording by; `open` makes a reader of it.
  template <class Open>
  Diarization run(const std::function<std::optional<std::string>()>& cache_name, const Open& open,
                  std::string name, const BehaviorOptions& behavior, const RunHooks& hooks) {
    const Stopwatch wall;
    const pipeline::PresetParameters preset = pipeline::parameters(behavior);
    Diarization result;
    result.recording = std::move(name);
    if (model_notice) result.notices.push_back(*model_notice);
    AnalysedRecording recording = analysed(cache_name, open, preset, hooks, result);

    conclude(std::move(recording), preset, behavior, hooks, wall, result);
    return result;
  }

  /// From the cache where it is there; else by the networks, and kept.
  template <class Open>
  AnalysedRecording analysed(const std::function<std::optional<std::string>()>& cache_name,
                             const Open& open, const pipeline::PresetParameters& preset,
                             const RunHooks& hooks, Diarization& result) {
    const Stopwatch looking;
    const std::optional<std::string> entry = cache ? cache_name() : std::nullopt;
    if (entry) {
      if (auto kept = cache->find(*entry)) {
        result.statistics.stages.push_back({"cache", looking.seconds()});
        result.statistics.cached = true;
        return *std::move(kept);
      }
    }
    const double looked_s = looking.seconds();
    const std::unique_ptr<audio::Reader> reader = open();
    AnalysedRecording recording = analyse(*reader, preset, hooks, result);
    if (entry) {
      const Stopwatch keeping;
      try {
        cache->keep(*entry, recording);
      } catch (const Error& error) {
        result.notices.push_back(std::string("Not kept in the cache: ") + error.what());
      }
      result.statistics.stages.push_back({"cache", looked_s + keeping.seconds()});
    }
    return recording;
  }

  AnalysedRecording analyse(audio::Reader& reader, const pipeline::PresetParameters& preset,
                            const RunHooks& hooks, Diarization& result,
                            const pipeline::PartRange& part = {}) {
    const double expected_s = pipeline::expected_duration_s(part, reader.expected_duration_s());
    std::vector<std::unique_ptr<AnalysisStream>> streams;
    streams.reserve(static_cast<std::size_t>(reader.streams()));
    std::vector<int> channels;
    channels.reserve(static_cast<std::size_t>(reader.streams()));
    for (int i = 0; i < reader.streams(); ++i) {
      channels.push_back(reader.channel(i));
      streams.push_back(std::make_unique<AnalysisStream>(engine, preset, hooks.cancellation, part));
      streams.back()->expect(expected_s);
    }
    pipeline::RunReports reports(hooks, expected_s, streams, std::move(channels));
    const std::function<void()> report = [&] { reports.report_if_due(); };

    result.statistics.stages.push_back({"decoding", feed(reader, streams, part.samples, report)});
    AnalysedRecording recording;
    recording.duration_s = reader.decoded_duration_s();
    reports.ends_at(recording.duration_s);
    for (std::size_t i = 0; i < streams.size(); ++i) {
      recording.streams.push_back(
          {reader.channel(static_cast<int>(i)), streams[i]->finish(report)});
    }
    reports.report_speech();
    return recording;
  }

  pipeline::AnalysisSettings settings(const BehaviorOptions& behavior) const {
    const pipeline::PresetParameters preset = pipeline::parameters(behavior);
    return {cache ? pack_digest : model.pack().digest(),
            preset,
            engine.precision(preset.precision),
            engine.kernels().isa,
            behavior.channel_mode,
            behavior.channel};
  }

  // Reads to the end, or so many samples; returns the seconds that reading alone took.
  double feed(audio::Reader& reader, const std::vector<std::unique_ptr<AnalysisStream>>& streams,
              std::int64_t samples, const std::function<void()>& report) const {
    std::vector<std::vector<float>> blocks(streams.size(), std::vector<float>(kReadSamples));
    std::vector<float*> pointers;
    pointers.reserve(blocks.size());
    for (auto& block : blocks) pointers.push_back(block.data());
    double reading = 0;
    for (;;) {
      const Stopwatch watch;
      const std::size_t count = reader.read(
          pointers, static_cast<std::size_t>(std::min<std::int64_t>(kReadSamples, samples)));
      reading += watch.seconds();
      samples -= static_cast<std::int64_t>(count);
      for (std::size_t i = 0; i < streams.size(); ++i) {
        streams[i]->push({pointers[i], count}, report);
      }
      report();
      if (count == 0 || samples == 0) return reading;
    }
  }

  std::string analyse_part(const std::filesystem::path& recording, std::int64_t first,
                           std::optional<std::int64_t> end, const BehaviorOptions& behavior,
                           const RunHooks& hooks) {
    pipeline::RecordingPart part;
    part.name = name_of(recording);
    part.settings = pipeline::settings_digest(settings(behavior));
    part.first = first;
    part.end = end;
    check_regular(recording);
    const auto reader = audio::Reader::open(recording, behavior.channel_mode, behavior.channel);
    part.content = pipeline::content_digest(recording, &hooks.cancellation).value_or(std::string());
    const pipeline::PresetParameters preset = pipeline::parameters(behavior);
    Diarization unused;
    RunHooks own = hooks;
    own.speech = nullptr;  // what lies beyond the part would say as much
    part.analysed = analyse(*reader, preset, own, unused, pipeline::part_range(first, end, preset));
    if (hooks.progress) {
      const double own_s = pipeline::expected_duration_s(pipeline::part_range(first, end, preset),
                                                         reader->decoded_duration_s());
      hooks.progress({own_s, own_s});
    }
    return pipeline::part_document(part);
  }

  Diarization join(std::span<const std::string_view> documents, const BehaviorOptions& behavior,
                   const RunHooks& hooks) {
    const Stopwatch wall;
    const model::Architecture sizes = model::architecture_of(model.pack());
    const pipeline::PartShape shape{
        .speakers = nets::SegmentationShape::of(sizes.segmentation).speakers,
        .dimensions =
            static_cast<std::size_t>(nets::EmbeddingShape::of(sizes.embedding).dimensions)};
    std::vector<pipeline::RecordingPart> parts;
    parts.reserve(documents.size());
    for (const std::string_view document : documents) {
      parts.push_back(pipeline::parse_part(document, shape));
    }
    const pipeline::PresetParameters preset = pipeline::parameters(behavior);
    Diarization result;
    if (!parts.empty()) result.recording = parts[0].name;
    if (model_notice) result.notices.push_back(*model_notice);
    conclude(pipeline::join_parts(std::move(parts), pipeline::settings_digest(settings(behavior)),
                                  preset),
             preset, behavior, hooks, wall, result);
    return result;
  }

  std::optional<pipeline::AnalysisCache> cache;
  std::string pack_digest;  ///< Where there is a cache.
};

Diarizer::Diarizer(Model model, PerformanceOptions performance)
    : implementation_(std::make_unique<Implementation>(std::move(model), performance)) {}
Diarizer::Diarizer(const std::filesystem::path& pack, const std::filesystem::path& fallback,
                   PerformanceOptions performance) {
  ChosenModel chosen = choose_model(pack, fallback, performance);
  implementation_ = std::make_unique<Implementation>(std::move(chosen.model), performance);
  implementation_->model_notice = std::move(chosen.notice);
}
Diarizer::~Diarizer() = default;
Diarizer::Diarizer(Diarizer&&) noexcept = default;
Diarizer& Diarizer::operator=(Diarizer&&) noexcept = default;

Diarization Diarizer::diarize(const std::filesystem::path& recording,
                              const BehaviorOptions& behavior, const RunHooks& hooks) const {
  pipeline::check(behavior);
  Implementation& own = *implementation_;
  return own.run(
      [&] { return pipeline::analysis_name(recording, own.settings(behavior)); },
      [&] { return audio::Reader::open(recording, behavior.channel_mode, behavior.channel); },
      name_of(recording), behavior, hooks);
}

Diarization Diarizer::diarize(std::span<const float> samples, int sample_rate_hz,
                              const BehaviorOptions& behavior, const RunHooks& hooks) const {
  pipeline::check(behavior);
  Implementation& own = *implementation_;
  return own.run(
      [&] { return pipeline::analysis_name(samples, sample_rate_hz, own.settings(behavior)); },
      [&] { return audio::Reader::over(samples, sample_rate_hz); }, "samples", behavior, hooks);
}

double duration_s(const std::filesystem::path& recording, const CancellationToken& cancellation) {
  const auto reader = audio::Reader::open(recording, ChannelMode::downmix, 1);
  const double told_s = reader->expected_duration_s();
  if (told_s > 0) return told_s;
  std::vector<float> block(kReadSamples);
  float* const mono = block.data();
  do {
    stop_if_cancelled(cancellation);
  } while (reader->read({&mono, 1}, kReadSamples) > 0);
  return reader->decoded_duration_s();
}

std::string Diarizer::analyse(const std::filesystem::path& recording, double start_s,
                              std::optional<double> end_s, const BehaviorOptions& behavior,
                              const RunHooks& hooks) const {
  pipeline::check(behavior);
  const std::int64_t first = in_units("start_s", start_s);
  std::optional<std::int64_t> end;
  if (end_s) end = in_units("end_s", *end_s);
  if (end && *end <= first) {
    throw Error(ErrorCode::invalid_argument, "end_s", "is not after start_s", "give a later end");
  }
  return implementation_->analyse_part(recording, first, end, behavior, hooks);
}

Diarization Diarizer::join(std::span<const std::string_view> parts, const BehaviorOptions& behavior,
                           const RunHooks& hooks) const {
  pipeline::check(behavior);
  return implementation_->join(parts, behavior, hooks);
}

pipeline::DiarizerCore& Diarizer::core() const { return *implementation_; }

const Model& Diarizer::model() const { return implementation_->model; }
int Diarizer::threads() const { return implementation_->engine.workers().threads(); }
InstructionSet Diarizer::instruction_set() const { return implementation_->engine.kernels().isa; }

}  // namespace diarist
