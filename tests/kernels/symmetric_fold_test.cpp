#include "kernels/symmetric_fold.hpp"

#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "testing/instruction_sets.hpp"
#include "testing/random_values.hpp"

namespace diarist::kernels {
namespace {

using testing::random_values;

class Fold : public testing::EachInstructionSet {};

struct Folded {
  std::vector<float> sums;
  std::vector<float> differences;
};

// Only what is defined: the depth of every row.
Folded run(const KernelSet& kernels, const std::vector<float>& samples, int stride, int taps,
           int rows) {
  const int room = SymmetricFold::room(taps);
  std::vector<float> sums(static_cast<std::size_t>(rows) * room);
  std::vector<float> differences(sums.size());
  kernels.fold_symmetric(
      {samples.data(), stride, taps, sums.data(), differences.data(), room, rows});
  Folded folded;
  for (int row = 0; row < rows; ++row) {
    for (int k = 0; k < SymmetricFold::depth(taps); ++k) {
      folded.sums.push_back(sums[static_cast<std::size_t>(row * room + k)]);
      folded.differences.push_back(differences[static_cast<std::size_t>(row * room + k)]);
    }
  }
  return folded;
}

TEST_P(Fold, IsTheTwinsBitForBit) {
  for (const int taps : {SymmetricFold::kFewestTaps, 33, 65, 251}) {
    for (const int rows : {1, 2, 48}) {
      const int stride = 10;
      // No more than the last run needs: reading beyond it is a mistake.
      const auto samples = random_values(static_cast<std::size_t>((rows - 1) * stride + taps), 1);
      const Folded found = run(kernels_, samples, stride, taps, rows);
      const Folded expected = run(twin_, samples, stride, taps, rows);
      EXPECT_EQ(found.sums, expected.sums) << taps << " taps, " << rows << " rows";
      EXPECT_EQ(found.differences, expected.differences) << taps << " taps, " << rows << " rows";
    }
  }
}

TEST_P(Fold, AddsWhatLiesOppositeEachOther) {
  constexpr int kTaps = 33;
  std::vector<float> samples(kTaps);
  for (int k = 0; k < kTaps; ++k) samples[static_cast<std::size_t>(k)] = static_cast<float>(k * k);
  const Folded folded = run(kernels_, samples, 1, kTaps, 1);
  ASSERT_EQ(folded.sums.size(), 17U);
  for (int k = 0; k < 17; ++k) {
    const auto i = static_cast<std::size_t>(k);
    EXPECT_EQ(folded.sums[i], static_cast<float>(k * k + (32 - k) * (32 - k)));
    EXPECT_EQ(folded.differences[i], static_cast<float>(k * k - (32 - k) * (32 - k)));
  }
  EXPECT_EQ(folded.differences.back(), 0.0F);
}

DIARIST_FOR_EACH_INSTRUCTION_SET(Fold);

}  // namespace
}  // namespace diarist::kernels
