// Bad input: each kind with its own message and exit code, and no output left.
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_codes.hpp"
#include "cli/program.hpp"
#include "testing/shared.hpp"

namespace diarist::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

class BadInput : public diarist::testing::ProgramTest {
 protected:
  // One line that names the file, nothing on standard output, and an output folder that was not
  // made.
  void expect_refused(const std::string& file, int exit_code, const std::string& message) {
    const auto outcome = run({file, "-o", "turns/", "-f", "rttm,json"});
    EXPECT_EQ(outcome.exit_code, exit_code);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(file), MatchesRegex("diarist: [^\n]+\n")));
    EXPECT_THAT(outcome.err, ::testing::ContainsRegex(message));
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_FALSE(fs::exists(path("turns")));
  }

  std::string cut_short(const std::string& name, double share) const {
    const std::string whole = read_text(name);
    return whole.substr(0, static_cast<std::size_t>(static_cast<double>(whole.size()) * share));
  }
};

TEST_F(BadInput, MissingFile) {
  expect_refused("missing.wav", kInput, "no such|not there|not exist");
}

TEST_F(BadInput, Folder) {
  fs::create_directory(path("folder.wav"));
  expect_refused("folder.wav", kInput, "folder");
}

TEST_F(BadInput, EmptyFile) {
  write_text("empty.wav", "");
  expect_refused("empty.wav", kAudio, "empty");
}

TEST_F(BadInput, TextNamedWav) {
  write_text("notes.wav", "Minutes of the meeting: everybody spoke, nobody listened.\n");
  expect_refused("notes.wav", kAudio, "");
}

TEST_F(BadInput, TruncatedWav) {
  cut_sample("whole.wav", 6, 10);
  write_text("cut.wav", cut_short("whole.wav", 0.6));
  expect_refused("cut.wav", kAudio, "ends|truncated|short");
}

TEST_F(BadInput, TruncatedFlac) {
  cut_sample("whole.flac", 6, 10);
  write_text("cut.flac", cut_short("whole.flac", 0.6));
  expect_refused("cut.flac", kAudio, "");
}

TEST_F(BadInput, SamplesThatAreNoNumbers) {
  std::vector<float> samples(32000, 0.0F);
  samples[20000] = std::numeric_limits<float>::quiet_NaN();
  write_wav("nan.wav", samples);
  expect_refused("nan.wav", kAudio, "finite|NaN");
}

TEST_F(BadInput, NoChannels) {
  write_noise("noise.wav", 1);
  std::string bytes = read_text("noise.wav");
  // The channel count of a WAV file: two bytes at offset 22.
  bytes[22] = 0;
  bytes[23] = 0;
  write_text("none.wav", bytes);
  expect_refused("none.wav", kAudio, "");
}

TEST_F(BadInput, ChannelThatIsNotThere) {
  write_noise("mono.wav", 1);
  const auto outcome = run({"mono.wav", "--channel", "2"});
  EXPECT_EQ(outcome.exit_code, kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("channel"));
}

TEST_F(BadInput, PackThatIsNotThereOrAFolder) {
  write_noise("a.wav", 1);
  fs::create_directory(path("folder"));
  for (const char* pack : {"missing.safetensors", "folder"}) {
    const auto outcome = run({"a.wav", "--model", pack, "-o", "turns/"});
    EXPECT_EQ(outcome.exit_code, kModel);
    EXPECT_THAT(outcome.err, HasSubstr(pack));
  }
  EXPECT_THAT(listing(), ElementsAre("a.wav", "folder"));
}

TEST_F(BadInput, PackThatIsCutShort) {
  write_noise("a.wav", 1);
  fs::copy_file(diarist::testing::source_dir() / "models/community.safetensors",
                path("whole.safetensors"));
  for (const double share : {0.0, 1e-6, 0.001, 0.5, 0.999}) {
    write_text("cut.safetensors", cut_short("whole.safetensors", share));
    const auto outcome = run({"a.wav", "--model", "cut.safetensors"});
    EXPECT_EQ(outcome.exit_code, kModel) << share;
    EXPECT_THAT(outcome.err, HasSubstr("cut.safetensors"));
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

TEST_F(BadInput, AnotherPackMayTakeItsPlace) {
  write_noise("a.wav", 1);
  fs::copy_file(diarist::testing::source_dir() / "models/community.safetensors",
                path("whole.safetensors"));
  write_text("cut.safetensors", cut_short("whole.safetensors", 0.5));
  const auto outcome = run({"a.wav", "--model", "cut.safetensors", "--fallback", "built-in"});
  EXPECT_EQ(outcome.exit_code, kSuccess);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("built-in"), HasSubstr("cut.safetensors")));
  EXPECT_EQ(run({"a.wav", "--model", "cut.safetensors", "--fallback", "cut.safetensors"}).exit_code,
            kModel);
  EXPECT_EQ(run({"a.wav", "--fallback", "built-in"}).exit_code, kUsage);
}

TEST_F(BadInput, PackWithAWrongShape) {
  write_noise("a.wav", 1);
  fs::copy_file(diarist::testing::source_dir() / "models/community.safetensors",
                path("other.safetensors"));
  std::string pack = read_text("other.safetensors");
  // Turned on its side: as many bytes as before, so that only the shape is wrong.
  const std::string right = "\"shape\":[7,128]";
  const std::size_t shape = pack.find(right);
  ASSERT_NE(shape, std::string::npos) << "the seven powerset classes are nowhere to be found";
  pack.replace(shape, right.size(), "\"shape\":[128,7]");
  write_text("other.safetensors", pack);
  const auto outcome = run({"a.wav", "--model", "other.safetensors"});
  EXPECT_EQ(outcome.exit_code, kModel);
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("other.safetensors"), HasSubstr("segmentation.classifier.weight")));
}

}  // namespace
}  // namespace diarist::cli
