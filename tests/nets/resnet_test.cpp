#include "nets/resnet.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nets/built_in_nets.hpp"
#include "nets/embedding.hpp"
#include "testing/built_in_sizes.hpp"
#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"

namespace diarist::nets {
namespace {

constexpr int kBins = testing::kEmbedding.kMelBins;
constexpr int kRow = testing::kEmbedding.trunk_dimensions();
constexpr float kUntouched = -5;  // no output is negative: a ReLU comes last

std::vector<float> features_of(int frames) {
  return testing::random_values(static_cast<std::size_t>(frames) * kBins, 31);
}

std::vector<float> run(const ResNet& net, const float* features, int frames,
                       ResNet::Workspace& workspace) {
  const std::size_t size = static_cast<std::size_t>(EmbeddingShape::trunk_frames(frames)) * kRow;
  std::vector<float> out(size + 64, kUntouched);
  net.run(features, frames, workspace, out.data());
  EXPECT_TRUE(std::all_of(out.begin() + static_cast<std::ptrdiff_t>(size), out.end(),
                          [](float x) { return x == kUntouched; }))
      << "wrote beyond the last of " << frames << " frames";
  out.resize(size);
  EXPECT_TRUE(std::all_of(out.begin(), out.end(), [](float x) { return x >= 0; }));
  return out;
}

std::vector<float> run(const ResNet& net, const std::vector<float>& features) {
  const int frames = static_cast<int>(features.size()) / kBins;
  ResNet::Workspace workspace(testing::kEmbedding, frames);  // no larger than it must be
  return run(net, features.data(), frames, workspace);
}

class ResNetTest : public testing::EachInstructionSet {
 protected:
  const ResNet net_{testing::built_in_pack(), testing::kEmbedding, kernels_};
};

TEST_P(ResNetTest, IsNearTheTwin) {
  const ResNet twin(testing::built_in_pack(), testing::kEmbedding, twin_);
  for (const int frames : {1, 2, 7, 8, 9, 24}) {
    const auto features = features_of(frames);
    const double error = testing::relative_error(run(net_, features), run(twin, features));
    // 33 convolutions one after another, each about 30 roundings of its size: a Winograd
    // convolution amplifies them.
    EXPECT_LT(error, 33 * 30 * testing::kRounding) << frames << " frames";
    RecordProperty("relative_error_" + std::to_string(frames), std::to_string(error * 1e9) + "e-9");
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(ResNetTest);

class BestResNet : public ::testing::Test {
 protected:
  const kernels::KernelSet& kernels_ = kernels::kernel_set(best_instruction_set());
  const ResNet net_{testing::built_in_pack(), testing::kEmbedding, kernels_};
};

// What lay in the workspace, or how large it is, is of no account.
TEST_F(BestResNet, SameBitsInAUsedWorkspace) {
  ResNet::Workspace workspace(testing::kEmbedding, 64);
  for (const int frames : {64, 1, 40, 8, 9, 2}) {
    const auto features = features_of(frames);
    EXPECT_EQ(run(net_, features.data(), frames, workspace), run(net_, features))
        << frames << " frames";
  }
}

TEST_F(BestResNet, StopsWhenTold) {
  CancellationToken token;
  token.cancel();
  const auto features = features_of(16);
  ResNet::Workspace workspace(testing::kEmbedding, 16);
  std::vector<float> out(2 * kRow);
  EXPECT_THROW(net_.run(features.data(), 16, workspace, out.data(), &token), Error);
}

class EmbeddingTest : public testing::EachInstructionSet {};

TEST_P(EmbeddingTest, PoolingAndProjectionAreNearTheTwins) {
  const Embedding net(testing::built_in_pack(), kernels_, Precision::f32);
  const Embedding twin(testing::built_in_pack(), twin_, Precision::f32);
  constexpr int kFrames = 60;
  constexpr int kCount = 3;
  const auto trunk = testing::random_values(
      static_cast<std::size_t>(kFrames) * testing::kEmbedding.trunk_dimensions(), 33);
  std::vector<const float*> rows;
  for (std::ptrdiff_t t = 0; t < kFrames; ++t) {
    rows.push_back(trunk.data() + t * testing::kEmbedding.trunk_dimensions());
  }
  const auto embed = [&](const Embedding& embedding) {
    std::vector<float> statistics(kCount * 2 * testing::kEmbedding.trunk_dimensions());
    for (int s = 0; s < kCount; ++s) {
      std::vector<float> weights(kFrames);
      for (int t = 0; t < kFrames; ++t) {
        weights[static_cast<std::size_t>(t)] = t % (s + 2) == 0 ? 1.0F : 0.0F;
      }
      embedding.pool(rows.data(), weights.data(), kFrames, 1,
                     statistics.data() + static_cast<std::ptrdiff_t>(s) * 2 *
                                             testing::kEmbedding.trunk_dimensions());
    }
    std::vector<float> embeddings(kCount * testing::kEmbedding.dimensions);
    embedding.project(statistics.data(), kCount, embeddings.data());
    // One by one it must be the same.
    std::vector<float> single(testing::kEmbedding.dimensions);
    for (int s = 0; s < kCount; ++s) {
      embedding.project(statistics.data() + static_cast<std::ptrdiff_t>(s) * 2 *
                                                testing::kEmbedding.trunk_dimensions(),
                        1, single.data());
      EXPECT_TRUE(std::equal(single.begin(), single.end(),
                             embeddings.begin() + s * testing::kEmbedding.dimensions));
    }
    return embeddings;
  };
  // Statistics of 60 frames and a product of depth 5120 whose sum is smaller than its terms.
  EXPECT_LT(testing::relative_error(embed(net), embed(twin)), 1e-5);
}

DIARIST_FOR_EACH_INSTRUCTION_SET(EmbeddingTest);

}  // namespace
}  // namespace diarist::nets
