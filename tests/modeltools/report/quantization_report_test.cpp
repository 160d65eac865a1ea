// The report's files, of figures that were made up.
#include "diarist/quantization_report.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/packs.hpp"
#include "modeltools/report/bar_chart.hpp"
#include "modeltools/report/test_script.hpp"

namespace diarist {
namespace {

using diarist::testing::error_of;
using modeltools::report::BarChart;
using modeltools::report::shell_word;
using modeltools::report::to_svg;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

PackComparison some_comparison() {
  PackComparison comparison;
  comparison.a = "built-in";
  comparison.b = "small";
  comparison.bytes_a = 18'000'000;
  comparison.bytes_b = 9'000'000;
  comparison.tensors = {
      {"embedding.conv1.weight", "F16", "F16", 600, 600, std::numeric_limits<double>::infinity()},
      {"embedding.layer1.0.conv1.weight", "F16", "palette8", 18432, 10240, 41.5}};
  RecordingComparison talk;
  talk.name = "<talk> & more.wav";
  talk.duration_s = 30;
  talk.embedding_cosine = 0.9991;
  talk.segmentation_agreement = 0.9975;
  talk.der_a = 0.05;
  talk.der_b = 0.0512;
  comparison.recordings = {talk};
  comparison.all = talk;
  comparison.load_s_a = 0.040;
  comparison.load_s_b = 0.035;
  comparison.run_s_a = 0.6;
  comparison.run_s_b = 0.5;
  return comparison;
}

QuantizedPack some_pack() {
  QuantizedPack pack;
  pack.attempts = {{"palette, 4 bits", false, "the cosine is below 0.9980", some_comparison()},
                   {"palette, 8 bits", true, "9.00 MB instead of 18.00", some_comparison()}};
  return pack;
}

ReportSubject some_subject() {
  ReportSubject subject;
  subject.original = "built-in";
  subject.result = "/packs/it's \"small\".st";
  subject.recordings = {"/audio/a talk.wav"};
  return subject;
}

std::string file_of(const ReportSubject& subject, const std::string& name) {
  for (const ReportFile& file : quantization_report(some_pack(), subject)) {
    if (file.name == name) return file.text;
  }
  return {};
}

TEST(QuantizationReport, HasItsFourFiles) {
  const auto files = quantization_report(some_pack(), some_subject());
  ASSERT_EQ(files.size(), 4U);
  EXPECT_EQ(files[0].name, "report.html");
  EXPECT_EQ(files[1].name, "report.json");
  EXPECT_EQ(files[2].name, "test.sh");
  EXPECT_EQ(files[3].name, "guide.md");
  for (const ReportFile& file : files) {
    EXPECT_EQ(file.program, file.name == "test.sh");
    EXPECT_EQ(file.text.back(), '\n');
  }
  EXPECT_EQ(file_of(some_subject(), "report.html"), files[0].text);  // The same each time.
}

TEST(QuantizationReport, PageHasPlotsAndFetchesNothing) {
  const std::string page = file_of(some_subject(), "report.html");
  EXPECT_THAT(page, AllOf(HasSubstr("<title>Size</title>"), HasSubstr("<title>DER</title>"),
                          HasSubstr("<title>Signal to noise of each tensor</title>"),
                          HasSubstr("<title>diarizing</title>")));
  EXPECT_THAT(page, AllOf(HasSubstr("18.00 MB"), HasSubstr("5.12 %"), HasSubstr("41.5 dB"),
                          HasSubstr("35.0 ms"), HasSubstr("+0.12 points")));
  EXPECT_THAT(page, AllOf(HasSubstr("&lt;talk&gt; &amp; more.wav"), Not(HasSubstr("<talk>"))));
  EXPECT_THAT(page,
              AllOf(HasSubstr("it&#39;s &quot;small&quot;.st"), Not(HasSubstr("src=")),
                    Not(HasSubstr("href=")), Not(HasSubstr("http")), Not(HasSubstr("<script"))));
}

TEST(QuantizationReport, WithoutReferenceThePageShowsHowFarTheTurnsAreApart) {
  QuantizedPack pack = some_pack();
  RecordingComparison& row = pack.attempts.back().comparison->recordings[0];
  row.der_a.reset();
  row.der_b.reset();
  row.der_between = 0.031;
  const std::string page = quantization_report(pack, some_subject())[0].text;
  EXPECT_THAT(page, AllOf(HasSubstr("DER of the new turns against the old"), HasSubstr("3.10 %"),
                          Not(HasSubstr("<title>DER</title>"))));
}

TEST(QuantizationReport, JsonHasEveryAttempt) {
  const auto json = nlohmann::json::parse(file_of(some_subject(), "report.json"));
  EXPECT_EQ(json["schema"], "diarist.quantization");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["result"], some_subject().result);
  EXPECT_EQ(json["limits"]["max_der_increase_points"], 0.3);
  EXPECT_EQ(json["options"]["method"], "auto");
  ASSERT_EQ(json["attempts"].size(), 2U);
  EXPECT_EQ(json["attempts"][0]["taken"], false);
  EXPECT_EQ(json["attempts"][1]["comparison"]["schema"], "diarist.compare");
  EXPECT_EQ(json["attempts"][1]["comparison"]["bytes_b"], 9'000'000);
}

TEST(QuantizationReport, ScriptQuotesPathsAndKnowsTheLimits) {
  ReportSubject subject = some_subject();
  subject.options.limits.min_embedding_cosine = 0.9965;
  const std::string script = file_of(subject, "test.sh");
  EXPECT_THAT(script, HasSubstr("#!/bin/sh\n"));
  EXPECT_THAT(script, HasSubstr(R"(${RESULT:-'/packs/it'\''s "small".st'})"));
  EXPECT_THAT(script, HasSubstr("set -- '/audio/a talk.wav'\n"));
  EXPECT_THAT(script, HasSubstr("--max-der-increase 0.3 --min-cosine 0.9965 --min-agreement 0.99"));
  EXPECT_THAT(script, Not(HasSubstr("--precision")));
  subject.options.method = QuantizationMethod::int8;
  EXPECT_THAT(file_of(subject, "test.sh"), HasSubstr("--precision int8"));
}

// docs.report_guide builds and runs its programs.
TEST(QuantizationReport, GuideNamesBothPacksInEveryLanguage) {
  const std::string guide = file_of(some_subject(), "guide.md");
  const std::string result = R"("/packs/it's \"small\".st")";
  EXPECT_THAT(guide,
              AllOf(HasSubstr(R"(--model '/packs/it'\''s "small".st' --fallback 'built-in')"),
                    HasSubstr(result + ",\n        \"built-in\", performance);"),
                    HasSubstr("const char* pack = " + result + ";"),
                    HasSubstr(result + ",\n    fallback=\"built-in\",\n)")));
  EXPECT_THAT(guide, AllOf(HasSubstr("--check --max-der-increase 0.3"),
                           HasSubstr("## Watching accuracy"), HasSubstr("## Going back")));
  EXPECT_THAT(guide, AllOf(Not(HasSubstr("--model 'built-in'")), Not(HasSubstr("int8"))));
}

TEST(QuantizationReport, GuideToAPackProvenInIntegersRunsItInIntegers) {
  ReportSubject subject = some_subject();
  subject.options.method = QuantizationMethod::int8;
  EXPECT_THAT(file_of(subject, "guide.md"),
              AllOf(HasSubstr("--fallback 'built-in' --precision int8\n"),
                    HasSubstr("performance.precision = diarist::Precision::int8;"),
                    HasSubstr("performance.precision = DIARIST_PRECISION_INT8;"),
                    HasSubstr("precision=\"int8\","), HasSubstr("--check --precision int8 ")));
}

TEST(QuantizationReport, IsOfAPackThatWasMade) {
  QuantizedPack pack = some_pack();
  pack.attempts.pop_back();
  EXPECT_EQ(error_of([&] { quantization_report(pack, some_subject()); }).code(),
            ErrorCode::invalid_argument);
}

TEST(BarChart, DrawsEachBarAsLongAsItsValueSays) {
  const std::string svg =
      to_svg(BarChart{"T", {"x"}, {{"one", {{1, "1 u"}}}, {"two", {{2, "2 u"}}}}, 1.0});
  std::vector<int> widths;
  const std::string width = " width='";
  for (std::size_t bar = svg.find("<rect"); bar != std::string::npos;
       bar = svg.find("<rect", bar + 1)) {
    widths.push_back(std::stoi(svg.substr(svg.find(width, bar) + width.size())));
  }
  ASSERT_EQ(widths.size(), 2U);
  EXPECT_EQ(widths[1], 2 * widths[0]);
  EXPECT_THAT(svg, AllOf(HasSubstr("class='limit'"), HasSubstr(">2 u</text>")));
  // Nothing but zeros: no bar, and no division by zero.
  EXPECT_THAT(to_svg(BarChart{"T", {"x"}, {{"none", {{0, "0"}}}}, {}}), HasSubstr("width='0'"));
}

TEST(TestScript, QuotesWords) {
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's $HOME `x`"), "'it'\\''s $HOME `x`'");
}

}  // namespace
}  // namespace diarist
