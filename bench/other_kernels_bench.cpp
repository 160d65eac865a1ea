#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "kernels/kernel_set.hpp"
#include "kernels/matrix_product.hpp"
#include "layers.hpp"
#include "registration.hpp"
#include "testing/built_in_sizes.hpp"
#include "testing/random_values.hpp"

namespace diarist::bench {
namespace {

using kernels::KernelSet;
using nets::SegmentationShape;

AlignedBuffer<float> random_buffer(std::size_t size) {
  AlignedBuffer<float> buffer(size);
  const std::vector<float> values = testing::random_values(size, 1);
  std::copy(values.begin(), values.end(), buffer.data());
  return buffer;
}

std::vector<double> random_doubles(std::size_t size) {
  const std::vector<float> values = testing::random_values(size, 1);
  return {values.begin(), values.end()};
}

constexpr const char* kValues = "Gvalue/s";

void lstm_cell(benchmark::State& state, const KernelSet& set) {
  const std::size_t cells = static_cast<std::size_t>(kBatch) * kHidden;
  const auto gates = random_buffer(4 * cells);
  auto cell = random_buffer(cells);
  auto output = random_buffer(2 * cells);
  measure(state, kValues, static_cast<double>(cells), [&] {
    set.lstm_cell(gates.data(), cell.data(), output.data(), 2 * kHidden, kBatch, kHidden);
  });
}

void affine_abs_max_pool(benchmark::State& state, const KernelSet& set) {
  const int frames = SegmentationShape::pooled1();
  const int channels = testing::kSegmentation.sinc_filters;
  const std::size_t values = static_cast<std::size_t>(frames) * channels;
  const auto input = random_buffer(3 * values);
  const auto shift = random_buffer(static_cast<std::size_t>(channels));
  auto output = random_buffer(values);
  measure(state, kValues, 3 * static_cast<double>(values), [&] {
    set.affine_abs_max_pool(input.data(), channels, 3, shift.data(), output.data(), frames,
                            channels);
  });
}

void fold_symmetric(benchmark::State& state, const KernelSet& set) {
  constexpr int kRows = 48;
  constexpr int kTaps = SegmentationShape::kSincTaps;
  constexpr int kRoom = kernels::SymmetricFold::room(kTaps);
  const auto samples = random_buffer(kRows * SegmentationShape::kSincStride + kTaps);
  auto sums = random_buffer(static_cast<std::size_t>(kRows) * kRoom);
  auto differences = random_buffer(static_cast<std::size_t>(kRows) * kRoom);
  measure(state, kValues, static_cast<double>(kRows) * kTaps, [&] {
    set.fold_symmetric({samples.data(), SegmentationShape::kSincStride, kTaps, sums.data(),
                        differences.data(), kRoom, kRows});
  });
}

void max_pool(benchmark::State& state, const KernelSet& set) {
  const int frames = SegmentationShape::pooled2();
  const int channels = testing::kSegmentation.conv_channels;
  const std::size_t values = static_cast<std::size_t>(frames) * channels;
  const auto input = random_buffer(3 * values);
  auto output = random_buffer(values);
  measure(state, kValues, 3 * static_cast<double>(values),
          [&] { set.max_pool(input.data(), channels, output.data(), frames, channels); });
}

void instance_norm_leaky(benchmark::State& state, const KernelSet& set) {
  const int frames = SegmentationShape::pooled2();
  const int channels = testing::kSegmentation.conv_channels;
  const std::size_t values = static_cast<std::size_t>(frames) * channels;
  const auto input = random_buffer(values);
  const auto affine = random_buffer(static_cast<std::size_t>(channels));
  auto output = random_buffer(values);
  measure(state, kValues, static_cast<double>(values), [&] {
    set.instance_norm_leaky(input.data(), frames, channels, affine.data(), affine.data(), 1e-5F,
                            output.data(), channels);
  });
}

void statistics_pool(benchmark::State& state, const KernelSet& set) {
  constexpr int kFrames = 125;
  constexpr int kDimensions = 2560;
  const std::size_t values = static_cast<std::size_t>(kFrames) * kDimensions;
  const auto features = random_buffer(values);
  std::vector<const float*> rows;
  for (std::ptrdiff_t t = 0; t < kFrames; ++t) rows.push_back(features.data() + t * kDimensions);
  const std::vector<float> weights(kFrames, 1.0F);
  auto output = random_buffer(static_cast<std::size_t>(2) * kDimensions);
  measure(state, kValues, static_cast<double>(values), [&] {
    set.statistics_pool(rows.data(), weights.data(), kFrames, 1, kDimensions, output.data());
  });
}

// Clustering's shapes: distances of 1024 embeddings to 1024, responsibilities of 4096.

void multiply(benchmark::State& state, const KernelSet& set) {
  constexpr int kRows = 1024;
  constexpr int kDepth = 256;
  const auto values = random_doubles(static_cast<std::size_t>(kRows) * kDepth);
  const kernels::PackedMatrix right(values.data(), 1, kDepth, kDepth, kRows, set.panel_f64);
  const kernels::LeftMatrix left{values.data(), kDepth, 1, kRows};
  std::vector<double> output(static_cast<std::size_t>(kRows) * kRows);
  measure(state, "GMAC/s", static_cast<double>(kRows) * kRows * kDepth,
          [&] { set.multiply(left, right, 0, output.data(), kRows, false); });
}

void exponentiate(benchmark::State& state, const KernelSet& set) {
  constexpr std::size_t kCount = 4096;
  const auto start = random_doubles(kCount);
  auto values = start;
  measure(state, kValues, kCount, [&] {
    std::copy(start.begin(), start.end(), values.begin());
    benchmark::DoNotOptimize(set.exponentiate(values.data(), kCount, 8.0));
  });
}

void add_and_find_highest(benchmark::State& state, const KernelSet& set) {
  constexpr std::size_t kCount = 4096;
  auto values = random_doubles(kCount);
  const std::vector<double> offsets(kCount, 0.0);
  measure(state, kValues, kCount, [&] {
    benchmark::DoNotOptimize(set.add_and_find_highest(values.data(), offsets.data(), kCount));
  });
}

}  // namespace

void register_other_kernels(InstructionSet isa) {
  struct Other {
    const char* name;
    void (*run)(benchmark::State&, const KernelSet&);
  };
  for (const Other& other :
       {Other{"lstm_cell/20x128/f32", lstm_cell},
        Other{"affine_abs_max_pool/5325x80/f32", affine_abs_max_pool},
        Other{"fold_symmetric/48x251/f32", fold_symmetric}, Other{"max_pool/1773x60/f32", max_pool},
        Other{"instance_norm_leaky/1773x60/f32", instance_norm_leaky},
        Other{"statistics_pool/125x2560/f32", statistics_pool},
        Other{"multiply/1024x256x1024/f64", multiply}, Other{"exponentiate/4096/f64", exponentiate},
        Other{"add_and_find_highest/4096/f64", add_and_find_highest}}) {
    add_benchmark(other.name, isa, [run = other.run, isa](benchmark::State& state) {
      run(state, kernels::kernel_set(isa));
    });
  }
}

}  // namespace diarist::bench
