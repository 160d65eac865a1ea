#include "kernels/winograd_1d.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"

namespace diarist::kernels {
namespace {

using testing::kRounding;
using testing::random_values;

constexpr int kChannels[] = {1, 3, 16, 60, 80};
constexpr int kFrames[] = {4, 5, 7, 8, 61};

class Winograd1d : public testing::EachInstructionSet {};

// Every coefficient is a power of two or has few digits: only sums round, and fused products do
// not.
void expect_near(const std::vector<float>& found, const std::vector<float>& expected, double size) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], 8 * kRounding * size) << i;
  }
}

TEST_P(Winograd1d, TransformsInputsAsTheTwin) {
  for (const int channels : kChannels) {
    for (const int frames : kFrames) {
      const auto input = random_values(static_cast<std::size_t>((frames + 4) * channels), 1);
      const int tiles = winograd_1d_tiles(frames);
      const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(tiles) * channels;
      std::vector<float> found(static_cast<std::size_t>(kWinograd1dPositions * stride));
      std::vector<float> expected(found.size());
      Winograd1dInput w{input.data(), channels, frames, 0, tiles, found.data(), stride};
      kernels_.winograd_1d_input(w);
      w.transformed = expected.data();
      twin_.winograd_1d_input(w);
      // Rows of the transform add up to at most 15.5 inputs, which lie within 1.
      expect_near(found, expected, 16);
    }
  }
}

TEST_P(Winograd1d, CombinesProductsAsTheTwin) {
  for (const int channels : kChannels) {
    for (const int frames : kFrames) {
      const int tiles = winograd_1d_tiles(frames);
      const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(tiles) * channels;
      const auto products =
          random_values(static_cast<std::size_t>(kWinograd1dPositions * stride), 2);
      const auto bias = random_values(static_cast<std::size_t>(channels), 3);
      std::vector<float> found(static_cast<std::size_t>(frames) * channels);
      std::vector<float> expected(found.size());
      Winograd1dOutput w{products.data(), stride, bias.data(), channels,
                         frames,          0,      tiles,       found.data()};
      kernels_.winograd_1d_output(w);
      w.output = expected.data();
      twin_.winograd_1d_output(w);
      expect_near(found, expected, 20);
    }
  }
}

DIARIST_FOR_EACH_INSTRUCTION_SET(Winograd1d);

TEST(Winograd1dTiles, CoverAllFramesAndEndInside) {
  for (int frames = 4; frames < 30; ++frames) {
    std::vector<int> covered(static_cast<std::size_t>(frames));
    for (int t = 0; t < winograd_1d_tiles(frames); ++t) {
      for (int i = 0; i < kWinograd1dOutputs; ++i) {
        ++covered.at(static_cast<std::size_t>(winograd_1d_begin(t, frames) + i));
      }
    }
    EXPECT_GE(*std::min_element(covered.begin(), covered.end()), 1) << frames;
  }
}

}  // namespace
}  // namespace diarist::kernels
