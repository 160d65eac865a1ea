// `diarist report` and -f html as a user runs them.
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "report/pages.hpp"
#include "testing/places.hpp"

namespace diarist {
namespace {

using testing::data_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Outcome;

class ReportCommand : public testing::ProgramTest {
 protected:
  ReportCommand() {
    cut_sample("talk.wav", 6, 16);
    write_text("talk.rttm",
               "SPEAKER talk 1 0.500 2.250 <NA> <NA> Ann <NA> <NA>\n"
               "SPEAKER talk 1 3.000 4.000 <NA> <NA> Bela <NA> <NA>\n");
  }

  nlohmann::json page(const std::string& name) const { return data_of(read_text(name)); }

  void refused(const std::vector<std::string>& arguments, int exit_code,
               const std::string& message) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_THAT(listing(), ::testing::Not(::testing::Contains("page.html")));
  }
};

TEST_F(ReportCommand, OfTurnsThatAreThere) {
  const Outcome outcome = run({"report", "talk.wav", "talk.rttm", "-o", "page.html"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, IsEmpty());
  const auto data = page("page.html");
  EXPECT_EQ(data["title"], "talk");
  EXPECT_EQ(data["file"], "talk.wav");
  EXPECT_EQ(data["duration"], 10'000'000);
  EXPECT_EQ(data["turns"]["start"], nlohmann::json({500'000, 3'000'000}));
  EXPECT_EQ(data["turns"]["end"], nlohmann::json({2'750'000, 7'000'000}));
  EXPECT_EQ(data["speakers"][1]["name"], "Bela");
  EXPECT_EQ(data["waveform"]["channels"].size(), 1u);
  EXPECT_FALSE(data.contains("reference"));

  // The same bytes again, and on standard output.
  const std::string first = read_text("page.html");
  EXPECT_EQ(run({"report", "talk.wav", "talk.rttm", "-o", "-"}).out, first);
}

TEST_F(ReportCommand, WithReferenceTranscriptTitleAndSound) {
  write_text("people.rttm", "SPEAKER talk 1 0.000 3.000 <NA> <NA> Anna <NA> <NA>\n");
  write_text("said.json",
             R"({"segments": [{"start": 0.5, "end": 7, "text": " Hello. I disagree, Ann."}]})");
  const Outcome outcome =
      run({"report", "talk.wav", "talk.rttm", "-o", "page.html", "--reference", "people.rttm",
           "--transcript", "said.json", "--title", "Board </script>", "--embed-audio"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("MB are the sound (Ogg Opus, mono)"));
  const auto data = page("page.html");
  EXPECT_EQ(data["title"], "Board </script>");
  // The turns say whose words they are.
  const auto& segments = data["transcript"]["segments"];
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[0]["speaker"], "Ann");
  EXPECT_EQ(segments[0]["words"], nlohmann::json({" Hello."}));
  EXPECT_EQ(segments[1]["speaker"], "Bela");
  EXPECT_EQ(segments[1]["words"], nlohmann::json({" I", " disagree,", " Ann."}));
  // 3 s of reference: 0.75 s are missed, and Bela's 4 s are false.
  EXPECT_NEAR(data["reference"]["score"]["miss"].get<double>(), 0.75, 1e-6);
  EXPECT_NEAR(data["reference"]["score"]["false_alarm"].get<double>(), 4, 1e-6);
  EXPECT_THAT(read_text("page.html"),
              HasSubstr("id=\"report-audio\">data:audio/ogg;base64,T2dnUw"));
  // With a collar, less of it.
  EXPECT_EQ(run({"report", "talk.wav", "talk.rttm", "-o", "page.html", "--reference", "people.rttm",
                 "--collar", "0.5", "--skip-overlap"})
                .exit_code,
            0);
  EXPECT_LT(page("page.html")["reference"]["score"]["miss"].get<double>(), 0.75);
}

TEST_F(ReportCommand, DiarizesWithoutTurns) {
  EXPECT_EQ(run({"talk.wav", "-o", "talk.json"}).exit_code, 0);
  EXPECT_EQ(run({"convert", "talk.json", "-o", "plain.html"}).exit_code, 0);
  const Outcome outcome = run({"report", "talk.wav", "-o", "page.html"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(page("page.html")["turns"], page("plain.html")["turns"]);
  EXPECT_GT(page("page.html")["turns"]["start"].size(), 1u);
  EXPECT_FALSE(page("plain.html").contains("waveform"));

  // Options of diarize are taken.
  EXPECT_EQ(run({"report", "talk.wav", "-o", "one.html", "--speakers", "1"}).exit_code, 0);
  EXPECT_EQ(page("one.html")["speakers"].size(), 1u);

  // As a format of diarize, with its waveform too.
  EXPECT_EQ(run({"talk.wav", "-o", "both/", "-f", "html,rttm"}).exit_code, 0);
  EXPECT_EQ(read_text("both/talk.html"), read_text("page.html"));
  EXPECT_EQ(listing("both"), (std::vector<std::string>{"talk.html", "talk.rttm"}));
}

TEST_F(ReportCommand, OfStandardInput) {
  EXPECT_EQ(run({"talk.wav", "-o", "talk.html"}).exit_code, 0);
  testing::RunOptions options;
  options.standard_input = path("talk.wav");
  const auto same_but_for_names = [&](const std::string& html) {
    const auto data = data_of(html);
    EXPECT_EQ(data["recording"], "stdin");
    EXPECT_EQ(data["turns"], page("talk.html")["turns"]);
    EXPECT_EQ(data["waveform"], page("talk.html")["waveform"]);
  };
  same_but_for_names(run({"-", "-f", "html"}, options).out);
  same_but_for_names(run({"report", "-", "-o", "-"}, options).out);
  // A pipe can be read but once.
  const std::string command = "cat '" + path("talk.wav").string() + "' | '" + testing::program() +
                              "' - -f html > '" + path("piped.html").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  same_but_for_names(read_text("piped.html"));
}

TEST_F(ReportCommand, OfATelephoneCall) {
  std::vector<float> both;
  for (int i = 0; i < 32000; ++i) {
    both.push_back(0.5F);
    both.push_back(0.125F);
  }
  write_wav("call.wav", both, 2);
  write_text("call.csv",
             "recording,channel,start_s,end_s,speaker,confidence\ncall,1,0,1,A,\ncall,2,0,2,B,\n");
  EXPECT_EQ(run({"report", "call.wav", "call.csv", "-o", "page.html", "--per-channel"}).exit_code,
            0);
  EXPECT_EQ(page("page.html")["waveform"]["channels"].size(), 2u);
  EXPECT_EQ(page("page.html")["turns"]["channel"], nlohmann::json({1, 2}));
}

TEST_F(ReportCommand, SaysWhatIsWrong) {
  const std::vector<std::string> start = {"report", "talk.wav", "talk.rttm", "-o", "page.html"};
  const auto with = [&start](std::vector<std::string> more) {
    std::vector<std::string> all = start;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  refused({"report", "talk.wav", "talk.rttm"}, 2, "--output is required");
  refused({"report", "talk.wav", "none.rttm", "-o", "page.html"}, 3, "none.rttm");
  refused({"report", "none.wav", "talk.rttm", "-o", "page.html"}, 3, "none.wav: does not exist");
  refused({"report", ".", "talk.rttm", "-o", "page.html"}, 2, "is a folder");
  refused(with({"--speakers", "2"}), 2, "--speakers: says how to diarize, and there are turns");
  refused(with({"--preset", "fast"}), 2, "--preset: says how to diarize");
  refused(with({"--collar", "0.5"}), 2, "--collar: needs --reference");
  refused(with({"--skip-overlap"}), 2, "--skip-overlap: needs --reference");
  refused(with({"--reference", "none.rttm"}), 3, "none.rttm");
  refused(with({"--channel", "2"}), 2, "has no channel 2");
  write_text("bad.json", "{\"segments\": [{}]}");
  refused(with({"--transcript", "bad.json"}), 7, "bad.json:1: $.segments[0] has no start");
  write_text("bad.rttm", "SPEAKER talk 1 x 1 <NA> <NA> A <NA> <NA>\n");
  refused({"report", "talk.wav", "bad.rttm", "-o", "page.html"}, 7, "bad.rttm:1:");
  write_text("two.rttm",
             "SPEAKER one 1 0 1 <NA> <NA> A <NA> <NA>\nSPEAKER two 1 0 1 <NA> <NA> A <NA> <NA>\n");
  refused({"report", "talk.wav", "two.rttm", "-o", "page.html"}, 2,
          "two.rttm: holds turns of 'one', 'two', none of them 'talk'");
  refused({"report", "talk.wav", "-o", "page.html", "--recording", "other"}, 2,
          "--recording: is about files of turns");
  refused({"report", "talk.wav", "talk.rttm", "-o", "talk.rttm"}, 2, "would overwrite an input");
  refused({"report", "talk.wav", "talk.rttm", "-o", "talk.wav/page.html"}, 6, "talk.wav");
}

TEST_F(ReportCommand, TellsWhereTurnsAreOfALongerRecording) {
  write_text("long.rttm", "SPEAKER talk 1 0.5 20 <NA> <NA> A <NA> <NA>\n");
  const Outcome outcome = run({"report", "talk.wav", "long.rttm", "-o", "page.html"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("the last turn ends after the recording"));
  EXPECT_EQ(page("page.html")["duration"], 20'500'000);
  EXPECT_THAT(run({"report", "talk.wav", "long.rttm", "-o", "page.html", "-q"}).err, IsEmpty());
}

TEST_F(ReportCommand, OfOneOfSeveralRecordings) {
  write_text("all.rttm",
             "SPEAKER other 1 0 1 <NA> <NA> X <NA> <NA>\n"
             "SPEAKER talk 1 2 1 <NA> <NA> A <NA> <NA>\n");
  EXPECT_EQ(run({"report", "talk.wav", "all.rttm", "-o", "page.html", "--reference", "all.rttm"})
                .exit_code,
            0);
  EXPECT_EQ(page("page.html")["turns"]["start"], nlohmann::json({2'000'000}));
  EXPECT_EQ(page("page.html")["reference"]["speakers"][0]["name"], "A");
  EXPECT_EQ(
      run({"report", "talk.wav", "all.rttm", "-o", "page.html", "--recording", "other"}).exit_code,
      0);
  EXPECT_EQ(page("page.html")["turns"]["start"], nlohmann::json({0}));
}

}  // namespace
}  // namespace diarist
