// The voices of a result: as many as were asked for, of those who speak there, and no turn changes.
#include "pipeline/kept_voices.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/diarizer.hpp"
#include "diarist/error.hpp"
#include "diarist/formats.hpp"

#include "testing/places.hpp"

namespace diarist {
namespace {

Diarization diarize(int most_voices, Preset preset = Preset::balanced,
                    ChannelMode channels = ChannelMode::downmix) {
  static const Diarizer diarizer;
  BehaviorOptions behavior;
  behavior.preset = preset;
  behavior.most_voices = most_voices;
  behavior.channel_mode = channels;
  return diarizer.diarize(testing::source_dir() / "samples" / "sample.wav", behavior);
}

std::string json_of(const Diarization& diarization) {
  std::ostringstream out;
  write(out, diarization, FileFormat::json);
  return out.str();
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double product = 0;
  double squares_a = 0;
  double squares_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    squares_a += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    squares_b += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return product / std::sqrt(squares_a * squares_b);
}

void expect_sound(const Diarization& found) {
  for (std::size_t i = 0; i < found.voices.size(); ++i) {
    const Voice& voice = found.voices[i];
    EXPECT_LT(voice.start_s, voice.end_s);
    EXPECT_LE(voice.end_s, found.duration_s);
    ASSERT_GE(voice.speaker, 0);
    ASSERT_LT(static_cast<std::size_t>(voice.speaker), found.speakers.size());
    ASSERT_EQ(voice.direction.size(), 256U);
    EXPECT_NEAR(cosine(voice.direction, voice.direction), 1, 1e-6);
    double squares = 0;
    for (const float value : voice.direction) squares += static_cast<double>(value * value);
    EXPECT_NEAR(squares, 1, 1e-2);
    EXPECT_TRUE(i == 0 || found.voices[i - 1].start_s <= voice.start_s);
  }
}

TEST(KeptVoices, ChangeNothingElse) {
  const Diarization without = diarize(0);
  EXPECT_TRUE(without.voices.empty());
  const Diarization with = diarize(100000);
  EXPECT_EQ(json_of(with), json_of(without));
  EXPECT_GT(with.voices.size(), 50U);
  expect_sound(with);
}

TEST(KeptVoices, BelongToWhoSpeaksThere) {
  const Diarization found = diarize(100000);
  std::size_t in_turns = 0;
  std::size_t like_their_own = 0;
  for (const Voice& voice : found.voices) {
    const double middle = (voice.start_s + voice.end_s) / 2;
    in_turns += std::any_of(found.turns.begin(), found.turns.end(), [&](const Turn& turn) {
      return turn.speaker == voice.speaker && turn.start_s - 0.05 <= middle &&
             middle <= turn.end_s + 0.05;
    });
    const auto likeness = [&](int speaker) {
      return cosine(voice.direction, found.speakers[static_cast<std::size_t>(speaker)].centroid);
    };
    like_their_own += likeness(voice.speaker) > likeness(1 - voice.speaker) ? 1 : 0;
  }
  ASSERT_EQ(found.speakers.size(), 2U);
  EXPECT_EQ(in_turns, found.voices.size());
  EXPECT_GT(static_cast<double>(like_their_own), 0.9 * static_cast<double>(found.voices.size()));
}

TEST(KeptVoices, NoMoreThanAskedForAndSpreadOut) {
  const Diarization all = diarize(100000);
  const Diarization few = diarize(10);
  ASSERT_EQ(few.voices.size(), 10U);
  expect_sound(few);
  for (std::size_t i = 0; i < 10; ++i) {
    const Voice& same = all.voices[i * all.voices.size() / 10];
    EXPECT_EQ(few.voices[i].start_s, same.start_s);
    EXPECT_EQ(few.voices[i].direction, same.direction);
    EXPECT_EQ(few.voices[i].speaker, same.speaker);
  }
}

TEST(KeptVoices, OfWindowsInTheExactPreset) {
  const Diarization found = diarize(100000, Preset::exact);
  EXPECT_GT(found.voices.size(), 20U);
  expect_sound(found);
  EXPECT_EQ(found.voices.front().end_s - found.voices.front().start_s, 10);
}

TEST(KeptVoices, OfChannelsApart) {
  const Diarization found = diarize(50, Preset::balanced, ChannelMode::each);
  EXPECT_EQ(found.voices.size(), 50U);
  expect_sound(found);
}

TEST(KeptVoices, RefusesANumberBelowNone) { EXPECT_THROW(diarize(-1), Error); }

TEST(KeptVoices, ThinnedOutEvenly) {
  std::vector<Voice> voices(10);
  for (std::size_t i = 0; i < voices.size(); ++i) voices[i].start_s = static_cast<double>(i);
  pipeline::thin_out(voices, 4);
  ASSERT_EQ(voices.size(), 4U);
  EXPECT_EQ(voices[0].start_s, 0);
  EXPECT_EQ(voices[1].start_s, 2);
  EXPECT_EQ(voices[2].start_s, 5);
  EXPECT_EQ(voices[3].start_s, 7);
  pipeline::thin_out(voices, 0);
  EXPECT_TRUE(voices.empty());
}

}  // namespace
}  // namespace diarist
