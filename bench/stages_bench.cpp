// The public stages by themselves, and what it is worth to have them in one program: features,
// embeddings of any length, buffers used again, stages apart and merged.
//
//     stages_bench RECORDING.wav [--benchmark_filter=REGEX] [--benchmark_out=FILE.json]...
//
// One thread; times are the processor's, of all threads. `seconds` is the audio of one call,
// `x_real_time` how much faster than it is spoken, `allocations` those of one call once all buffers
// are there, `same` is 1 where the result is, byte for byte, that of the plain way.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "diarist/diarist.hpp"

#include "audio/reader.hpp"
#include "nets/counted_allocations.hpp"
#include "testing/built_in_sizes.hpp"

namespace diarist::bench {
namespace {

constexpr int kRate = audio::kModelRateHz;
constexpr double kWindow_s = 10;
constexpr PerformanceOptions kOneThread{.threads = 1};

/// The recording again and again, as long as asked.
std::vector<float> looped(const std::vector<float>& recording, double seconds) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * kRate));
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = recording[i % recording.size()];
  return samples;
}

void report(benchmark::State& state, double seconds, std::int64_t allocations, bool same) {
  state.counters["seconds"] = seconds;
  state.counters["x_real_time"] = benchmark::Counter(
      seconds * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["allocations"] =
      static_cast<double>(allocations) / static_cast<double>(state.iterations());
  state.counters["same"] = same ? 1 : 0;
}

/// Runs `body` once to make its buffers, then as often as asked, counting what it allocates.
template <class Body>
std::int64_t counted(benchmark::State& state, const Body& body) {
  body();
  const std::int64_t before = testing::allocations();
  for (auto _ : state) {
    body();
    benchmark::ClobberMemory();
  }
  return testing::allocations() - before;
}

class Stages {
 public:
  explicit Stages(std::vector<float> recording)
      : model_(Model::builtin()),
        embedder_(model_, kOneThread),
        segmenter_(model_, kOneThread),
        diarizer_(model_, kOneThread),
        recording_(std::move(recording)) {}

  void features(benchmark::State& state, double seconds) const {
    const auto samples = looped(recording_, seconds);
    std::vector<float> out(
        static_cast<std::size_t>(extractor_.frames(static_cast<std::int64_t>(samples.size()))) *
        FeatureExtractor::kBins);
    const auto allocations = counted(state, [&] { extractor_.extract(samples, out); });
    report(state, seconds, allocations, out == extractor_.extract(samples));
  }

  void plain(benchmark::State& state, double seconds) const {
    const auto samples = looped(recording_, seconds);
    std::vector<float> found;
    const auto allocations = counted(state, [&] { found = embedder_.embed(samples); });
    report(state, seconds, allocations, true);
  }

  /// As plain, but without a first call.
  void once(benchmark::State& state, double seconds) const {
    const auto samples = looped(recording_, seconds);
    for (auto _ : state) benchmark::DoNotOptimize(embedder_.embed(samples));
    report(state, seconds, 0, true);
  }

  void from_features(benchmark::State& state, double seconds) const {
    const auto samples = looped(recording_, seconds);
    const std::vector<float> features = extractor_.extract(samples);
    std::vector<float> found;
    const auto allocations = counted(state, [&] { found = embedder_.embed_features(features); });
    report(state, seconds, allocations, found == embedder_.embed(samples));
  }

  void with_workspace(benchmark::State& state, double seconds) const {
    const auto samples = looped(recording_, seconds);
    const std::vector<float> everything(1, 1.0F);
    Embedder::Workspace workspace(embedder_);
    std::span<const float> found;
    const auto allocations =
        counted(state, [&] { found = embedder_.embed(samples, everything, 1, workspace); });
    const std::vector<float> expected = embedder_.embed(samples);
    report(state, seconds, allocations, std::ranges::equal(found, expected));
  }

  /// The three stages by their own classes, as a chain of models runs them: windows cut out of the
  /// recording, the trunk over each, clustering at the end.
  void apart(benchmark::State& state) const {
    const double seconds = static_cast<double>(recording_.size()) / kRate;
    constexpr auto kWindowValues =
        static_cast<std::size_t>(LocalActivity::kFrames) * testing::kSegmentation.speakers;
    const auto allocations = counted(state, [&] {
      const LocalActivity activity = segmenter_.segment(recording_);
      std::vector<float> embeddings;
      for (int w = 0; w < activity.windows; ++w) {
        std::vector<float> window(static_cast<std::size_t>(kWindow_s * kRate), 0.0F);
        const std::size_t start = static_cast<std::size_t>(w) * kRate;
        std::copy_n(recording_.begin() + static_cast<std::ptrdiff_t>(start),
                    std::min(window.size(), recording_.size() - start), window.begin());
        std::vector<float> masks(kWindowValues);
        for (std::size_t f = 0; f < LocalActivity::kFrames; ++f) {
          for (std::size_t s = 0; s < testing::kSegmentation.speakers; ++s) {
            masks[s * LocalActivity::kFrames + f] =
                activity.active[static_cast<std::size_t>(w) * kWindowValues +
                                f * testing::kSegmentation.speakers + s];
          }
        }
        const auto found = embedder_.embed(window, masks, LocalActivity::kFrames);
        embeddings.insert(embeddings.end(), found.begin(), found.end());
      }
      benchmark::DoNotOptimize(cluster(model_, activity, embeddings));
    });
    report(state, seconds, allocations, true);
  }

  void merged(benchmark::State& state, double step_s) const {
    const double seconds = static_cast<double>(recording_.size()) / kRate;
    BehaviorOptions behavior;
    behavior.step_s = step_s;
    const auto allocations = counted(
        state, [&] { benchmark::DoNotOptimize(diarizer_.diarize(recording_, kRate, behavior)); });
    report(state, seconds, allocations, true);
  }

 private:
  Model model_;
  FeatureExtractor extractor_;
  Embedder embedder_;
  Segmenter segmenter_;
  Diarizer diarizer_;
  std::vector<float> recording_;
};

std::vector<float> read(const char* file) {
  const auto reader = audio::Reader::open(file, ChannelMode::downmix, 1);
  std::vector<float> samples;
  std::vector<float> block(kRate);
  float* pointers[] = {block.data()};
  while (const std::size_t count = reader->read(pointers, block.size())) {
    samples.insert(samples.end(), block.begin(),
                   block.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return samples;
}

template <class Body>
benchmark::internal::Benchmark* add(const std::string& name, const Body& body) {
  return benchmark::RegisterBenchmark(name.c_str(), body)
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime();
}

int run(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::fputs("usage: stages_bench RECORDING.wav [--benchmark_...]\n", stderr);
    return 2;
  }
  const Stages stages(read(argv[1]));
  for (const double seconds : {0.1, 1.0, 10.0}) {
    const std::string length = std::to_string(static_cast<int>(seconds * 10)) + "ds";
    using Stage = void (Stages::*)(benchmark::State&, double) const;
    for (const auto& [name, stage] : {std::pair<const char*, Stage>{"features/", &Stages::features},
                                      {"embed/plain/", &Stages::plain},
                                      {"embed/features/", &Stages::from_features},
                                      {"embed/workspace/", &Stages::with_workspace}}) {
      add(name + length, [&stages, stage = stage, seconds](benchmark::State& state) {
        (stages.*stage)(state, seconds);
      });
    }
  }
  // What takes minutes runs once.
  add("embed/long/36000ds", [&](benchmark::State& state) { stages.once(state, 3600); })
      ->Iterations(1)
      ->Repetitions(1);
  add("stages/apart", [&](benchmark::State& state) { stages.apart(state); });
  add("stages/merged/1s", [&](benchmark::State& state) { stages.merged(state, 1); });
  add("stages/merged/2s", [&](benchmark::State& state) { stages.merged(state, 2); });
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace
}  // namespace diarist::bench

int main(int argc, char** argv) {
  try {
    return diarist::bench::run(argc, argv);
  } catch (const diarist::Error& error) {
    std::fprintf(stderr, "stages_bench: %s\n", error.what());
    return 1;
  }
}
