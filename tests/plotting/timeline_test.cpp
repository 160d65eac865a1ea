// The timeline, taken apart again: each turn in its lane and at its time.
#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/plot.hpp"

#include "plotting/palette.hpp"
#include "plotting/pictures.hpp"

namespace diarist {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hint;
using ::testing::IsEmpty;
using testing::number;
using testing::Picture;

/// Of an element's place and size: hundredths of a pixel are written.
constexpr double kPixel = 0.011;

Diarization meeting() {
  Diarization found;
  found.recording = "meeting";
  found.duration_s = 100;
  found.speakers = {{"Ann", 0, {}, 1}, {"Bob", 0, {}, 1}};
  found.turns = {{0, 40, 0, 0.9F, 1}, {30, 60, 1, 0.5F, 1}, {70, 100, 0, 0.25F, 1}};
  return found;
}

Diarization random_meeting(std::mt19937& random) {
  Diarization found = meeting();
  found.duration_s = 1000;
  found.turns.clear();
  for (int i = 0; i < 8; ++i) found.speakers.push_back({"S" + std::to_string(i), 0, {}, 1});
  for (int i = 0; i < 60; ++i) {
    const double start = random() % 9000 / 10.0;
    found.turns.push_back({start, start + 5 + random() % 900 / 10.0,
                           static_cast<int>(random() % found.speakers.size()), 0.5F, 1});
  }
  std::sort(found.turns.begin(), found.turns.end(),
            [](const Turn& a, const Turn& b) { return a.start_s < b.start_s; });
  return found;
}

/// The times that the axis gives to a place.
struct Axis {
  explicit Axis(const Picture& picture, double from_s, double to_s) : from_s(from_s) {
    const pugi::xml_node line = picture.of("axis").front();
    left = number(line, "x1");
    per_pixel = (to_s - from_s) / (number(line, "x2") - left);
  }
  double at(double x) const { return from_s + (x - left) * per_pixel; }

  double from_s;
  double left;
  double per_pixel;
};

TEST(Timeline, EachTurnIsInItsLaneAndAtItsTime) {
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    const Diarization found = random_meeting(random);
    const Picture picture(to_svg(plot_timeline(found)));
    const Axis axis(picture, 0, found.duration_s);
    const auto lanes = picture.of("lane");
    ASSERT_EQ(lanes.size(), found.speakers.size());
    std::vector<Turn> drawn;
    for (const pugi::xml_node& rect : picture.of("turn")) {
      const double middle = number(rect, "y") + number(rect, "height") / 2;
      int lane = -1;
      for (std::size_t i = 0; i < lanes.size(); ++i) {
        const double top = number(lanes[i], "y");
        if (middle > top && middle < top + number(lanes[i], "height")) lane = static_cast<int>(i);
      }
      const double start = axis.at(number(rect, "x"));
      drawn.push_back({start, start + number(rect, "width") * axis.per_pixel, lane, 0, 1});
      EXPECT_THAT(hint(rect),
                  ::testing::StartsWith(found.speakers[static_cast<std::size_t>(lane)].name));
    }
    std::stable_sort(drawn.begin(), drawn.end(),
                     [](const Turn& a, const Turn& b) { return a.start_s < b.start_s; });
    ASSERT_EQ(drawn.size(), found.turns.size());
    std::multiset<int> lanes_drawn;
    std::multiset<int> lanes_wanted;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      EXPECT_NEAR(drawn[i].start_s, found.turns[i].start_s, kPixel * axis.per_pixel);
      lanes_drawn.insert(drawn[i].speaker);
      lanes_wanted.insert(found.turns[i].speaker);
    }
    EXPECT_EQ(lanes_drawn, lanes_wanted);
    double spoken = 0;
    double wanted = 0;
    for (const Turn& turn : drawn) spoken += turn.end_s - turn.start_s;
    for (const Turn& turn : found.turns) wanted += turn.end_s - turn.start_s;
    EXPECT_NEAR(spoken, wanted, 60 * kPixel * axis.per_pixel);
  }
}

TEST(Timeline, OverlapIsWhereSeveralSpeak) {
  std::mt19937 random(2);
  for (int round = 0; round < 20; ++round) {
    const Diarization found = random_meeting(random);
    const Picture picture(to_svg(plot_timeline(found)));
    const Axis axis(picture, 0, found.duration_s);
    EXPECT_EQ(picture.of("overlap").size(), picture.of("shade").size());
    // At the middle between neighbouring boundaries, where nothing is about to change.
    std::vector<double> boundaries;
    for (const Turn& turn : found.turns) {
      boundaries.push_back(turn.start_s);
      boundaries.push_back(turn.end_s);
    }
    std::sort(boundaries.begin(), boundaries.end());
    for (std::size_t i = 0; i + 1 < boundaries.size(); ++i) {
      if (boundaries[i + 1] - boundaries[i] < 4 * axis.per_pixel) continue;
      const double at = (boundaries[i] + boundaries[i + 1]) / 2;
      std::set<int> speaking;
      for (const Turn& turn : found.turns) {
        if (turn.start_s <= at && at < turn.end_s) speaking.insert(turn.speaker);
      }
      bool shown = false;
      for (const pugi::xml_node& rect : picture.of("overlap")) {
        const double first = axis.at(number(rect, "x"));
        shown |= first <= at && at <= first + number(rect, "width") * axis.per_pixel;
      }
      EXPECT_EQ(shown, speaking.size() > 1) << at;
    }
  }
  Diarization apart = meeting();
  apart.turns = {{0, 40, 0, 1, 1}, {40, 60, 1, 1, 1}, {50, 70, 1, 1, 1}};
  const Picture picture(to_svg(plot_timeline(apart)));
  EXPECT_THAT(picture.of("overlap"), IsEmpty());
  EXPECT_THAT(picture.texts("overlap-label"), IsEmpty());
}

TEST(Timeline, WhatItSays) {
  const Picture picture(to_svg(plot_timeline(meeting())));
  EXPECT_THAT(picture.texts("title"), ElementsAre("meeting"));
  EXPECT_THAT(picture.texts("subtitle"), ElementsAre("1:40, 2 speakers, 3 turns"));
  EXPECT_THAT(picture.texts("speaker"), ElementsAre("Ann", "Bob"));
  EXPECT_THAT(picture.texts("share"), ElementsAre("1:10  70 %", "0:30  30 %"));
  EXPECT_EQ(hint(picture.of("turn")[0]), "Ann, 0:00.00 to 0:40.00, confidence 90 %");
  EXPECT_EQ(hint(picture.of("overlap")[0]), "overlap, 0:30.00 to 0:40.00");
  EXPECT_EQ(picture.texts("time").front(), "0:00");
  EXPECT_EQ(picture.texts("time").back(), "1:40");
  EXPECT_EQ(std::string(picture.root().child("title").text().get()),
            "meeting: 1:40, 2 speakers, 3 turns");
}

TEST(Timeline, APartOfIt) {
  PlotOptions options;
  options.from_s = 35;
  options.to_s = 80;
  const Picture picture(to_svg(plot_timeline(meeting(), options)));
  const Axis axis(picture, 35, 80);
  const auto turns = picture.of("turn");
  ASSERT_EQ(turns.size(), 3U);
  EXPECT_NEAR(axis.at(number(turns[0], "x")), 35, 0.01);
  EXPECT_NEAR(number(turns[0], "width") * axis.per_pixel, 5, 0.01);
  EXPECT_NEAR(number(turns[1], "width") * axis.per_pixel, 10, 0.01);
  EXPECT_THAT(picture.texts("subtitle"), ElementsAre(HasSubstr("from 0:35.0 to 1:20.0")));
  options.to_s = 1e6;  // As far as there is.
  EXPECT_EQ(testing::Picture(to_svg(plot_timeline(meeting(), options))).texts("time").back(),
            "1:40");
}

TEST(Timeline, TheReferenceBelowInTheColoursOfItsCounterparts) {
  const Diarization found = meeting();
  Diarization truth;
  truth.recording = "meeting";
  truth.duration_s = 110;
  truth.speakers = {{"Nobody", 0, {}, 1}, {"Robert", 0, {}, 1}, {"Anna", 0, {}, 1}};
  truth.turns = {{2, 41, 2, 1, 1}, {29, 61, 1, 1, 1}, {105, 110, 0, 1, 1}};
  const Picture picture(to_svg(plot_timeline(found, {}, &truth)));
  EXPECT_THAT(picture.texts("heading"), ElementsAre("reference"));
  EXPECT_THAT(picture.texts("speaker"), ElementsAre("Ann", "Bob", "Nobody", "Robert", "Anna"));
  const auto color = [](const pugi::xml_node& node) {
    return std::string(node.attribute("fill").value());
  };
  const auto turns = picture.of("turn");
  const auto reference = picture.of("reference-turn");
  ASSERT_EQ(reference.size(), 3U);
  EXPECT_NE(color(turns[0]), color(reference[0]));  // Nobody
  EXPECT_EQ(color(turns[2]), color(reference[1]));  // Robert and Bob
  EXPECT_EQ(color(turns[0]), color(reference[2]));  // Anna and Ann
  EXPECT_GT(number(reference[0], "y"), number(turns[2], "y"));
  EXPECT_EQ(hint(reference[2]), "Anna, 0:02.00 to 0:41.00");
}

TEST(Timeline, HostileNamesAreText) {
  Diarization found = meeting();
  const std::string hostile = "<script>alert('\"&')</script>";
  found.speakers[0].name = hostile;
  found.speakers[1].name = "שרון \u202E 👩‍🚀";
  found.recording = "]]><!-- \xFF \x01";
  const std::string svg = to_svg(plot_timeline(found));
  EXPECT_THAT(svg, ::testing::Not(HasSubstr("<script")));
  const Picture picture(svg);
  EXPECT_THAT(picture.texts("speaker"), ElementsAre(hostile, "שרון \u202E 👩‍🚀"));
  EXPECT_THAT(picture.texts("title"), ElementsAre("]]><!-- \uFFFD  "));
  EXPECT_THAT(hint(picture.of("turn")[0]), ::testing::StartsWith(hostile));
  found.speakers[0].name = std::string(500, 'x');
  const auto names = Picture(to_svg(plot_timeline(found))).texts("speaker");
  EXPECT_THAT(names[0], ::testing::EndsWith("x\u2026"));
  EXPECT_LE(plotting::characters(names[0]), 32U);
}

TEST(Timeline, EverythingIsInsideThePicture) {
  std::mt19937 random(3);
  const Diarization found = random_meeting(random);
  for (const int width : {200, 480, 1200, 5000}) {
    for (const std::optional<int> height :
         {std::optional<int>(), std::optional(200), std::optional(900)}) {
      PlotOptions options;
      options.width = width;
      options.height = height;
      const Plot plot = plot_timeline(found, options, &found);
      EXPECT_EQ(plot.width, width);
      EXPECT_EQ(plot.height, height.value_or(plot.height));
      for (const PlotShape& shape : plot.shapes) {
        EXPECT_GE(shape.x, 0);
        EXPECT_LE(shape.y + shape.height, plot.height + 0.01) << shape.role;
        const bool text = shape.kind == PlotShape::Kind::text;
        EXPECT_LE(shape.x + (text ? 0 : shape.width), width + 0.01) << shape.role;
      }
    }
  }
}

TEST(Timeline, NobodySpeaks) {
  Diarization found;
  found.recording = "silence";
  for (const double duration_s : {0.0, 10.0}) {
    found.duration_s = duration_s;
    const Picture picture(to_svg(plot_timeline(found)));
    EXPECT_THAT(picture.texts("nobody"), ElementsAre("nobody speaks"));
  }
}

TEST(Timeline, RefusesWhatCannotBeDrawn) {
  const auto refusal = [](const PlotOptions& options, const Diarization& found = meeting()) {
    try {
      plot_timeline(found, options);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal({.width = 199}), HasSubstr("width: 199 pixels are out of range"));
  EXPECT_THAT(refusal({.width = 20000}), HasSubstr("give 200 to 16384"));
  EXPECT_THAT(refusal({.height = 10}), HasSubstr("height: 10 pixels"));
  EXPECT_THAT(refusal({.from_s = 50, .to_s = 50}), HasSubstr("leaves no part"));
  EXPECT_THAT(refusal({.from_s = -1}), HasSubstr("leaves no part"));
  EXPECT_THAT(refusal({.from_s = 100, .to_s = 200}), HasSubstr("beyond the end of the recording"));
  EXPECT_THAT(refusal({.to_s = NAN}), HasSubstr("leaves no part"));
  Diarization many = meeting();
  for (int i = 0; i < 200; ++i) many.speakers.push_back({"S", 0, {}, 1});
  EXPECT_THAT(refusal({.height = 300}, many), HasSubstr("have no room for 202 speakers"));
  Diarization nobody = meeting();
  nobody.turns[0].speaker = 2;
  EXPECT_THAT(refusal({}, nobody), HasSubstr("a turn of nobody"));
}

TEST(Timeline, TheSameBytesEachTime) {
  std::mt19937 random(4);
  const Diarization found = random_meeting(random);
  EXPECT_EQ(to_svg(plot_timeline(found)), to_svg(plot_timeline(found)));
  PlotOptions dark;
  dark.theme = PlotTheme::dark;
  EXPECT_NE(to_svg(plot_timeline(found)), to_svg(plot_timeline(found, dark)));
}

}  // namespace
}  // namespace diarist
