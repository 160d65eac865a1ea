#include "pipeline/relabelling/relabel.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nets/embedding_shape.hpp"
#include "pipeline/set_frame.hpp"
#include "testing/built_in_sizes.hpp"

namespace diarist::pipeline {
namespace {

constexpr std::size_t kDimensions = testing::kEmbedding.dimensions;
constexpr int kNobody = FrameSpeakers::kNobody;

/// A recording in which it is known who speaks in each trunk frame: -1 is nobody.
struct Scene {
  explicit Scene(const std::vector<int>& voices) {
    const auto frames = static_cast<std::int64_t>(voices.size());
    counts.assign(static_cast<std::size_t>(segmentation_frame_at(frames - 1) + 1), 0);
    truth.assign(counts.size(), -1);
    std::size_t g = 0;
    for (std::size_t f = 0; f < counts.size(); ++f) {
      while (g + 1 < voices.size() && segmentation_frame_at(static_cast<std::int64_t>(g) + 1) <=
                                          static_cast<std::int64_t>(f)) {
        ++g;
      }
      truth[f] = voices[g];
      counts[f] = voices[g] >= 0 ? 1 : 0;
    }
    this->voices.subsegments =
        find_subsegments(grid_end(0), frames, frames, counts, 0, [](std::int64_t) { return true; });
    // Speaker k's voice is the k-th axis, and a little of everything.
    std::mt19937 random(7);
    std::normal_distribution<float> noise(0, 0.02F);
    for (const Subsegment& piece : this->voices.subsegments) {
      std::vector<float> sound(kDimensions);
      for (float& value : sound) value = noise(random);
      for (auto t = piece.first; t < piece.end; ++t) {
        sound[static_cast<std::size_t>(voices[static_cast<std::size_t>(t)])] +=
            3.0F / static_cast<float>(piece.end - piece.first);
      }
      this->voices.add_directions(sound);
    }
  }

  FrameSpeakers labelled(const std::vector<int>& labels) const {
    FrameSpeakers frames(labels.size(), 3);
    for (std::size_t f = 0; f < labels.size(); ++f) frames[f][0] = labels[f];
    return frames;
  }

  /// Frames of one speaker that are not as they should be.
  int wrong(const FrameSpeakers& frames) const {
    int count = 0;
    for (std::size_t f = 0; f < truth.size(); ++f) {
      if (counts[f] == 1 && frames[f][0] != truth[f]) ++count;
    }
    return count;
  }

  std::vector<std::uint8_t> counts;
  std::vector<int> truth;  ///< [frames of the segmentation]
  Voices voices;
};

std::vector<int> sequence(const std::vector<std::pair<int, int>>& parts) {
  std::vector<int> voices;
  for (const auto& [voice, frames] : parts) {
    voices.insert(voices.end(), static_cast<std::size_t>(frames), voice);
  }
  return voices;
}

TEST(Relabel, TellsTwoPeopleApartWhomOneLabelCovers) {
  // One run; the clustering has called its middle, where speaker 1 talks, speaker 0.
  const Scene scene(sequence({{0, 100}, {1, 60}, {0, 100}, {-1, 10}, {1, 100}}));
  std::vector<int> labels = scene.truth;
  for (std::size_t f = 0; f < labels.size(); ++f) {
    if (f < static_cast<std::size_t>(segmentation_frame_at(260))) labels[f] = 0;
  }
  FrameSpeakers frames = scene.labelled(labels);
  const int before = scene.wrong(frames);
  relabel(scene.voices, scene.counts, 2, frames);
  EXPECT_GT(before, 250);
  EXPECT_LE(scene.wrong(frames), 4 * 8);  // a third of a second around each change
}

TEST(Relabel, LeavesSilenceAndOverlapAlone) {
  Scene scene(sequence({{0, 60}, {-1, 20}, {1, 60}, {0, 40}, {1, 60}}));
  const auto first = static_cast<std::size_t>(segmentation_frame_at(150));
  const auto end = static_cast<std::size_t>(segmentation_frame_at(170));
  FrameSpeakers frames = scene.labelled(scene.truth);
  for (std::size_t f = first; f < end; ++f) {
    scene.counts[f] = 2;
    testing::set_frame(frames, f, {2, 1, kNobody});
  }
  relabel(scene.voices, scene.counts, 3, frames);
  for (std::size_t f = 0; f < scene.counts.size(); ++f) {
    if (scene.counts[f] == 0) {
      EXPECT_EQ(frames[f][0], kNobody);
    }
    if (f >= first && f < end) {
      EXPECT_THAT(frames[f], ::testing::ElementsAre(2, 1, kNobody));
    } else {
      EXPECT_EQ(frames[f][1], kNobody);
    }
  }
}

TEST(Relabel, ChangesNothingWhereThereIsOneSpeakerOrNobodyIsHeardAlone) {
  const Scene scene(sequence({{0, 60}, {1, 60}}));
  FrameSpeakers one = scene.labelled(std::vector<int>(scene.truth.size(), 0));
  const FrameSpeakers before = one;
  relabel(scene.voices, scene.counts, 1, one);
  EXPECT_TRUE(one == before);
  relabel(Voices{}, scene.counts, 2, one);
  EXPECT_TRUE(one == before);
}

TEST(Relabel, NamesNobodyWhoIsNeverHeardAlone) {
  const Scene scene(sequence({{0, 60}, {2, 60}, {0, 60}}));
  std::vector<int> labels(scene.truth.size(), 0);  // of three clusters, two are nowhere alone
  FrameSpeakers frames = scene.labelled(labels);
  relabel(scene.voices, scene.counts, 3, frames);
  for (std::size_t f = 0; f < frames.size(); ++f) EXPECT_EQ(frames[f][0], 0);
}

TEST(Relabel, KeepsAFlickerOfAVoiceWithItsRun) {
  // Half a second of a stranger costs less than changing speakers twice.
  const Scene scene(sequence({{0, 120}, {-1, 20}, {1, 120}}));
  Voices voices = scene.voices;
  for (std::size_t i = 0; i < voices.subsegments.size(); ++i) {
    if (voices.subsegments[i] == Subsegment{60, 72}) {
      Voices flicker;
      std::vector<float> sound(kDimensions, 0.0F);
      sound[0] = 2.9F;
      sound[1] = 3.0F;
      flicker.add_directions(sound);
      std::ranges::copy(flicker.directions,
                        voices.directions.begin() + static_cast<std::ptrdiff_t>(i * kDimensions));
    }
  }
  FrameSpeakers frames = scene.labelled(scene.truth);
  relabel(voices, scene.counts, 2, frames);
  EXPECT_EQ(scene.wrong(frames), 0);
}

TEST(Relabel, SurvivesEmbeddingsOfNothing) {
  Scene scene(sequence({{0, 60}, {-1, 20}, {1, 60}}));
  std::ranges::fill(scene.voices.directions, std::uint16_t{0});
  FrameSpeakers frames = scene.labelled(scene.truth);
  relabel(scene.voices, scene.counts, 2, frames);
  EXPECT_EQ(scene.wrong(frames), 0);
}

}  // namespace
}  // namespace diarist::pipeline
