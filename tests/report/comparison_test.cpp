// The errors in a page are those of score(), however they are cut.
#include "report/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/report.hpp"
#include "diarist/scoring.hpp"

#include "report/pages.hpp"
#include "scoring/explanation.hpp"
#include "scoring/random_turns.hpp"

namespace diarist {
namespace {

constexpr int kRounds = 60;
/// Sums of some hundred stretches in another order.
constexpr double kRounding = 1e-8;

Diarization diarization_of(const Annotation& annotation) {
  Diarization d;
  d.recording = annotation.recording;
  for (const Segment& segment : annotation.segments) {
    const auto known = std::find_if(d.speakers.begin(), d.speakers.end(),
                                    [&](const Speaker& s) { return s.name == segment.label; });
    const auto speaker = static_cast<int>(known - d.speakers.begin());
    if (known == d.speakers.end()) d.speakers.push_back({segment.label, 0, {}, 1});
    d.turns.push_back({segment.start_s, segment.end_s, speaker, 1, 1});
    d.duration_s = std::max(d.duration_s, segment.end_s);
  }
  return d;
}

std::vector<ScoringOptions> all_options() {
  std::vector<ScoringOptions> all;
  for (const double collar_s : {0.0, 0.25}) {
    for (const bool skip_overlap : {false, true}) {
      all.push_back({ScoringConvention::pyannote, collar_s, skip_overlap});
    }
  }
  return all;
}

template <typename Rows>
void expect_sum(const Rows& rows, const Score& score) {
  double total_s = 0;
  double miss_s = 0;
  double false_alarm_s = 0;
  double confusion_s = 0;
  for (const auto& row : rows) {
    EXPECT_GE(row.miss_s, 0);
    EXPECT_GE(row.false_alarm_s, 0);
    EXPECT_GE(row.confusion_s, 0);
    total_s += row.total_s;
    miss_s += row.miss_s;
    false_alarm_s += row.false_alarm_s;
    confusion_s += row.confusion_s;
  }
  EXPECT_NEAR(total_s, score.total_s, kRounding);
  EXPECT_NEAR(miss_s, score.miss_s, kRounding);
  EXPECT_NEAR(false_alarm_s, score.false_alarm_s, kRounding);
  EXPECT_NEAR(confusion_s, score.confusion_s, kRounding);
}

TEST(Comparison, PartsAddUpToTheScore) {
  testing::RandomTurns random(11);
  for (int round = 0; round < kRounds; ++round) {
    const Annotation reference = random.reference("r", 30 + 20 * round);
    const Diarization d = diarization_of(random.hypothesis(reference));
    for (const ScoringOptions& options : all_options()) {
      const Score expected = score(reference, to_annotation(d), std::nullopt, options);
      const report::Comparison comparison = report::compare(reference, d, options);
      EXPECT_EQ(comparison.explanation.score.der(), expected.der());
      EXPECT_EQ(comparison.explanation.score.jer(), expected.jer());
      expect_sum(comparison.explanation.speakers, expected);
      expect_sum(comparison.by_stretch, expected);
      EXPECT_LE(comparison.by_stretch.size(), static_cast<std::size_t>(report::kMostStretches));
    }
  }
}

/// Of each speaker alone: what of the reference's time he and his partner share.
TEST(Comparison, BySpeakerIsWhatThePartnerDoesNotAnswerTo) {
  testing::RandomTurns random(12);
  for (int round = 0; round < kRounds; ++round) {
    const Annotation reference = random.reference("r", 120);
    const Annotation hypothesis = random.hypothesis(reference);
    const auto rows = scoring::explain(reference, hypothesis, {}).speakers;
    for (const scoring::SpeakerErrors& row : rows) {
      if (!row.reference || !row.hypothesis) continue;
      Annotation own{"r", {}};
      Annotation partner{"r", {}};
      for (const Segment& s : reference.segments) {
        if (s.label == *row.reference) own.segments.push_back(s);
      }
      for (const Segment& s : hypothesis.segments) {
        if (s.label == *row.hypothesis) partner.segments.push_back(s);
      }
      EXPECT_NEAR(row.miss_s + row.confusion_s, score(own, partner).miss_s, kRounding);
    }
  }
}

double length_s(const report::ErrorStretches& stretches) {
  double length_s = 0;
  for (const auto& stretch : stretches) {
    length_s += static_cast<double>(stretch.end - stretch.start) / 1e6;
  }
  return length_s;
}

TEST(Comparison, StretchesAreWhereTheErrorsAre) {
  const Annotation reference{"r", {{0, 10, "A", "1"}, {10, 20, "B", "1"}, {25, 30, "A", "1"}}};
  const Annotation hypothesis{
      "r", {{1, 10, "x", "1"}, {10, 15, "y", "1"}, {15, 22, "x", "1"}, {25, 30, "x", "1"}}};
  const auto comparison = report::compare(reference, diarization_of(hypothesis), {});
  ASSERT_EQ(comparison.miss.size(), 1u);
  EXPECT_EQ(comparison.miss[0].start, 0);
  EXPECT_EQ(comparison.miss[0].end, 1'000'000);
  ASSERT_EQ(comparison.confusion.size(), 1u);
  EXPECT_EQ(comparison.confusion[0].start, 15'000'000);
  EXPECT_EQ(comparison.confusion[0].end, 20'000'000);
  ASSERT_EQ(comparison.false_alarm.size(), 1u);
  EXPECT_EQ(comparison.false_alarm[0].start, 20'000'000);
  EXPECT_EQ(comparison.false_alarm[0].end, 22'000'000);
  EXPECT_NEAR(length_s(comparison.miss), comparison.explanation.score.miss_s, kRounding);
  EXPECT_EQ(comparison.step_s, 1);
  EXPECT_NEAR(comparison.by_stretch[16].confusion_s, 1, kRounding);
  EXPECT_NEAR(comparison.by_stretch[23].total_s, 0, kRounding);
}

TEST(Comparison, OfNothingWithNothing) {
  const auto comparison = report::compare({"r", {}}, {}, {});
  EXPECT_TRUE(comparison.explanation.speakers.empty());
  EXPECT_EQ(comparison.by_stretch.size(), 1u);
  Diarization d = diarization_of({"r", {{1, 2, "x", "1"}}});
  EXPECT_NEAR(report::compare({"r", {}}, d, {}).explanation.score.false_alarm_s, 1, kRounding);
}

TEST(Comparison, RefusesACollarThatIsNone) {
  ReportOptions options;
  options.reference = Annotation{"r", {}};
  options.scoring.collar_s = -1;
  EXPECT_THROW(testing::page_of({}, options), Error);
}

// The page tells the same to six decimals, and whom each speaker is taken for.
TEST(Comparison, IsInThePage) {
  testing::RandomTurns random(13);
  const Annotation reference = random.reference("r", 300);
  const Diarization d = diarization_of(random.hypothesis(reference));
  ReportOptions options;
  options.reference = reference;
  const nlohmann::json page = testing::data_of(testing::page_of(d, options))["reference"];
  const Score expected = score(reference, to_annotation(d));
  EXPECT_NEAR(page["score"]["miss"].get<double>(), expected.miss_s, 1e-6);
  EXPECT_NEAR(page["score"]["confusion"].get<double>(), expected.confusion_s, 1e-6);
  EXPECT_NEAR(page["score"]["false_alarm"].get<double>(), expected.false_alarm_s, 1e-6);
  EXPECT_NEAR(page["score"]["total"].get<double>(), expected.total_s, 1e-6);
  for (std::size_t i = 0; i < page["speakers"].size(); ++i) {
    const auto& row = page["by_speaker"][i];
    EXPECT_EQ(row["reference"], page["speakers"][i]["name"]);
    const auto& mapped = page["speakers"][i]["mapped"];
    if (mapped.is_null()) {
      EXPECT_TRUE(row["hypothesis"].is_null());
    } else {
      EXPECT_EQ(row["hypothesis"], d.speakers[mapped.get<std::size_t>()].name);
    }
  }
}

}  // namespace
}  // namespace diarist
