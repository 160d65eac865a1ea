#include <algorithm>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "nets/built_in_nets.hpp"
#include "nets/resnet.hpp"
#include "testing/built_in_sizes.hpp"
#include "testing/random_values.hpp"

namespace diarist::nets {
namespace {

constexpr int kBins = testing::kEmbedding.kMelBins;
constexpr int kRow = testing::kEmbedding.trunk_dimensions();

// Features beyond this many frames on either side of its own 8 do not reach a trunk frame, not even
// by a rounding. A Winograd convolution sees its whole tile, up to 4 lines away, times its stride
// so far: 6 of them at 1, 7 at 2, 11 at 4, 5 at 8. A direct one sees 1 line: the first, and those
// that halve the map.
constexpr int kReach = (1 + 6 * 4) + (1 + 7 * 4 * 2) + (2 + 11 * 4 * 4) + (4 + 5 * 4 * 8);

std::vector<float> run(const ResNet& net, const float* features, int frames,
                       ResNet::Workspace& workspace) {
  std::vector<float> out(static_cast<std::size_t>(EmbeddingShape::trunk_frames(frames)) * kRow);
  net.run(features, frames, workspace, out.data());
  return out;
}

// What sharing the trunk over a recording rests on: blocks with enough around them give, bit for
// bit, what the whole would, where the last stage's Winograd tiles of 4 x 8 feature frames fall on
// the same frames.
TEST(ResNetBlocks, GiveWhatTheWholeGives) {
  const ResNet net(testing::built_in_pack(), testing::kEmbedding,
                   kernels::kernel_set(best_instruction_set()));
  const int frames = 1600;
  const auto features = testing::random_values(static_cast<std::size_t>(frames) * kBins, 31);
  ResNet::Workspace workspace(testing::kEmbedding, frames);
  const auto whole = run(net, features.data(), frames, workspace);
  ASSERT_EQ(whole.size(), 200U * kRow);
  const int margin = (kReach + kTrunkStride - 1) / kTrunkStride;
  for (const auto& [first, last] : {std::pair{0, 700}, {160, 1210}, {320, 1600}, {704, 1600}}) {
    const auto block = run(net, features.data() + static_cast<std::ptrdiff_t>(first) * kBins,
                           last - first, workspace);
    const int rows = static_cast<int>(block.size()) / kRow;
    const int begin = first == 0 ? 0 : margin;
    const int end = last == frames ? rows : rows - margin - 1;
    ASSERT_GT(end, begin);
    EXPECT_TRUE(std::equal(
        block.begin() + static_cast<std::ptrdiff_t>(begin) * kRow,
        block.begin() + static_cast<std::ptrdiff_t>(end) * kRow,
        whole.begin() + static_cast<std::ptrdiff_t>(first / kTrunkStride + begin) * kRow))
        << "frames " << first << " to " << last;
  }
}

}  // namespace
}  // namespace diarist::nets
