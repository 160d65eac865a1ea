// Networks of sizes that the built-in model does not have. What they compute is held against
// PyTorch by tests/modeltools/other_sizes.py; here, instruction sets against one another.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "nets/built_in_nets.hpp"
#include "nets/embedding.hpp"
#include "nets/segmentation.hpp"
#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"
#include "testing/synthetic_model.hpp"

namespace diarist::nets {
namespace {

constexpr int kMostFrames = 40;
constexpr int kStep = 16000;
constexpr int kWindows = 2;

class OtherSizes : public testing::EachInstructionSet {};

std::vector<float> trunk(const Embedding& net, int frames, Trunk::Workspace& workspace) {
  const auto features =
      testing::random_values(static_cast<std::size_t>(frames) * EmbeddingShape::kMelBins, 5);
  std::vector<float> out(static_cast<std::size_t>(EmbeddingShape::trunk_frames(frames)) *
                         static_cast<std::size_t>(net.trunk_dimensions()));
  net.trunk().run(features.data(), frames, workspace, out.data());
  return out;
}

// Of more speakers than the kernel pools at a time, each with frames of its own.
std::vector<float> embeddings(const Embedding& net) {
  constexpr int kSpeakers = 6;
  Trunk::Workspace workspace(net.trunk(), kMostFrames);
  const std::vector<float> values = trunk(net, kMostFrames, workspace);
  constexpr int kFrames = EmbeddingShape::trunk_frames(kMostFrames);
  std::vector<const float*> rows;
  std::vector<float> weights;
  for (std::ptrdiff_t i = 0; i < kFrames; ++i) {
    rows.push_back(values.data() + i * net.trunk_dimensions());
  }
  for (int s = 0; s < kSpeakers; ++s) {
    for (int i = 0; i < kFrames; ++i) weights.push_back(i == s || i == 0 ? 1.0F : 0.0F);
  }
  std::vector<float> statistics(static_cast<std::size_t>(kSpeakers * 2 * net.trunk_dimensions()));
  net.pool(rows.data(), weights.data(), kFrames, kSpeakers, statistics.data());
  std::vector<float> out(static_cast<std::size_t>(kSpeakers * net.dimensions()));
  net.project(statistics.data(), kSpeakers, out.data());
  return out;
}

TEST_P(OtherSizes, EmbeddingsAreNearTheTwins) {
  for (const bool bottleneck : {false, true}) {
    const Model model = testing::synthetic_model(testing::other_sizes(bottleneck));
    const Embedding net(model.pack(), kernels_, Precision::f32);
    const Embedding twin(model.pack(), twin_, Precision::f32);
    ASSERT_EQ(net.dimensions(), 96);
    const std::vector<float> expected = embeddings(twin);
    EXPECT_LT(testing::relative_error(embeddings(net), expected), 1e-4) << bottleneck;
    // Each speaker has an embedding of its own.
    EXPECT_NE(std::vector<float>(expected.begin() + 96, expected.begin() + 192),
              std::vector<float>(expected.end() - 96, expected.end()));
  }
}

TEST_P(OtherSizes, IntegerTrunksAreNearTheTwins) {
  const Model model = testing::synthetic_model(testing::other_sizes(false));
  const Embedding net(model.pack(), kernels_, Precision::int8);
  const Embedding twin(model.pack(), twin_, Precision::int8);
  // A code may be rounded the other way here and there; see integer_resnet_test.cpp.
  EXPECT_LT(testing::relative_error(embeddings(net), embeddings(twin)), 0.02);
}

TEST_P(OtherSizes, SameBitsInAUsedWorkspace) {
  for (const bool bottleneck : {false, true}) {
    const Model model = testing::synthetic_model(testing::other_sizes(bottleneck));
    for (const Precision precision : {Precision::f32, Precision::int8}) {
      const Embedding net(model.pack(), kernels_, precision);
      Trunk::Workspace used(net.trunk(), kMostFrames);
      for (const int frames : {kMostFrames, 1, 17, 2}) {
        Trunk::Workspace fresh(net.trunk(), frames);
        EXPECT_EQ(trunk(net, frames, used), trunk(net, frames, fresh)) << frames;
      }
    }
  }
}

TEST_P(OtherSizes, SegmentationIsNearTheTwinAndKeepsToItsBatch) {
  const Model model = testing::synthetic_model(testing::other_sizes(false));
  const auto samples =
      testing::restless_noise(SegmentationShape::kWindowSamples + (kWindows - 1) * kStep);
  const auto scores = [&](const kernels::KernelSet& kernels, Precision precision, int windows) {
    const Segmentation net(model.pack(), kernels, precision);
    Segmentation::Workspace workspace(net, windows);
    const float* found = net.scores(samples.data(), windows, kStep, workspace);
    const auto classes = static_cast<std::size_t>(net.shape().classes);
    std::vector<float> first;  // Of the first window.
    for (int t = 0; t < SegmentationShape::frames(); ++t) {
      const float* row = found + static_cast<std::ptrdiff_t>(t) * windows * net.shape().classes;
      first.insert(first.end(), row, row + classes);
    }
    return first;
  };
  for (const Precision precision : {Precision::f32, Precision::int8}) {
    const std::vector<float> expected = scores(twin_, precision, 1);
    const std::vector<float> found = scores(kernels_, precision, 1);
    EXPECT_LT(testing::relative_error(found, expected), precision == Precision::f32 ? 1e-4 : 0.02);
    EXPECT_EQ(scores(kernels_, precision, kWindows), found) << "with another window beside it";
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(OtherSizes);

}  // namespace
}  // namespace diarist::nets
