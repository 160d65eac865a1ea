// `diarist quantize` and `diarist compare` as a user runs them.
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"
#include "testing/places.hpp"
#include "testing/shared.hpp"

namespace diarist::cli {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class QuantizeCommand : public diarist::testing::ProgramTest {};

TEST_F(QuantizeCommand, MakesAPackThatIsUsedAndInspected) {
  cut_sample("talk.wav", 6, 16);
  const auto made = run({"quantize", "built-in", "-o", "small.safetensors", "--method", "palette",
                         "--calibrate", "talk.wav"});
  ASSERT_EQ(made.exit_code, kSuccess) << made.err;
  EXPECT_THAT(made.err,
              AllOf(HasSubstr("palette, 8 bits: expect"), HasSubstr("palette, 8 bits: taken: 8.")));
  EXPECT_THAT(made.out, AllOf(ContainsRegex("embedding.layer4.0.conv1.weight +F16 +palette8"),
                              HasSubstr("size: 17.93 MB -> 8."), HasSubstr("talk.wav"),
                              HasSubstr("time: load")));
  EXPECT_THAT(listing(), ElementsAre("small.safetensors", "talk.wav"));
  EXPECT_EQ(run({"talk.wav", "--model", "small.safetensors"}).exit_code, kSuccess);
  EXPECT_THAT(run({"inspect", "small.safetensors"}).out,
              AllOf(HasSubstr("242 tensors, 8,166,155 values"),
                    ContainsRegex("lstm.weight_hh_l0 +palette8 +\\[512, 128\\]")));
  const auto compared = run({"compare", "built-in", "small.safetensors", "talk.wav", "--json"});
  EXPECT_EQ(compared.exit_code, kSuccess);
  const auto json = nlohmann::json::parse(compared.out);
  EXPECT_EQ(json["a"], "built-in");
  EXPECT_LT(json["bytes_b"], 9e6);
  EXPECT_EQ(json["recordings"][0]["name"], "talk.wav");
  EXPECT_GT(json["all"]["embedding_cosine"], 0.998);

  // Once more: refused, and the file is as it was.
  const std::string before = read_text("small.safetensors");
  const auto again = run({"quantize", "small.safetensors", "-o", "small.safetensors", "--method",
                          "palette", "--calibrate", "talk.wav"});
  EXPECT_EQ(again.exit_code, kLimitMissed);
  EXPECT_THAT(again.err, HasSubstr("nothing shrank"));
  EXPECT_EQ(read_text("small.safetensors"), before);
}

TEST_F(QuantizeCommand, ReportsBesideThePackAndItsScriptRuns) {
  cut_sample("talk.wav", 6, 16);
  const auto made = run({"quantize", "built-in", "-o", "small.safetensors", "--method", "palette",
                         "--calibrate", "talk.wav", "--report", "figures"});
  ASSERT_EQ(made.exit_code, kSuccess) << made.err;
  EXPECT_THAT(listing(), ElementsAre("figures", "small.safetensors", "talk.wav"));
  EXPECT_THAT(listing("figures"), ElementsAre("guide.md", "report.html", "report.json", "test.sh"));
  const auto json = nlohmann::json::parse(read_text("figures/report.json"));
  EXPECT_EQ(json["attempts"][0]["method"], "palette, 8 bits");
  const std::string script = "DIARIST=" + std::string(diarist::testing::program()) + " " +
                             path("figures/test.sh").string() + " >" + path("told").string() +
                             " 2>&1";
  EXPECT_EQ(std::system(script.c_str()), 0) << read_text("told");
  EXPECT_THAT(read_text("told"), AllOf(HasSubstr("talk.wav"), HasSubstr("PASS: ")));
  // With a pack that is none.
  const std::string broken = "RESULT=" + path("talk.wav").string() + " " + script;
  EXPECT_NE(std::system(broken.c_str()), 0);
}

TEST_F(QuantizeCommand, CompareChecksLimitsWhereAsked) {
  cut_sample("talk.wav", 6, 10);
  ASSERT_EQ(run({"quantize", "built-in", "-o", "small.st", "--method", "palette", "--bits", "4",
                 "--calibrate", "talk.wav", "--max-der-increase", "100", "--min-cosine", "0",
                 "--min-agreement", "0"})
                .exit_code,
            kSuccess);
  EXPECT_EQ(run({"compare", "built-in", "small.st", "talk.wav"}).exit_code, kSuccess);
  const auto missed = run({"compare", "built-in", "small.st", "talk.wav", "--check"});
  EXPECT_EQ(missed.exit_code, kLimitMissed);
  EXPECT_THAT(missed.err, HasSubstr("small.st: the embeddings' cosine of "));
  EXPECT_THAT(missed.out, HasSubstr("size: 17.93 MB -> 4."));
  EXPECT_EQ(run({"compare", "built-in", "small.st", "talk.wav", "--check", "--max-der-increase",
                 "100", "--min-cosine", "0.1", "--min-agreement", "0.1"})
                .exit_code,
            kSuccess);
}

TEST_F(QuantizeCommand, WritesNothingWhereALimitIsMissed) {
  cut_sample("talk.wav", 6, 12);
  const auto outcome = run({"quantize", "built-in", "-o", "made/tiny.safetensors", "--method",
                            "palette", "--bits", "4", "--calibrate", "talk.wav"});
  EXPECT_EQ(outcome.exit_code, kLimitMissed);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("palette, 4 bits: not taken: "),
                                 HasSubstr("is below 0.9980"), HasSubstr("no pack was made")));
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(listing(), ElementsAre("talk.wav"));
}

TEST_F(QuantizeCommand, BadInputHasItsOwnMessageAndCode) {
  const auto refused = [&](std::vector<std::string> arguments, int code,
                           const std::string& message) {
    arguments.insert(arguments.begin(), "quantize");
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, code) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_THAT(outcome.out, IsEmpty());
  };
  write_text("text.st", "no pack");
  refused({"built-in"}, kUsage, "-o: is missing");
  refused({"built-in", "-o", "x.st", "--method", "int2"}, kUsage, "--method");
  refused({"built-in", "-o", "x.st", "--method", "palette", "--bits", "5"}, kUsage, "--bits");
  refused({"built-in", "-o", "x.st", "--max-der-increase", "-1"}, kUsage, "--max-der-increase");
  refused({"built-in", "-o", "x.st", "--keep", "nothing.like.it"}, kUsage,
          "'nothing.like.it' fits no weight tensor");
  refused({"missing.st", "-o", "x.st"}, kInput, "missing.st: no such file");
  refused({"text.st", "-o", "x.st"}, kModel, "text.st: ");
  refused({"built-in", "-o", "x.st", "--calibrate", "missing.wav"}, kInput, "missing.wav");
  refused({"built-in", "-o", "text.st/x.st"}, kOutput, "text.st");
  EXPECT_THAT(listing(), ElementsAre("text.st"));
}

TEST_F(QuantizeCommand, CorruptQuantizedPacksAreRefusedByName) {
  cut_sample("talk.wav", 6, 8);
  // Two seconds prove nothing, and need not.
  ASSERT_EQ(run({"quantize", "built-in", "-o", "small.st", "--method", "linear", "--calibrate",
                 "talk.wav", "--max-der-increase", "100", "--min-cosine", "0.9", "--min-agreement",
                 "0.9"})
                .exit_code,
            kSuccess);
  const std::string sound = read_text("small.st");
  write_text("cut.st", sound.substr(0, sound.size() / 2));
  std::string renamed = sound;
  const std::string scale = "\"embedding.seg_1.weight.scale\"";
  renamed.replace(renamed.find(scale), scale.size(), "\"embedding.seg_1.weight.scalX\"");
  write_text("renamed.st", renamed);
  const auto cut = run({"compare", "built-in", "cut.st"});
  EXPECT_EQ(cut.exit_code, kModel);
  EXPECT_THAT(cut.err, AllOf(HasSubstr("cut.st: tensor '"), HasSubstr("truncated")));
  for (const char* command : {"compare", "inspect"}) {
    std::vector<std::string> arguments = {command, "renamed.st"};
    if (std::string(command) == "compare") arguments.emplace_back("built-in");
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, kModel);
    EXPECT_THAT(outcome.err, HasSubstr("renamed.st: quantized tensor 'embedding.seg_1.weight' "
                                       "lacks its 'embedding.seg_1.weight.scale'"));
  }
}

TEST_F(QuantizeCommand, SensitivityListsEveryWeight) {
  cut_sample("talk.wav", 6, 8);
  const auto outcome = run(
      {"quantize", "built-in", "--sensitivity", "--method", "linear", "--calibrate", "talk.wav"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.out, AllOf(ContainsRegex("embedding.conv1.weight .*kept: "),
                                 ContainsRegex("segmentation.linear.1.weight .*quantized")));
  EXPECT_THAT(listing(), ElementsAre("talk.wav"));
  EXPECT_EQ(run({"quantize", "built-in", "--sensitivity"}).exit_code, kUsage);  // of which method?
}

}  // namespace
}  // namespace diarist::cli
