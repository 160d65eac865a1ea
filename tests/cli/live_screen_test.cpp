// A live stream as it is drawn on a terminal.
#include "cli/live_screen.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/terminal.hpp"

namespace diarist::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

LivePicture two_people() {
  LivePicture picture;
  picture.title = "talk.wav";
  picture.heard_s = 70;
  picture.speakers = {"SPEAKER_00", "SPEAKER_01"};
  picture.last_s = {40, 70};
  picture.turns = {{1, 0, 11, 0, {}, 1}, {2, 30, 40, 0, {}, 1}, {3, 60, 70, 1, {}, 1}};
  picture.speaking = {1};
  return picture;
}

constexpr ScreenLook kPlain{77, 24, false, false};

TEST(LivePicture, ShowsTheLastMinuteNewestRight) {
  // Sixty cells, one for each second from 10 to 70 s.
  EXPECT_EQ(live_picture(two_people(), kPlain),
            "talk.wav  1:10  now SPEAKER_01\n"
            "   SPEAKER_00 |#                   ##########                              |\n"
            " > SPEAKER_01 |                                                  ##########|\n"
            "               1 min ago                                                now\n");
}

TEST(LivePicture, SaysWhenNobodySpeaksOrSomethingElseGoesOn) {
  LivePicture picture = two_people();
  picture.speaking.clear();
  EXPECT_THAT(lines_of(live_picture(picture, kPlain))[0], "talk.wav  1:10  nobody speaks");
  picture.notice = "finishing";
  EXPECT_THAT(lines_of(live_picture(picture, kPlain))[0], "talk.wav  1:10  finishing");
  picture.speakers.clear();
  EXPECT_EQ(lines_of(live_picture(picture, kPlain)).size(), 1U);
}

TEST(LivePicture, FitsTheTerminal) {
  LivePicture picture = two_people();
  picture.title = std::string(100, 't');
  for (int i = 2; i < 40; ++i) {
    picture.speakers.push_back("SPEAKER_" + std::to_string(i) + std::string(30, 'x'));
    picture.last_s.push_back(i);
  }
  for (const int width : {20, 40, 80, 200}) {
    for (const int height : {5, 24, 60}) {
      for (const bool utf8 : {false, true}) {
        const auto lines = lines_of(live_picture(picture, {width, height, utf8, false}));
        EXPECT_LT(static_cast<int>(lines.size()), height);
        for (const std::string& line : lines) EXPECT_LT(columns(line), width) << line;
      }
    }
  }
}

TEST(LivePicture, LeavesOutWhoWasHeardLongAgo) {
  LivePicture picture = two_people();
  const std::string one_lane = live_picture(picture, {78, 7, false, false});
  EXPECT_THAT(one_lane, AllOf(HasSubstr("SPEAKER_01 |"), Not(HasSubstr("SPEAKER_00 |"))));
}

TEST(LivePicture, HasColoursOnlyWhereTheyAreWanted) {
  EXPECT_THAT(live_picture(two_people(), kPlain), Not(HasSubstr("\033")));
  ScreenLook look = kPlain;
  look.colour = true;
  std::string coloured = live_picture(two_people(), look);
  EXPECT_THAT(coloured, AllOf(HasSubstr("\033[36mSPEAKER_00\033[0m"),
                              HasSubstr("\033[33mSPEAKER_01\033[0m")));
  for (std::size_t at = 0; (at = coloured.find('\033')) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  }
  EXPECT_EQ(coloured, live_picture(two_people(), kPlain));
}

TEST(SettledLine, IsARowOfATable) {
  LiveTurn heading;
  heading.speaker = -1;
  EXPECT_EQ(settled_line(heading, kPlain), "     start       end  speaker\n");
  EXPECT_EQ(settled_line({1, 6.68, 59.97, 0, "Ann", 1}, kPlain), "    0:06.7    1:00.0  Ann\n");
  EXPECT_EQ(settled_line({1, 3725.04, 3725.96, 0, "Ann", 1}, kPlain),
            " 1:02:05.0 1:02:06.0  Ann\n");
}

}  // namespace
}  // namespace diarist::cli
