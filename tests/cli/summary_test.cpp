// What is drawn on a terminal.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/progress_bar.hpp"
#include "cli/terminal.hpp"
#include "cli/timeline.hpp"

namespace diarist::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Diarization two_speakers() {
  Diarization diarization;
  diarization.duration_s = 10;
  diarization.speakers = {{"SPEAKER_00", 5, {}, 1}, {"SPEAKER_01", 2.51, {}, 1}};
  diarization.turns = {{0, 5, 0, 1, 1}, {6, 8.5, 1, 1, 1}, {9.99, 10, 1, 1, 1}};
  return diarization;
}

TEST(Timeline, HeightIsTheShareOfTheSlice) {
  const Diarization diarization = two_speakers();
  EXPECT_EQ(timeline(diarization, 0, 10, true), "█████     ");
  EXPECT_EQ(timeline(diarization, 1, 10, true), "      ██▄▁");
  EXPECT_EQ(timeline(diarization, 1, 10, false), "      ##:.");
}

TEST(Timeline, OneCellAndNoDuration) {
  EXPECT_EQ(timeline(two_speakers(), 0, 1, true), "▄");
  EXPECT_EQ(timeline(Diarization{}, 0, 5, true), "");
}

TEST(Summary, FitsTheWidth) {
  for (const int width : {40, 80, 200}) {
    const std::string text = summary(two_speakers(), "talk.wav", width, true);
    std::size_t from = 0;
    for (std::size_t to = 0; (to = text.find('\n', from)) != std::string::npos; from = to + 1) {
      EXPECT_LE(columns(text.substr(from, to - from)), width);
    }
  }
}

TEST(Summary, SaysWhenNobodySpeaks) {
  Diarization silence;
  silence.duration_s = 61;
  EXPECT_EQ(summary(silence, "quiet.wav", 80, true), "quiet.wav: 1:01, nobody speaks\n");
}

TEST(Progress, TellsShareAndTimeLeft) {
  EXPECT_EQ(progress_line("a.wav", {30, 120}, 10, 80, false),
            "a.wav ##########------------------------------  25 %  0:30 left");
}

TEST(Progress, PromisesNothingTooEarlyOrWithoutALength) {
  EXPECT_THAT(progress_line("a.wav", {1, 120}, 0.1, 80, false), Not(HasSubstr("left")));
  EXPECT_EQ(progress_line("-", {75, 0}, 10, 80, false), "-  1:15 done");
}

TEST(Progress, NeverWiderThanTheTerminal) {
  const std::string name(200, 'x');
  for (int width = 40; width < 200; width += 7) {
    EXPECT_LT(columns(progress_line(name, {30, 120}, 10, width, true)), width);
  }
}

TEST(Printable, LetsNoControlThrough) {
  EXPECT_EQ(printable("a\x1B[2Jb\n", true), "a?[2Jb?");
  EXPECT_EQ(printable("caf\xC3\xA9", true), "caf\xC3\xA9");
  EXPECT_EQ(printable("caf\xC3\xA9", false), "caf?");
  EXPECT_EQ(printable("\xFF\xC3", true), "??");
  EXPECT_EQ(printable("\xC2\x9B", true), "??");       // an 8-bit escape sequence
  EXPECT_EQ(printable("\xE0\x80\xAF", true), "???");  // overlong
  EXPECT_EQ(printable("\xED\xA0\x80", true), "???");  // half of a surrogate pair
}

TEST(Shortened, KeepsTheEnd) {
  EXPECT_EQ(shortened("a-long-name.wav", 8, true), "…ame.wav");
  EXPECT_EQ(shortened("a-long-name.wav", 8, false), "...e.wav");
  EXPECT_EQ(shortened("short", 8, true), "short");
}

TEST(ClockTime, Rounds) {
  EXPECT_EQ(clock_time(59.6), "1:00");
  EXPECT_EQ(clock_time(3725), "1:02:05");
  EXPECT_EQ(clock_time(-1), "0:00");
}

}  // namespace
}  // namespace diarist::cli
