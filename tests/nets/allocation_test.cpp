// No memory is asked for while windows go by: every operator new of this program is counted.
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include <gtest/gtest.h>

#include "dsp/fbank.hpp"
#include "nets/built_in_nets.hpp"
#include "nets/counted_allocations.hpp"
#include "nets/embedding.hpp"
#include "nets/segmentation.hpp"
#include "testing/built_in_sizes.hpp"

namespace diarist::nets {
namespace {

/// Allocations during body().
template <class Body>
std::int64_t allocations_of(const Body& body) {
  const std::int64_t before = testing::allocations();
  body();
  return testing::allocations() - before;
}

// One is enough: the networks take the same way with all, and kernels have no memory of their own.
const kernels::KernelSet& kernel_set() { return kernels::kernel_set(best_instruction_set()); }

TEST(Allocations, AreCounted) {
  EXPECT_EQ(allocations_of([] {}), 0);
  EXPECT_EQ(allocations_of([] { std::vector<float> values(10); }), 1);
  EXPECT_EQ(allocations_of([] { AlignedBuffer<float> values(10); }), 1);
  EXPECT_EQ(allocations_of([] { delete[] new (std::nothrow) char[10]; }), 1);
}

class SegmentationAllocations : public ::testing::TestWithParam<Precision> {};

TEST_P(SegmentationAllocations, AreNone) {
  const Segmentation net(testing::built_in_pack(), kernel_set(), GetParam());
  Segmentation::Workspace workspace(net);
  constexpr int kStep = 120000;  // little overlap: SincNet's buffer has to move on
  constexpr int kWindows = 3;
  const auto samples =
      testing::restless_noise(SegmentationShape::kWindowSamples + (kWindows - 1) * kStep);
  std::vector<std::uint8_t> active(kWindows * 589 * 3);
  std::vector<std::uint8_t> probability(active.size());
  const CancellationToken token;
  for (const int windows : {kWindows, 1}) {
    EXPECT_EQ(allocations_of([&] {
                net.run(samples.data(), windows, kStep, workspace, active.data(),
                        probability.data(), &token);
              }),
              0)
        << windows << " windows";
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, SegmentationAllocations,
                         ::testing::Values(Precision::f32, Precision::int8));

class EmbeddingAllocations : public ::testing::TestWithParam<Precision> {};

TEST_P(EmbeddingAllocations, AreNone) {
  const Embedding net(testing::built_in_pack(), kernel_set(), GetParam());
  const dsp::Fbank fbank;
  dsp::Fbank::Workspace fbank_workspace(fbank);
  Trunk::Workspace workspace(net.trunk(), 100);
  const auto samples = testing::restless_noise(16240);
  std::vector<float> features(100 * 80);
  std::vector<float> trunk(static_cast<std::size_t>(13) * testing::kEmbedding.trunk_dimensions());
  std::vector<float> statistics(static_cast<std::size_t>(2) *
                                testing::kEmbedding.trunk_dimensions());
  std::vector<float> embedding(testing::kEmbedding.dimensions);
  const std::vector<float> weights(13, 1.0F);
  const CancellationToken token;
  ASSERT_EQ(fbank.frames(16240), 100);
  EXPECT_EQ(allocations_of([&] { fbank.compute(samples, features.data(), fbank_workspace); }), 0);
  EXPECT_EQ(allocations_of(
                [&] { net.trunk().run(features.data(), 100, workspace, trunk.data(), &token); }),
            0);
  std::vector<const float*> rows;
  for (std::ptrdiff_t t = 0; t < 13; ++t) {
    rows.push_back(trunk.data() + t * testing::kEmbedding.trunk_dimensions());
  }
  EXPECT_EQ(
      allocations_of([&] { net.pool(rows.data(), weights.data(), 13, 1, statistics.data()); }), 0);
  EXPECT_EQ(allocations_of([&] { net.project(statistics.data(), 1, embedding.data()); }), 0);
}

INSTANTIATE_TEST_SUITE_P(InEachPrecision, EmbeddingAllocations,
                         ::testing::Values(Precision::f32, Precision::int8));

}  // namespace
}  // namespace diarist::nets
