#include "pipeline/relabelling/subsegments.hpp"

#include <algorithm>
#include <cstddef>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/speaker_counter.hpp"

namespace diarist::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kLength = kRelabelling.length_frames;
constexpr int kHop = kRelabelling.hop_frames;

bool everywhere(std::int64_t /*frame*/) { return true; }

/// Speakers per frame of the segmentation, 1 where a trunk frame of [first, end) falls.
std::vector<std::uint8_t> one_speaker(std::int64_t frames,
                                      const std::vector<std::pair<int, int>>& runs) {
  std::vector<std::uint8_t> counts(static_cast<std::size_t>(segmentation_frame_at(frames - 1) + 1),
                                   0);
  for (const auto& [first, end] : runs) {
    std::fill(counts.begin() + segmentation_frame_at(first),
              counts.begin() + segmentation_frame_at(end - 1) + 1, std::uint8_t{1});
  }
  return counts;
}

std::vector<Subsegment> all_of(const std::vector<std::uint8_t>& counts, std::int64_t frames,
                               const std::function<bool(std::int64_t)>& there = everywhere) {
  return find_subsegments(grid_end(0), frames, frames, counts, 0, there);
}

TEST(Subsegments, LieOnTheGridAndAreCutWhereTheirRunEnds) {
  EXPECT_THAT(all_of(one_speaker(40, {{6, 24}}), 40),
              ElementsAre(Subsegment{6, 9}, Subsegment{6, 12}, Subsegment{6, 15}, Subsegment{6, 18},
                          Subsegment{9, 21}, Subsegment{12, 24}, Subsegment{15, 24},
                          Subsegment{18, 24}, Subsegment{21, 24}));
}

TEST(Subsegments, ThatAreTheSamePieceComeOnce) {
  EXPECT_THAT(all_of(one_speaker(40, {{10, 13}}), 40),
              ElementsAre(Subsegment{10, 12}, Subsegment{10, 13}));
}

TEST(Subsegments, OfOneFrameAreLeftOut) {
  EXPECT_THAT(all_of(one_speaker(40, {{10, 11}}), 40), IsEmpty());
}

TEST(Subsegments, StopWhereTheTrunkDidNotRun) {
  const auto found = all_of(one_speaker(24, {{0, 24}}), 24, [](std::int64_t g) { return g != 8; });
  for (const Subsegment& piece : found) {
    EXPECT_TRUE(piece.end <= 8 || piece.first > 8) << piece.first << " to " << piece.end;
  }
  EXPECT_FALSE(found.empty());
}

TEST(Subsegments, StopAtABreakBetweenTwoTrunkFrames) {
  std::vector<std::uint8_t> counts = one_speaker(24, {{0, 24}});
  const std::int64_t pause = segmentation_frame_at(10) + 1;
  ASSERT_LT(pause, segmentation_frame_at(11));
  counts[static_cast<std::size_t>(pause)] = 0;
  for (const Subsegment& piece : all_of(counts, 24)) {
    EXPECT_TRUE(piece.end <= 11 || piece.first >= 11) << piece.first << " to " << piece.end;
  }
}

TEST(Subsegments, AreThoseOfTheDefinition) {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    const std::int64_t frames = 30 + static_cast<int>(random() % 200);
    std::vector<std::uint8_t> counts(static_cast<std::size_t>(segmentation_frame_at(frames)));
    std::uint8_t now = 1;
    for (std::uint8_t& count : counts) {
      if (random() % 40 == 0) now = static_cast<std::uint8_t>(random() % 3);
      count = now;
    }
    // Each piece as the frames of one grid point's reach that are linked to one another.
    const auto single = [&](std::int64_t frame) {
      return frame < static_cast<std::int64_t>(counts.size()) &&
             counts[static_cast<std::size_t>(frame)] == 1;
    };
    std::set<std::pair<std::int64_t, std::int64_t>> expected;
    for (std::int64_t start = kHop - kLength; start < frames; start += kHop) {
      std::int64_t first = -1;
      for (std::int64_t g = std::max<std::int64_t>(start, 0);
           g <= std::min(start + kLength, frames); ++g) {
        bool linked = g < std::min(start + kLength, frames) && single(segmentation_frame_at(g));
        bool fresh = linked;
        if (linked && first >= 0) {
          for (auto f = segmentation_frame_at(g - 1); f <= segmentation_frame_at(g); ++f) {
            linked = linked && single(f);
          }
        }
        if (first >= 0 && !linked) {
          if (g - first >= 2) expected.emplace(first, g);
          first = -1;
        }
        if (first < 0 && fresh) first = g;
      }
    }
    const std::vector<Subsegment> whole = all_of(counts, frames);
    std::set<std::pair<std::int64_t, std::int64_t>> found;
    for (const Subsegment& piece : whole) found.emplace(piece.first, piece.end);
    EXPECT_EQ(found, expected);
    EXPECT_EQ(found.size(), whole.size()) << "each once";

    // In parts, as the counts become known, it is the same list.
    std::vector<Subsegment> parts;
    std::int64_t from = grid_end(0);
    std::int64_t settled = 0;
    while (settled < static_cast<std::int64_t>(counts.size())) {
      settled = std::min<std::int64_t>(settled + 1 + static_cast<int>(random() % 300),
                                       static_cast<std::int64_t>(counts.size()));
      const bool last = settled == static_cast<std::int64_t>(counts.size());
      const std::int64_t known = last ? frames : known_trunk_frames(settled);
      const std::int64_t to = last ? frames : std::max(from, grid_end(known));
      const std::int64_t first_count = segmentation_frame_at(std::max<std::int64_t>(0, from - 1));
      if (first_count > settled) continue;
      const auto part = find_subsegments(
          from, to, known,
          std::span(counts).subspan(static_cast<std::size_t>(first_count),
                                    static_cast<std::size_t>(settled - first_count)),
          first_count, [&](std::int64_t g) {
            EXPECT_GE(g, from - 1);
            return true;
          });
      parts.insert(parts.end(), part.begin(), part.end());
      from = to;
    }
    EXPECT_EQ(parts, whole);
  }
}

TEST(Subsegments, KnowAFrameOnceItsSegmentationDoes) {
  for (std::int64_t frames = 0; frames < 2000; ++frames) {
    const std::int64_t known = known_trunk_frames(frames);
    if (known > 0) {
      EXPECT_LT(segmentation_frame_at(known - 1), frames);
    }
    if (frames > 0) {
      EXPECT_GE(segmentation_frame_at(known), frames);
    }
    EXPECT_LE(grid_end(known), std::max<std::int64_t>(grid_end(0), known - kLength));
    EXPECT_EQ((grid_end(known) - grid_end(0)) % kHop, 0);
  }
}

}  // namespace
}  // namespace diarist::pipeline
