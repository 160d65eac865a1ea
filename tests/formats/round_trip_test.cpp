// What a format can hold comes back from it exactly, and losses() says what does not.
#include <cstddef>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"

#include "formats/results.hpp"

namespace diarist {
namespace {

using testing::held_tuples_of;
using testing::random_result;
using testing::tuples_of;
using testing::written;

class RoundTrip : public ::testing::TestWithParam<const formats::FormatRow*> {};

std::vector<const formats::FormatRow*> readable_rows() {
  std::vector<const formats::FormatRow*> rows;
  for (const formats::FormatRow* row : formats::format_registry()) {
    if (row->read) rows.push_back(row);
  }
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Formats, RoundTrip, ::testing::ValuesIn(readable_rows()),
                         [](const auto& info) {
                           std::string name(info.param->name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(RoundTrip, KeepsWhatTheFormatHolds) {
  const formats::FormatRow& row = *GetParam();
  std::mt19937 random(20);
  int with_turns = 0;
  for (int round = 0; round < 500; ++round) {
    SCOPED_TRACE(round);
    const Diarization original = random_result(random, "talk");
    const std::string text = written(original, row.format);
    const auto read = parse_turns(text, "talk.x", row.format);
    ASSERT_EQ(read.size(), 1u) << text;
    EXPECT_EQ(read[0].recording, "talk");
    ASSERT_EQ(tuples_of(read[0]), held_tuples_of(original, row.holds)) << text;
    if (row.holds.duration) {
      EXPECT_DOUBLE_EQ(read[0].duration_s,
                       static_cast<double>(formats::duration_ticks(original, row.holds.decimals)) /
                           std::pow(10.0, row.holds.decimals));
    }
    // Once written, nothing more is lost.
    ASSERT_EQ(
        written(read[0], row.format),
        written(parse_turns(written(read[0], row.format), "talk.x", row.format)[0], row.format));
    EXPECT_EQ(parse_turns(text, "talk")[0].turns.size(), original.turns.size())
        << "found by its content:\n"
        << text;
    with_turns += original.turns.empty() ? 0 : 1;
  }
  EXPECT_GT(with_turns, 400);
}

TEST_P(RoundTrip, LossesAreThoseThatAreThere) {
  const formats::FormatRow& row = *GetParam();
  std::mt19937 random(21);
  int lossless = 0;
  for (int round = 0; round < 300; ++round) {
    Diarization original = random_result(random, "talk");
    // What was read has lost all that can be lost.
    if (round % 2 == 0)
      original = parse_turns(written(original, row.format), "talk", row.format)[0];
    const bool told = !losses({{original}}, row.format).empty();
    const Diarization read = parse_turns(written(original, row.format), "talk", row.format)[0];
    std::set<std::string> before, after;
    for (const Speaker& speaker : original.speakers) before.insert(speaker.name);
    for (const Speaker& speaker : read.speakers) after.insert(speaker.name);
    const bool lost = tuples_of(read) != tuples_of(original) || before != after ||
                      read.duration_s != original.duration_s;
    EXPECT_EQ(told, lost || (original.turns.empty() && row.holds.several && !row.holds.duration))
        << written(original, row.format)
        << ::testing::PrintToString(losses({{original}}, row.format));
    lossless += told ? 0 : 1;
  }
  EXPECT_GT(lossless, 100);
}

TEST_P(RoundTrip, SeveralRecordings) {
  const formats::FormatRow& row = *GetParam();
  std::mt19937 random(22);
  std::vector<Diarization> originals;
  for (const char* name : {"one", "two words", "\xC3\xA9t\xC3\xA9, \"3\""}) {
    originals.push_back(random_result(random, name));
    while (originals.back().turns.empty()) originals.back() = random_result(random, name);
  }
  if (!row.holds.several) {
    EXPECT_THROW(written(originals, row.format), Error);
    return;
  }
  const auto read = parse_turns(written(originals, row.format), "all", row.format);
  ASSERT_EQ(read.size(), originals.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].recording, row.holds.name(originals[i].recording));
    EXPECT_EQ(tuples_of(read[i]), held_tuples_of(originals[i], row.holds));
  }
}

TEST_P(RoundTrip, NobodySpeaks) {
  Diarization silence;
  silence.recording = "quiet";
  silence.duration_s = 12.5;
  const FileFormat format = GetParam()->format;
  const auto read = parse_turns(written(silence, format), "quiet", format);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].recording, "quiet");
  EXPECT_TRUE(read[0].turns.empty());
  EXPECT_EQ(read[0].duration_s, GetParam()->holds.duration ? 12.5 : 0);
}

TEST(Json, KeepsVoicesAndNotices) {
  Diarization original;
  original.recording = "talk";
  original.duration_s = 9;
  original.speakers = {
      {"silent", 0, {1.5F, -0.1F}, 1}, {"B", 1, {}, 2}, {"A", 1, {0.25F, 3e-8F}, 1}};
  original.turns = {{1, 2, 2, 0.5F, 1}, {3, 4, 1, 0.25F, 2}};
  original.notices = {"one", "two \"quoted\""};
  const Diarization read = parse_turns(written(original, FileFormat::json), "x").at(0);
  EXPECT_EQ(written(read, FileFormat::json), written(original, FileFormat::json));
  EXPECT_EQ(read.speakers[0].centroid, original.speakers[0].centroid);
  EXPECT_TRUE(losses({{original}}, FileFormat::json).empty());
  EXPECT_THAT(losses({{original}}, FileFormat::rttm),
              ::testing::IsSupersetOf(
                  {"the voices (centroids) are left out", "speakers without a turn are left out"}));
}

TEST(Losses, TwoSpeakersWhoBecomeOne) {
  Diarization original;
  original.recording = "talk";
  original.duration_s = 2;
  original.speakers = {{"Ann B", 0, {}, 1}, {"Ann_B", 0, {}, 1}, {"Ann\tB", 0, {}, 1}};
  original.turns = {
      {0, 1, 0, std::nanf(""), 1}, {0, 1, 1, std::nanf(""), 1}, {1, 2, 2, std::nanf(""), 1}};
  EXPECT_THAT(losses({{original}}, FileFormat::rttm),
              ::testing::ElementsAre("2 names are changed: 'Ann B' to 'Ann_B'",
                                     "'Ann B' and 'Ann_B' become one speaker (and 1 more)"));
  EXPECT_TRUE(losses({{original}}, FileFormat::csv).empty());
}

TEST(Losses, AreSaidInWords) {
  Diarization original;
  original.recording = "my talk";
  original.duration_s = 9;
  original.speakers = {{"Ann B", 0, {}, 1}};
  original.turns = {{1.0000625, 2, 0, 0.5F, 2}};
  EXPECT_THAT(losses({{original}}, FileFormat::rttm),
              ::testing::ElementsAre(
                  "the confidences are left out", "the recording's length is left out",
                  "times are rounded to 0.001 s", "2 names are changed: 'my talk' to 'my_talk'"));
  EXPECT_THAT(
      losses({{original}}, FileFormat::srt),
      ::testing::ElementsAre("the channels are left out", "the confidences are left out",
                             "the recording's length is left out", "times are rounded to 0.001 s"));
  EXPECT_THAT(losses({{original}}, FileFormat::uem),
              ::testing::ElementsAre("the turns are left out",
                                     "1 name is changed: 'my talk' to 'my_talk'"));
}

}  // namespace
}  // namespace diarist
