// Voices in a plane: a point for each, where the projection has it.
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/plot.hpp"

#include "clustering/projection.hpp"
#include "plotting/pictures.hpp"

namespace diarist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hint;
using testing::number;
using testing::Picture;

/// Three people whose voices are apart.
Diarization meeting(int voices = 120) {
  Diarization found;
  found.recording = "meeting";
  found.duration_s = 200;
  found.speakers = {{"Ann", 0, {}, 1}, {"<Bob>", 0, {}, 1}, {"Eve", 0, {}, 1}};
  std::mt19937 random(1);
  std::normal_distribution<float> noise(0, 0.05F);
  for (int i = 0; i < voices; ++i) {
    Voice& voice = found.voices.emplace_back();
    voice.start_s = i;
    voice.end_s = i + 0.96;
    voice.speaker = i % 3;
    voice.direction.assign(16, 0.0F);
    voice.direction[static_cast<std::size_t>(voice.speaker) * 5] = 1;
    for (float& value : voice.direction) value += noise(random);
  }
  return found;
}

TEST(VoicePlot, APointForEachVoiceWhereTheProjectionHasIt) {
  const Diarization found = meeting();
  std::vector<float> directions;
  for (const Voice& voice : found.voices) {
    directions.insert(directions.end(), voice.direction.begin(), voice.direction.end());
  }
  const auto plane = clustering::principal_plane(directions, 120);
  const Picture picture(to_svg(plot_voices(found)));
  const auto points = picture.of("point");
  ASSERT_EQ(points.size(), 120U);
  // One scale for both dimensions, upwards.
  const double scale =
      (number(points[1], "cx") - number(points[0], "cx")) / (plane.points[2] - plane.points[0]);
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_NEAR(number(points[i], "cx") - number(points[0], "cx"),
                (plane.points[2 * i] - plane.points[0]) * scale, 0.05);
    EXPECT_NEAR(number(points[0], "cy") - number(points[i], "cy"),
                (plane.points[2 * i + 1] - plane.points[1]) * scale, 0.05);
  }
}

TEST(VoicePlot, ColouredAndNamedBySpeaker) {
  const Picture picture(to_svg(plot_voices(meeting())));
  EXPECT_THAT(picture.texts("speaker"), ElementsAre("Ann  40", "<Bob>  40", "Eve  40"));
  std::map<std::string, std::string> color_of;
  const auto points = picture.of("point");
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string name = hint(points[i]).substr(0, hint(points[i]).find(','));
    const std::string color = points[i].attribute("fill").value();
    EXPECT_EQ(color_of.emplace(name, color).first->second, color);
  }
  EXPECT_EQ(color_of.size(), 3U);
  const auto middles = picture.of("middle");
  ASSERT_EQ(middles.size(), 3U);
  // Each middle is nearest to its own points.
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::size_t nearest = 0;
    double least = 1e9;
    for (std::size_t s = 0; s < 3; ++s) {
      const double distance = std::hypot(number(points[i], "cx") - number(middles[s], "cx"),
                                         number(points[i], "cy") - number(middles[s], "cy"));
      if (distance < least) nearest = s;
      least = std::min(least, distance);
    }
    EXPECT_EQ(nearest, i % 3);
  }
  EXPECT_THAT(picture.texts("axis"), ElementsAre(HasSubstr("% of how voices differ")));
}

TEST(VoicePlot, EverythingIsInsideThePicture) {
  for (const int width : {200, 800, 2000}) {
    for (const int height : {100, 500}) {
      const Plot plot = plot_voices(meeting(), {.width = width, .height = height});
      for (const PlotShape& shape : plot.shapes) {
        EXPECT_GE(shape.x, 0);
        EXPECT_LE(shape.x, width);
        EXPECT_GE(shape.y, 0) << shape.role;
        EXPECT_LE(shape.y, height + 1) << shape.role;
      }
    }
  }
}

TEST(VoicePlot, VoicesThatAreAllAlike) {
  Diarization found = meeting(5);
  for (Voice& voice : found.voices) voice.direction.assign(16, 0.25F);
  const Picture picture(to_svg(plot_voices(found)));
  EXPECT_EQ(picture.of("point").size(), 5U);
}

TEST(VoicePlot, RefusesTooFewVoicesAndBrokenOnes) {
  EXPECT_THROW(plot_voices(meeting(2)), Error);
  Diarization found = meeting();
  found.voices[3].speaker = 3;
  EXPECT_THROW(plot_voices(found), Error);
  found = meeting();
  found.voices[3].direction.pop_back();
  EXPECT_THROW(plot_voices(found), Error);
  EXPECT_THROW(plot_voices(meeting(), {.width = 10}), Error);
}

}  // namespace
}  // namespace diarist
