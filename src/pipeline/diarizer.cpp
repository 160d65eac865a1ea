// The order of things: read, analyse, cluster, rebuild.
#include "diarist/diarizer.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "diarist/error.hpp"

#include "audio/reader.hpp"
#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "base/peak_memory.hpp"
#include "pipeline/analysis_stream.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/preset.hpp"
#include "pipeline/turns.hpp"

namespace diarist {
namespace {

using pipeline::AnalysisStream;

// Samples per read and stream: one second.
constexpr std::size_t kReadSamples = audio::kModelRateHz;

// Progress reports are no closer together than this.
constexpr double kReportInterval_s = 0.2;

void check_count(const char* name, const std::optional<int>& count) {
  if (count && *count < 1) {
    throw Error(ErrorCode::invalid_argument, name + (" = " + std::to_string(*count)),
                "is not a number of speakers", "give 1 or more");
  }
}

void check(const BehaviorOptions& behavior) {
  pipeline::parameters(behavior);  // throws
  check_count("speakers", behavior.speakers);
  check_count("min_speakers", behavior.min_speakers);
  check_count("max_speakers", behavior.max_speakers);
  if (behavior.speakers && (behavior.min_speakers || behavior.max_speakers)) {
    throw Error(ErrorCode::invalid_argument, "speakers", "excludes min_speakers and max_speakers",
                "give the number or its bounds, not both");
  }
  if (behavior.min_speakers && behavior.max_speakers &&
      *behavior.min_speakers > *behavior.max_speakers) {
    throw Error(ErrorCode::invalid_argument,
                "min_speakers = " + std::to_string(*behavior.min_speakers),
                "is more than max_speakers = " + std::to_string(*behavior.max_speakers),
                "swap the two bounds");
  }
}

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

void add(std::vector<StageTime>& totals, const std::vector<StageTime>& stages) {
  for (const StageTime& stage : stages) {
    const auto known = std::find_if(totals.begin(), totals.end(), [&](const StageTime& total) {
      return total.stage == stage.stage;
    });
    if (known == totals.end()) {
      totals.push_back(stage);
    } else {
      known->seconds += stage.seconds;
    }
  }
}

}  // namespace

struct Diarizer::Implementation {
  Implementation(Model loaded, const PerformanceOptions& performance)
      : model(std::move(loaded)), engine(model, performance) {}

  Diarization run(audio::Reader& reader, std::string name, const BehaviorOptions& behavior,
                  const RunHooks& hooks) {
    const Stopwatch wall;
    const pipeline::PresetParameters preset = pipeline::parameters(behavior);
    std::vector<std::unique_ptr<AnalysisStream>> streams;
    streams.reserve(static_cast<std::size_t>(reader.streams()));
    for (int i = 0; i < reader.streams(); ++i) {
      streams.push_back(std::make_unique<AnalysisStream>(engine, preset, hooks.cancellation));
    }
    ProgressReports progress(hooks, reader, streams);
    const std::function<void()> report = [&] { progress.report_if_due(); };

    Diarization result;
    result.recording = std::move(name);
    result.statistics.stages.push_back({"decoding", feed(reader, streams, report)});
    result.duration_s = reader.decoded_duration_s();
    std::vector<pipeline::StreamResult> found;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      const int channel = reader.channel(static_cast<int>(i));
      pipeline::Analysis analysis = streams[i]->finish(report);
      result.statistics.trunk_skipped +=
          analysis.trunk_skipped / static_cast<double>(streams.size());
      found.push_back(pipeline::find_turns(model, preset, behavior, std::move(analysis),
                                           result.duration_s, channel, hooks.cancellation,
                                           engine.kernels().isa));
      add(result.statistics.stages, found.back().stages);
      if (streams.size() > 1) {
        for (std::string& notice : found.back().notices) {
          notice = "channel " + std::to_string(channel) + ": " + notice;
        }
      }
    }
    merge_streams(std::move(found), result);
    if (hooks.progress) hooks.progress({result.duration_s, result.duration_s});

    result.statistics.wall_s = wall.seconds();
    result.statistics.real_time_factor = result.duration_s / result.statistics.wall_s;
    result.statistics.peak_memory_bytes = peak_memory_bytes();
    result.statistics.threads = engine.workers().threads();
    result.statistics.instruction_set = to_string(engine.kernels().isa);
    result.statistics.precision = to_string(engine.precision(preset.precision));
    result.statistics.preset = preset.name;
    result.statistics.step_s = preset.step_s;
    result.statistics.model = model.name();
    return result;
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

  Model model;
  pipeline::Engine engine;
};

Diarizer::Diarizer(Model model, PerformanceOptions performance)
    : implementation_(std::make_unique<Implementation>(std::move(model), performance)) {}
Diarizer::~Diarizer() = default;
Diarizer::Diarizer(Diarizer&&) noexcept = default;
Diarizer& Diarizer::operator=(Diarizer&&) noexcept = default;

Diarization Diarizer::diarize(const std::filesystem::path& recording,
                              const BehaviorOptions& behavior, const RunHooks& hooks) const {
  check(behavior);
  const auto reader = audio::Reader::open(recording, behavior.channel_mode, behavior.channel);
  const std::string name = recording == "-" ? "stdin" : recording.stem().string();
  return implementation_->run(*reader, name, behavior, hooks);
}

Diarization Diarizer::diarize(std::span<const float> samples, int sample_rate_hz,
                              const BehaviorOptions& behavior, const RunHooks& hooks) const {
  check(behavior);
  const auto reader = audio::Reader::over(samples, sample_rate_hz);
  return implementation_->run(*reader, "samples", behavior, hooks);
}

const Model& Diarizer::model() const { return implementation_->model; }
int Diarizer::threads() const { return implementation_->engine.workers().threads(); }
InstructionSet Diarizer::instruction_set() const { return implementation_->engine.kernels().isa; }

}  // namespace diarist
