// The page as text: what it allows itself, what strangers' text becomes in it, how large it is.
#include <cmath>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/formats.hpp"
#include "diarist/report.hpp"

#include "formats/results.hpp"
#include "report/base64.hpp"
#include "report/pages.hpp"

namespace diarist {
namespace {

using testing::between;
using testing::count_of;
using testing::data_of;
using testing::data_text;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::page_of;

/// What tries to leave the place that it stands in.
const std::vector<std::string>& hostile() {
  static const std::vector<std::string> names = {
      "</script><script>alert(1)</script>",
      "<!--<script>",
      "</title><img src=x onerror=alert(1)>",
      "\"'`${alert(1)}",
      "\\u003c/script>",
      "]]>",
      "&lt;b&gt; &amp;",
      "\xE2\x80\xA8line\xE2\x80\xA9paragraph",
      "\xD7\x93\xD7\x95\xD7\x93 \xE2\x80\xAEturned",
      "\xF0\x9F\x98\x80",
      "nul" + std::string(1, '\0') + "byte",
      "",
      "{{title}} {{data}} {{script}}",
  };
  return names;
}

/// A segment of one word.
TranscriptSegment said(double start_s, double end_s, const std::string& speaker,
                       const std::string& text) {
  TranscriptSegment segment;
  segment.start_s = start_s;
  segment.end_s = end_s;
  segment.speaker = speaker;
  segment.text = text;
  segment.words.emplace_back();
  segment.words.back().text = text;
  segment.words.back().start_s = start_s;
  segment.words.back().end_s = end_s;
  return segment;
}

/// A result, transcript and reference in which every text is a hostile one.
Diarization hostile_result() {
  Diarization d;
  d.recording = hostile()[0];
  d.duration_s = 100;
  d.notices = hostile();
  for (const std::string& name : hostile()) {
    const auto at = static_cast<double>(d.speakers.size());
    d.turns.push_back({at, at + 1, static_cast<int>(d.speakers.size()), 0.5F, 1});
    d.speakers.push_back({name, 1, {}, 1});
  }
  return d;
}

ReportOptions hostile_options(const Diarization& d) {
  ReportOptions options;
  options.title = hostile()[2];
  options.reference = to_annotation(d);
  options.transcript.emplace();
  for (const std::string& name : hostile()) {
    options.transcript->segments.push_back(said(1, 2, name, name));
  }
  ReportAudio audio;
  audio.file = hostile()[0];
  audio.bins_per_s = 200;
  options.audio = audio;
  return options;
}

TEST(Page, TextStaysText) {
  const Diarization d = hostile_result();
  const std::string page = page_of(d, hostile_options(d));
  // The data block ends where it is to end, and holds what went in.
  const nlohmann::json data = data_of(page);
  EXPECT_THAT(data_text(page), Not(HasSubstr("<")));
  ASSERT_EQ(data["speakers"].size(), hostile().size());
  for (std::size_t i = 0; i < hostile().size(); ++i) {
    EXPECT_EQ(data["speakers"][i]["name"], hostile()[i]);
    EXPECT_EQ(data["notices"][i], hostile()[i]);
    EXPECT_EQ(data["transcript"]["segments"][i]["words"][0], hostile()[i]);
    EXPECT_EQ(data["reference"]["speakers"][i]["name"], hostile()[i]);
  }
  // As many elements as in a page of harmless text.
  Diarization plain;
  plain.recording = "talk";
  for (const char* tag : {"<script", "</script", "<title", "</title", "<img", "<!--"}) {
    EXPECT_EQ(count_of(page, tag), count_of(page_of(plain), tag)) << tag;
  }
  EXPECT_THAT(page, HasSubstr("<title>&lt;/title&gt;&lt;img src=x onerror=alert(1)&gt;</title>"));
}

TEST(Page, TranscriptIsInTheOrderOfTimeWithItsBlanks) {
  ReportOptions options;
  options.transcript.emplace();
  options.transcript->segments.push_back(said(3, 4, "", " No."));
  options.transcript->segments.push_back(said(1, 2, "A", "Yes,"));
  TranscriptWord second;
  second.text = " indeed.";
  second.start_s = 1.25;
  second.end_s = 1.5;
  options.transcript->segments.back().words.push_back(second);
  options.transcript->segments.emplace_back();  // In which nothing is said.
  const auto segments = data_of(page_of({}, options))["transcript"]["segments"];
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[0]["start"], 1000000);
  EXPECT_EQ(segments[0]["end"], 2000000);
  EXPECT_EQ(segments[0]["speaker"], "A");
  EXPECT_EQ(segments[0]["words"], nlohmann::json({"Yes,", " indeed."}));
  EXPECT_EQ(segments[0]["at_ms"], nlohmann::json({0, 250}));
  EXPECT_EQ(segments[0]["for_ms"], nlohmann::json({1000, 250}));
  EXPECT_TRUE(segments[1]["speaker"].is_null());
}

TEST(Page, BytesThatAreNoTextBecomeReplacementCharacters) {
  Diarization d;
  d.recording = "caf\xE9";
  d.speakers = {{"\xFF", 1, {}, 1}};
  d.turns = {{0, 1, 0, 1, 1}};
  const std::string page = page_of(d);
  EXPECT_EQ(data_of(page)["recording"], "caf\xEF\xBF\xBD");
  EXPECT_EQ(data_of(page)["speakers"][0]["name"], "\xEF\xBF\xBD");
}

TEST(Page, AllowsItselfNothingButItsOwnScriptAndStyle) {
  const std::string page = page_of({});
  const std::string policy = between(page, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("script-src 'sha256-"));
  EXPECT_THAT(policy, HasSubstr("style-src 'sha256-"));
  EXPECT_THAT(policy, HasSubstr("require-trusted-types-for 'script'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_THAT(policy, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("{{")));
  // Names of XML are the only addresses in it.
  EXPECT_EQ(count_of(page, "http://") + count_of(page, "https://"),
            count_of(page, "http://www.w3.org/2000/svg"));
}

TEST(Page, IsTheSameForTheSameTurns) {
  std::mt19937 random(3);
  const Diarization d = testing::random_result(random, "talk");
  EXPECT_EQ(page_of(d), page_of(d));
}

// Times, confidences and channels come out of a page as they went in, to the decimals of JSON.
TEST(Page, HoldsTheTurns) {
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    const Diarization d = testing::random_result(random, "talk");
    const nlohmann::json turns = data_of(page_of(d))["turns"];
    ASSERT_EQ(turns["start"].size(), d.turns.size());
    for (std::size_t i = 0; i < d.turns.size(); ++i) {
      const Turn& turn = d.turns[i];
      EXPECT_EQ(turns["start"][i].get<long long>(), std::llround(turn.start_s * 1e6));
      EXPECT_EQ(turns["end"][i].get<long long>(), std::llround(turn.end_s * 1e6));
      EXPECT_EQ(turns["speaker"][i].get<int>(), turn.speaker);
      EXPECT_EQ(turns.contains("channel") ? turns["channel"][i].get<int>() : 1, turn.channel);
      if (std::isnan(turn.confidence)) {
        EXPECT_TRUE(turns["confidence"][i].is_null());
      } else {
        EXPECT_EQ(turns["confidence"][i].get<long>(),
                  std::lround(static_cast<double>(turn.confidence) * 1e4));
      }
    }
  }
}

TEST(Page, ASpeakerOutsideOfTheListIsUnknown) {
  Diarization d;
  d.speakers = {{"A", 1, {}, 1}};
  d.turns = {{0, 1, 0, 1, 1}, {1, 2, 7, 1, 1}, {2, 3, -1, 1, 1}};
  const nlohmann::json data = data_of(page_of(d));
  EXPECT_EQ(data["speakers"][1]["name"], "UNKNOWN");
  EXPECT_EQ(data["turns"]["speaker"], nlohmann::json({0, 1, 1}));
}

TEST(Page, IsAFormatThatIsOnlyWritten) {
  EXPECT_EQ(file_format_of_ending("talk.html"), FileFormat::html);
  EXPECT_FALSE(info_of(FileFormat::html).readable);
  std::mt19937 random(5);
  const Diarization d = testing::random_result(random, "talk");
  EXPECT_EQ(testing::written(d, FileFormat::html), page_of(d));
}

/// Three hours, `turns` turns of eight people, as much text as people speak.
Diarization long_talk(int turns) {
  Diarization d;
  d.recording = "three hours";
  d.duration_s = 3 * 3600;
  for (int i = 0; i < 8; ++i) d.speakers.push_back({"SPEAKER_0" + std::to_string(i), 0, {}, 1});
  std::mt19937 random(6);
  const double step_s = d.duration_s / turns;
  for (int i = 0; i < turns; ++i) {
    const double start_s = i * step_s + static_cast<double>(random() % 1000) / 1234.567;
    d.turns.push_back({start_s, start_s + step_s, static_cast<int>(random() % 8),
                       static_cast<float>(random() % 10000) / 10000.0F, 1});
  }
  return d;
}

ReportAudio three_hours_of_waveform() {
  ReportAudio audio;
  audio.file = "talk.wav";
  audio.duration_s = 3 * 3600;
  audio.bins_per_s = 25;
  audio.waveforms = {{1, std::vector<std::uint8_t>(3 * 3600 * 25, 77)}};
  return audio;
}

constexpr std::size_t kMostBytes = 2'000'000;

TEST(PageSize, ThreeHoursWithFiveThousandTurns) {
  ReportOptions options;
  options.audio = three_hours_of_waveform();
  EXPECT_LT(page_of(long_talk(5000), options).size(), kMostBytes);
}

TEST(PageSize, ThreeHoursWithReferenceAndTranscriptToo) {
  const Diarization d = long_talk(5000);
  ReportOptions options;
  options.audio = three_hours_of_waveform();
  options.reference = to_annotation(long_talk(4800));
  options.transcript.emplace();
  for (const Turn& turn : d.turns) {
    TranscriptSegment segment = said(turn.start_s, turn.end_s, d.speakers[0].name, "");
    segment.words.clear();
    // 150 words a minute, as people speak in meetings, of five letters.
    for (int i = 0; i < 5; ++i) {
      TranscriptWord& word = segment.words.emplace_back();
      word.text = " words";
      word.start_s = turn.start_s + 0.4 * i;
      word.end_s = word.start_s + 0.35;
    }
    options.transcript->segments.push_back(std::move(segment));
  }
  EXPECT_LT(page_of(d, options).size(), kMostBytes);
}

TEST(Base64, IsThatOfTheStandard) {
  const auto encoded = [](const std::string& text) {
    return report::base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  // RFC 4648, section 10.
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encoded("\xFB\xFF\xBF"), "+/+/");
}

}  // namespace
}  // namespace diarist
