#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dsp/fbank.hpp"
#include "kernels/kernel_set.hpp"
#include "nets/built_in_nets.hpp"
#include "nets/embedding.hpp"
#include "nets/powerset.hpp"
#include "nets/segmentation.hpp"
#include "registration.hpp"
#include "testing/built_in_sizes.hpp"
#include "testing/random_values.hpp"

namespace diarist::bench {
namespace {

using nets::SegmentationShape;

constexpr int kSampleRate = SegmentationShape::kSampleRateHz;
constexpr int kWindows = nets::Segmentation::kMaxBatch;

/// Seconds of audio that one round advances by, as a multiple of real time.
void report_real_time(benchmark::State& state, double seconds) {
  state.counters["x_real_time"] = benchmark::Counter(
      seconds * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

/// Windows one second apart, as `balanced` takes them.
void sincnet(benchmark::State& state, const kernels::KernelSet& set) {
  const nets::SincNet net(testing::built_in_pack(), nets::SegmentationShape{}, set);
  nets::SincNet::Workspace workspace(nets::SegmentationShape{});
  const auto samples =
      testing::restless_noise(SegmentationShape::kWindowSamples + (kWindows - 1) * kSampleRate);
  std::vector<float> out(static_cast<std::size_t>(SegmentationShape::frames()) * kWindows * 60);
  for (auto _ : state) {
    net.run(samples.data(), kWindows, kSampleRate, workspace, out.data());
  }
  report_real_time(state, kWindows);
}

template <Precision kPrecision>
void segmentation(benchmark::State& state, const kernels::KernelSet& set) {
  const nets::Segmentation net(testing::built_in_pack(), set, kPrecision);
  nets::Segmentation::Workspace workspace(net);
  const auto samples =
      testing::restless_noise(SegmentationShape::kWindowSamples + (kWindows - 1) * kSampleRate);
  std::vector<std::uint8_t> active(static_cast<std::size_t>(kWindows) *
                                   SegmentationShape::frames() * testing::kSegmentation.speakers);
  std::vector<std::uint8_t> probability(active.size());
  for (auto _ : state) {
    net.run(samples.data(), kWindows, kSampleRate, workspace, active.data(), probability.data());
  }
  report_real_time(state, kWindows);
}

/// What follows the segmentation network, of as many windows.
void powerset(benchmark::State& state, const kernels::KernelSet& /*set*/) {
  const nets::Powerset powerset(testing::kSegmentation.speakers,
                                testing::kSegmentation.speakers_at_once);
  const auto frames = static_cast<std::size_t>(kWindows) * SegmentationShape::frames();
  const auto scores = testing::random_values(frames * testing::kSegmentation.classes, 3);
  std::vector<std::uint8_t> active(frames * testing::kSegmentation.speakers);
  std::vector<std::uint8_t> probability(active.size());
  for (auto _ : state) {
    for (std::size_t f = 0; f < frames; ++f) {
      powerset.decode(scores.data() + f * testing::kSegmentation.classes,
                      active.data() + f * testing::kSegmentation.speakers,
                      probability.data() + f * testing::kSegmentation.speakers);
    }
    benchmark::ClobberMemory();
  }
  report_real_time(state, kWindows);
}

template <Precision kPrecision>
void trunk(benchmark::State& state, const kernels::KernelSet& set) {
  constexpr int kFrames = 1000;
  const nets::Embedding net(testing::built_in_pack(), set, kPrecision);
  nets::Trunk::Workspace workspace(net.trunk(), kFrames);
  const auto features =
      testing::random_values(static_cast<std::size_t>(kFrames) * testing::kEmbedding.kMelBins, 3);
  std::vector<float> out(static_cast<std::size_t>(testing::kEmbedding.trunk_frames(kFrames)) *
                         testing::kEmbedding.trunk_dimensions());
  for (auto _ : state) net.trunk().run(features.data(), kFrames, workspace, out.data());
  report_real_time(state, kFrames / 100.0);
}

/// One implementation for all sets.
void fbank(benchmark::State& state, const kernels::KernelSet&) {
  constexpr int kSeconds = 10;
  const dsp::Fbank bank;
  dsp::Fbank::Workspace workspace(bank);
  const std::vector<float> samples = testing::random_values(kSampleRate * kSeconds, 3);
  std::vector<float> features(
      static_cast<std::size_t>(bank.frames(static_cast<std::int64_t>(samples.size()))) *
      testing::kEmbedding.kMelBins);
  for (auto _ : state) {
    bank.compute(samples, features.data(), workspace);
    benchmark::ClobberMemory();
  }
  report_real_time(state, kSeconds);
}

}  // namespace

void register_networks(InstructionSet isa) {
  struct Network {
    const char* name;
    void (*run)(benchmark::State&, const kernels::KernelSet&);
  };
  for (const Network& network :
       {Network{"network/fbank/f32", fbank}, Network{"network/sincnet/f32", sincnet},
        Network{"network/segmentation/f32", segmentation<Precision::f32>},
        Network{"network/segmentation/int16", segmentation<Precision::int8>},
        Network{"network/powerset/f32", powerset},
        Network{"network/trunk/f32", trunk<Precision::f32>},
        Network{"network/trunk/int8", trunk<Precision::int8>}}) {
    add_benchmark(network.name, isa, [run = network.run, isa](benchmark::State& state) {
      run(state, kernels::kernel_set(isa));
    });
  }
}

}  // namespace diarist::bench
