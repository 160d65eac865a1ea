// The order of things: read, analyse, cluster, rebuild.
#include "diarist/diarizer.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "diarist/error.hpp"
#include "diarist/self_check.hpp"

#include "audio/reader.hpp"
#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "base/peak_memory.hpp"
#include "pipeline/analysis_cache.hpp"
#include "pipeline/analysis_stream.hpp"
#include "pipeline/diarizer_core.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/kept_voices.hpp"
#include "pipeline/preset.hpp"
#include "pipeline/turns.hpp"

namespace diarist {
namespace {

using pipeline::AnalysedRecording;
using pipeline::AnalysisStream;

// Samples per read and stream: one second.
constexpr std::size_t kReadSamples = audio::kModelRateHz;

// Progress reports are no closer together than this.
constexpr double kReportInterval_s = 0.2;

// Calls the caller's hook, but not all the time.
class ProgressReports {
 public:
  ProgressReports(const RunHooks& hooks, const audio::Reader& reader,
                  const std::vector<std::unique_ptr<AnalysisStream>>& streams)
      : hooks_(hooks), reader_(reader), streams_(streams) {}

  void report_if_due() {
    if (!hooks_.progress || since_last_.seconds() < kReportInterval_s) return;
    since_last_ = Stopwatch();
    double done = 0;
    for (const auto& stream : streams_) done += stream->done_s();
    const double total = reader_.expected_duration_s();
    done /= static_cast<double>(streams_.size());
    hooks_.progress({total > 0 ? std::min(done, total) : done, total});
  }

 private:
  const RunHooks& hooks_;
  const audio::Reader& reader_;
  const std::vector<std::unique_ptr<AnalysisStream>>& streams_;
  Stopwatch since_last_;
};

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
                            const RunHooks& hooks, Diarization& result) {
    std::vector<std::unique_ptr<AnalysisStream>> streams;
    streams.reserve(static_cast<std::size_t>(reader.streams()));
    for (int i = 0; i < reader.streams(); ++i) {
      streams.push_back(std::make_unique<AnalysisStream>(engine, preset, hooks.cancellation));
      streams.back()->expect(reader.expected_duration_s());
    }
    ProgressReports progress(hooks, reader, streams);
    const std::function<void()> report = [&] { progress.report_if_due(); };

    result.statistics.stages.push_back({"decoding", feed(reader, streams, report)});
    AnalysedRecording recording;
    recording.duration_s = reader.decoded_duration_s();
    for (std::size_t i = 0; i < streams.size(); ++i) {
      recording.streams.push_back(
          {reader.channel(static_cast<int>(i)), streams[i]->finish(report)});
    }
    return recording;
  }

  pipeline::AnalysisSettings settings(const BehaviorOptions& behavior) const {
    const pipeline::PresetParameters preset = pipeline::parameters(behavior);
    return {pack_digest,
            preset,
            engine.precision(preset.precision),
            engine.kernels().isa,
            behavior.channel_mode,
            behavior.channel};
  }

  // Reads to the end; returns the seconds that reading alone took.
  double feed(audio::Reader& reader, const std::vector<std::unique_ptr<AnalysisStream>>& streams,
              const std::function<void()>& report) const {
    std::vector<std::vector<float>> blocks(streams.size(), std::vector<float>(kReadSamples));
    std::vector<float*> pointers;
    pointers.reserve(blocks.size());
    for (auto& block : blocks) pointers.push_back(block.data());
    double reading = 0;
    for (;;) {
      const Stopwatch watch;
      const std::size_t count = reader.read(pointers, kReadSamples);
      reading += watch.seconds();
      if (count == 0) return reading;
      for (std::size_t i = 0; i < streams.size(); ++i) {
        streams[i]->push({pointers[i], count}, report);
      }
      report();
    }
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
      recording == "-" ? "stdin" : recording.stem().string(), behavior, hooks);
}

Diarization Diarizer::diarize(std::span<const float> samples, int sample_rate_hz,
                              const BehaviorOptions& behavior, const RunHooks& hooks) const {
  pipeline::check(behavior);
  Implementation& own = *implementation_;
  return own.run(
      [&] { return pipeline::analysis_name(samples, sample_rate_hz, own.settings(behavior)); },
      [&] { return audio::Reader::over(samples, sample_rate_hz); }, "samples", behavior, hooks);
}

pipeline::DiarizerCore& Diarizer::core() const { return *implementation_; }

const Model& Diarizer::model() const { return implementation_->model; }
int Diarizer::threads() const { return implementation_->engine.workers().threads(); }
InstructionSet Diarizer::instruction_set() const { return implementation_->engine.kernels().isa; }

}  // namespace diarist
