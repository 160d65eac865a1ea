// Looks that wait together: each gets what it would get alone.
#include "pipeline/live/look_batches.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <future>
#include <latch>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/segmenter.hpp"

#include "pipeline/live/parameters.hpp"
#include "pipeline/recording.hpp"
#include "pipeline/window.hpp"
#include "testing/places.hpp"

namespace diarist::pipeline {
namespace {

/// More than go together.
constexpr std::size_t kLooks = kLive.most_looks_at_once + 2;

class LookBatchesTest : public ::testing::Test {
 protected:
  const nets::Segmentation& net() { return engine_.networks(Precision::automatic).segmentation(); }

  /// The worker is busy until all of them wait. Tells how many it had segmented as the first went
  /// on.
  std::size_t add_while_busy(std::deque<SegmentedLook>& looks) {
    std::promise<void> all_wait;
    std::latch done(static_cast<std::ptrdiff_t>(looks.size()));
    engine_.workers().submit_urgent(
        [waits = all_wait.get_future().share()](int /*worker*/) { waits.wait(); });
    LookBatches& batches = engine_.look_batches(Precision::automatic);
    std::size_t together = 0;
    for (SegmentedLook& look : looks) {
      look.then = [&](int /*worker*/) {
        if (together == 0) {
          together = static_cast<std::size_t>(std::ranges::count_if(
              looks, [](const SegmentedLook& other) { return !other.active.empty(); }));
        }
        done.count_down();
      };
      batches.add(look);
    }
    all_wait.set_value();
    done.wait();
    engine_.workers().for_each(1, [](int /*i*/, int /*worker*/) {});  // it has left the last one
    return together;
  }

  const Model model_ = Model::builtin();
  Engine engine_{model_, {.threads = 1}};
};

TEST_F(LookBatchesTest, GiveEachWhatItGetsAlone) {
  const std::vector<float> sample =
      testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
  std::deque<SegmentedLook> looks(kLooks);
  std::deque<nets::SincResponses> responses;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const auto first = sample.begin() + static_cast<std::ptrdiff_t>(i * 32000);
    looks[i].samples.assign(first, first + kWindowSamples);
    looks[i].window = {looks[i].samples.data(), static_cast<std::int64_t>(i * 32000),
                       kWindowSamples, &responses.emplace_back(net().shape())};
  }
  EXPECT_EQ(add_while_busy(looks), kLive.most_looks_at_once);
  const std::size_t size =
      static_cast<std::size_t>(LocalActivity::kFrames) * static_cast<std::size_t>(net().speakers());
  bool anybody = false;
  nets::Segmentation::Workspace workspace(net(), 1);
  for (const SegmentedLook& look : looks) {
    std::vector<std::uint8_t> active(size);
    std::vector<std::uint8_t> probability(size);
    net().run(look.samples.data(), 1, kWindowSamples, workspace, active.data(), probability.data());
    EXPECT_EQ(look.failure, nullptr);
    EXPECT_EQ(look.active, active);
    EXPECT_EQ(look.probability, probability);
    anybody = anybody || std::ranges::count(active, 1) > 0;
  }
  EXPECT_TRUE(anybody);
}

}  // namespace
}  // namespace diarist::pipeline
