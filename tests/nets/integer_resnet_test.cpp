#include "nets/integer_resnet.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "dsp/fbank.hpp"
#include "nets/built_in_nets.hpp"
#include "nets/embedding.hpp"
#include "testing/built_in_sizes.hpp"
#include "testing/instruction_sets.hpp"

namespace diarist::nets {
namespace {

constexpr int kBins = testing::kEmbedding.kMelBins;
constexpr int kRow = testing::kEmbedding.trunk_dimensions();

// Features of something like speech, their mean taken off.
std::vector<float> features_of(int frames) {
  const dsp::Fbank fbank;
  dsp::Fbank::Workspace workspace(fbank);
  const auto samples = testing::restless_noise(static_cast<std::size_t>(160 * frames + 240));
  std::vector<float> features(static_cast<std::size_t>(frames) * kBins);
  fbank.compute(samples, features.data(), workspace);
  for (int bin = 0; bin < kBins; ++bin) {
    double sum = 0;
    for (int t = 0; t < frames; ++t)
      sum += static_cast<double>(features[static_cast<std::size_t>(t * kBins + bin)]);
    for (int t = 0; t < frames; ++t)
      features[static_cast<std::size_t>(t * kBins + bin)] -= static_cast<float>(sum / frames);
  }
  return features;
}

template <class Net>
std::vector<float> run(const Net& net, const std::vector<float>& features,
                       typename Net::Workspace& workspace) {
  const int frames = static_cast<int>(features.size()) / kBins;
  std::vector<float> out(static_cast<std::size_t>(EmbeddingShape::trunk_frames(frames)) * kRow);
  net.run(features.data(), frames, workspace, out.data());
  return out;
}

template <class Net>
std::vector<float> run(const Net& net, const std::vector<float>& features) {
  typename Net::Workspace workspace(net.shape(), static_cast<int>(features.size()) / kBins);
  return run(net, features, workspace);
}

class IntegerResNetTest : public testing::EachInstructionSet {
 protected:
  const IntegerResNet net_{testing::built_in_pack(), testing::kEmbedding, kernels_};
};

// Sums are the same integers everywhere. What differs are roundings in f32 where a value lies
// half-way between two codes: each such code then moves the sums after it by a 255th of its range.
TEST_P(IntegerResNetTest, IsNearTheTwin) {
  const IntegerResNet twin(testing::built_in_pack(), testing::kEmbedding, twin_);
  for (const int frames : {1, 7, 9, 24}) {
    const auto features = features_of(frames);
    EXPECT_LT(testing::relative_error(run(net_, features), run(twin, features)), 0.01)
        << frames << " frames";
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(IntegerResNetTest);

class BestIntegerResNet : public ::testing::Test {
 protected:
  const kernels::KernelSet& kernels_ = kernels::fastest_kernels();
  const IntegerResNet net_{testing::built_in_pack(), testing::kEmbedding, kernels_};
};

TEST_F(BestIntegerResNet, SameBitsInAUsedWorkspace) {
  IntegerResNet::Workspace workspace(testing::kEmbedding, 64);
  for (const int frames : {64, 1, 40, 8, 9, 2}) {
    const auto features = features_of(frames);
    EXPECT_EQ(run(net_, features, workspace), run(net_, features)) << frames << " frames";
  }
}

TEST_F(BestIntegerResNet, StopsWhenTold) {
  CancellationToken token;
  token.cancel();
  const auto features = features_of(16);
  IntegerResNet::Workspace workspace(testing::kEmbedding, 16);
  std::vector<float> out(2 * kRow);
  EXPECT_THROW(net_.run(features.data(), 16, workspace, out.data(), &token), Error);
}

// What 8 bits cost: the angle between embeddings of the same second.
TEST_F(BestIntegerResNet, EmbeddingsPointWhereThoseOfF32Do) {
  constexpr int kFrames = 200;
  const Embedding exact(testing::built_in_pack(), kernels_, Precision::f32);
  const Embedding coded(testing::built_in_pack(), kernels_, Precision::int8);
  const auto features = features_of(kFrames);
  const std::vector<float> weights(kFrames / kTrunkStride, 1.0F);
  const auto embed = [&](const Embedding& net) {
    Trunk::Workspace workspace(net.trunk(), kFrames);
    std::vector<float> trunk(weights.size() * kRow);
    net.trunk().run(features.data(), kFrames, workspace, trunk.data());
    std::vector<float> statistics(2 * kRow);
    std::vector<const float*> rows;
    for (std::size_t t = 0; t < weights.size(); ++t) rows.push_back(trunk.data() + t * kRow);
    net.pool(rows.data(), weights.data(), static_cast<int>(rows.size()), 1, statistics.data());
    std::vector<float> embedding(testing::kEmbedding.dimensions);
    net.project(statistics.data(), 1, embedding.data());
    return embedding;
  };
  const auto a = embed(exact);
  const auto b = embed(coded);
  double product = 0;
  double size_a = 0;
  double size_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    size_a += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    size_b += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  EXPECT_GT(product / std::sqrt(size_a * size_b), 0.99);
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace diarist::nets
