// What a folder of cut files holds, what is refused, and what is left where something goes wrong.
#include "diarist/split.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sndfile.h>

#include "diarist/error.hpp"

#include "audio/recordings.hpp"
#include "base/peak_memory.hpp"
#include "formats/separated.hpp"

namespace diarist {
namespace {

namespace fs = std::filesystem;
using audio::testing::error_of;
using audio::testing::load;
using audio::testing::save;
using audio::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kRateHz = 8000;

Diarization turns_of(const std::vector<std::string>& names, std::vector<Turn> turns) {
  Diarization diarization;
  diarization.recording = "talk";
  for (const std::string& name : names) diarization.speakers.push_back({name, 0, {}, 1});
  diarization.turns = std::move(turns);
  return diarization;
}

class SplitTest : public ::testing::Test {
 protected:
  SplitTest() { write_talk("talk.wav", 10); }

  void write_talk(const std::string& name, double seconds, int channels = 1,
                  int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16) const {
    std::vector<float> samples(static_cast<std::size_t>(seconds * kRateHz) *
                               static_cast<std::size_t>(channels));
    std::mt19937 random(1);
    for (float& sample : samples) sample = static_cast<float>(random() % 2001) / 1000.0F - 1;
    ASSERT_TRUE(audio::testing::write(folder / name, samples, kRateHz, channels, format));
  }

  std::vector<std::string> listing(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder / name)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Error refusal(const Diarization& turns, const SplitOptions& options = {},
                const std::string& recording = "talk.wav") const {
    const Error error =
        error_of([&] { split(folder / recording, turns, folder / "cut", options); });
    EXPECT_FALSE(fs::exists(folder / "cut"));
    return error;
  }

  TemporaryFolder folder;
  Diarization turns =
      turns_of({"Ann", "Bob"}, {{0.5, 2, 0, 0.9F, 1}, {1.5, 3, 1, 0.8F, 1}, {4, 5.25, 0, 0.7F, 1}});
};

TEST_F(SplitTest, FilesBySpeaker) {
  const SplitResult result = split(folder / "talk.wav", turns, folder / "cut");
  EXPECT_THAT(listing("cut"),
              ElementsAre("manifest.csv", "manifest.json", "talk-Ann.wav", "talk-Bob.wav"));
  ASSERT_EQ(result.files.size(), 2U);
  EXPECT_EQ(result.files[0].speaker, "Ann");
  EXPECT_EQ(result.files[0].samples, kRateHz * 11 / 4);
  EXPECT_THAT(result.notices, IsEmpty());
}

TEST_F(SplitTest, FilesByTurn) {
  SplitOptions options;
  options.by = SplitBy::turn;
  split(folder / "talk.wav", turns, folder / "cut", options);
  EXPECT_THAT(listing("cut"), ElementsAre("manifest.csv", "manifest.json", "talk-001-Ann.wav",
                                          "talk-002-Bob.wav", "talk-003-Ann.wav"));
}

TEST_F(SplitTest, ManifestsSayTheSame) {
  const std::string hostile = "<b>\"Ann\", O'Neil</b> \u202Eשרון 👩‍🚀/..";
  turns.speakers[0].name = hostile;
  turns.turns[1].confidence = std::numeric_limits<float>::quiet_NaN();
  SplitOptions options;
  options.padding_s = 0.25;
  options.gap_s = 0.5;
  const SplitResult result = split(folder / "talk.wav", turns, folder / "cut", options);

  const auto json = nlohmann::json::parse(load(folder / "cut/manifest.json"));
  EXPECT_EQ(json["schema"], "diarist.split");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["source"], "talk.wav");
  EXPECT_EQ(json["sample_rate"], kRateHz);
  EXPECT_EQ(json["coding"], "pcm_16");
  EXPECT_EQ(json["padding"], 0.25);
  EXPECT_EQ(json["gap"], 0.5);
  ASSERT_EQ(json["files"].size(), result.files.size());

  const std::string csv = load(folder / "cut/manifest.csv");
  formats::SeparatedReader rows(csv, "manifest.csv", ',');
  ASSERT_TRUE(rows.next());
  EXPECT_THAT(rows.cells(), ElementsAre("file", "speaker", "channel", "start_s", "end_s",
                                        "duration_s", "padding_before_s", "padding_after_s",
                                        "first_sample", "samples", "sample_in_file", "confidence"));
  for (std::size_t f = 0; f < result.files.size(); ++f) {
    const SplitFile& file = result.files[f];
    EXPECT_TRUE(fs::is_regular_file(folder / ("cut/" + file.name))) << file.name;
    const auto& told = json["files"][f];
    EXPECT_EQ(told["file"], file.name);
    EXPECT_EQ(told["speaker"], turns.speakers[f].name);
    EXPECT_TRUE(told["channel"].is_null());
    ASSERT_EQ(told["pieces"].size(), file.pieces.size());
    for (std::size_t p = 0; p < file.pieces.size(); ++p) {
      const SplitPiece& piece = file.pieces[p];
      const auto& one = told["pieces"][p];
      EXPECT_EQ(one["first_sample"], piece.first_sample);
      EXPECT_EQ(one["samples"], piece.samples);
      EXPECT_EQ(one["sample_in_file"], piece.sample_in_file);
      EXPECT_NEAR(one["start"].get<double>(), piece.start_s, 1e-6);
      EXPECT_NEAR(one["padding_before"].get<double>(), 0.25, 1e-6);
      ASSERT_TRUE(rows.next());
      EXPECT_EQ(rows.cells()[0], file.name);
      EXPECT_EQ(rows.cells()[1], turns.speakers[f].name);
      EXPECT_EQ(rows.cells()[8], std::to_string(piece.first_sample));
      EXPECT_EQ(rows.cells()[9], std::to_string(piece.samples));
      EXPECT_NEAR(std::stod(rows.cells()[4]), piece.end_s, 1e-6);
      EXPECT_EQ(rows.cells()[11], f == 1 ? "" : p == 0 ? "0.9000" : "0.7000");
      EXPECT_EQ(one["confidence"].is_null(), f == 1);
    }
  }
  EXPECT_FALSE(rows.next());
}

TEST_F(SplitTest, NobodySpeaks) {
  const SplitResult result = split(folder / "talk.wav", turns_of({}, {}), folder / "cut");
  EXPECT_THAT(result.notices, ElementsAre("Nobody speaks: there is nothing to cut"));
  EXPECT_THAT(listing("cut"), ElementsAre("manifest.csv", "manifest.json"));
  EXPECT_EQ(nlohmann::json::parse(load(folder / "cut/manifest.json"))["notices"].size(), 1U);
  SplitOptions options;
  options.min_duration_s = 60;
  EXPECT_THAT(split(folder / "talk.wav", turns, folder / "cut", options).notices,
              ElementsAre("No turn is left to be cut"));
}

TEST_F(SplitTest, TurnsThatPassTheEnd) {
  turns.turns.push_back({9, 10.05, 1, 1, 1});
  EXPECT_THAT(split(folder / "talk.wav", turns, folder / "cut").notices, IsEmpty());
  turns.turns.push_back({9.5, 12, 1, 1, 1});
  const SplitResult result = split(folder / "talk.wav", turns, folder / "cut");
  EXPECT_THAT(result.notices, ElementsAre(HasSubstr("1 turn ends after the recording does")));
  EXPECT_EQ(result.files[1].pieces.back().end_s, 10);
}

TEST_F(SplitTest, RefusesTurnsOfAnotherRecording) {
  turns.turns.push_back({12, 13, 1, 1, 1});
  SplitOptions options;
  options.turns_name = "other.rttm";
  const Error beyond = refusal(turns, options);
  EXPECT_EQ(beyond.code(), ErrorCode::invalid_argument);
  EXPECT_EQ(beyond.subject(), "other.rttm");
  EXPECT_THAT(beyond.what(), HasSubstr("turn of 'Bob' at 12.000 s begins after the end of"));
  turns.turns.back() = {1, 2, 1, 1, 2};
  EXPECT_THAT(refusal(turns).what(), HasSubstr("turn of 'Bob' at 1.000 s is on channel 2"));
  options.channels = SplitChannels::all;
  EXPECT_NO_THROW(split(folder / "talk.wav", turns, folder / "all", options));
  turns.turns.back() = {1, 2, 7, 1, 1};
  EXPECT_THAT(refusal(turns).what(), HasSubstr("a turn of nobody: speaker 7 of 2"));
  turns.turns.back() = {2, std::nan(""), 1, 1, 1};
  EXPECT_THAT(refusal(turns).what(), HasSubstr("is no stretch"));
}

TEST_F(SplitTest, RefusesOptionsOutOfRange) {
  const auto with = [this](auto change) {
    SplitOptions options;
    change(options);
    const Error error = refusal(turns, options);
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return std::string(error.what());
  };
  EXPECT_THAT(with([](SplitOptions& o) { o.padding_s = -1; }), HasSubstr("padding"));
  EXPECT_THAT(with([](SplitOptions& o) { o.padding_s = INFINITY; }), HasSubstr("padding"));
  EXPECT_THAT(with([](SplitOptions& o) { o.min_duration_s = NAN; }), HasSubstr("min_duration"));
  EXPECT_THAT(with([](SplitOptions& o) { o.gap_s = 1e300; }), HasSubstr("gap"));
  EXPECT_THAT(with([](SplitOptions& o) { o.bits = 12; }), HasSubstr("16 or 24, not 12"));
  EXPECT_THAT(with([](SplitOptions& o) {
                o.gap_s = 1;
                o.by = SplitBy::turn;
              }),
              HasSubstr("gap"));
  EXPECT_THAT(with([](SplitOptions& o) { o.name_template = "{who}"; }), HasSubstr("{who}"));
}

TEST_F(SplitTest, RefusesTwoFilesOfOneName) {
  SplitOptions options;
  options.name_template = "{recording}";
  EXPECT_THAT(refusal(turns, options).what(),
              HasSubstr("would hold both 'Ann' at 0.500 s and 'Bob' at 1.500 s; add {index}"));
  turns.speakers[0].name = "a/b";
  turns.speakers[1].name = "A_b";
  EXPECT_THAT(refusal(turns).what(), HasSubstr("would hold both 'a/b' at"));
}

TEST_F(SplitTest, RefusesToReplaceTheRecording) {
  SplitOptions options;
  options.name_template = "{recording}";
  const std::string before = load(folder / "talk.wav");
  const Error error = error_of([&] {
    split(folder / "talk.wav", turns_of({"A"}, {{0, 1, 0, 1, 1}}), folder / ".", options);
  });
  EXPECT_THAT(error.what(), HasSubstr("would replace the recording itself"));
  EXPECT_EQ(load(folder / "talk.wav"), before);
  EXPECT_THAT(listing("."), ElementsAre("talk.wav"));
}

TEST_F(SplitTest, RefusesWhatCannotBeReadTwice) {
  EXPECT_THAT(error_of([&] { split("-", turns, folder / "cut"); }).what(),
              HasSubstr("standard input: cannot be read more than once"));
  ASSERT_EQ(::mkfifo((folder / "pipe.wav").c_str(), 0600), 0);
  EXPECT_THAT(refusal(turns, {}, "pipe.wav").what(), HasSubstr("cannot be read more than once"));
}

TEST_F(SplitTest, AFolderThatIsThereKeepsItsOtherFiles) {
  fs::create_directory(folder / "cut");
  save(folder / "cut/notes.txt", "notes");
  save(folder / "cut/talk-Ann.wav", "an earlier one");
  split(folder / "talk.wav", turns, folder / "cut/");
  EXPECT_THAT(listing("cut"), ElementsAre("manifest.csv", "manifest.json", "notes.txt",
                                          "talk-Ann.wav", "talk-Bob.wav"));
  EXPECT_EQ(load(folder / "cut/talk-Ann.wav").substr(0, 4), "RIFF");
  fs::remove(folder / "cut/talk-Ann.wav");
  fs::create_directory(folder / "cut/talk-Ann.wav");
  const std::string manifest = load(folder / "cut/manifest.json");
  EXPECT_THAT(error_of([&] { split(folder / "talk.wav", turns, folder / "cut"); }).what(),
              HasSubstr("no file that could be replaced"));
  EXPECT_EQ(load(folder / "cut/manifest.json"), manifest);
}

TEST_F(SplitTest, AFolderThatCannotBeMade) {
  const Error error = error_of([&] { split(folder / "talk.wav", turns, folder / "talk.wav/cut"); });
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_EQ(error.subject(), (folder / "talk.wav/cut").string());
  EXPECT_EQ(error_of([&] { split(folder / "talk.wav", turns, folder / "talk.wav"); }).code(),
            ErrorCode::io);
  EXPECT_THAT(listing("."), ElementsAre("talk.wav"));
}

TEST_F(SplitTest, DamageLeavesNothing) {
  // Ten seconds of FLAC, whose end is missing: found out where the last turn is cut.
  write_talk("talk.flac", 10, 1, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  const std::string whole = load(folder / "talk.flac");
  save(folder / "talk.flac", whole.substr(0, whole.size() * 7 / 10));
  turns.turns.push_back({9, 9.5, 1, 1, 1});
  for (const char* place : {"new", "deep/er", "there"}) {
    if (place == std::string("there")) {
      fs::create_directory(folder / "there");
      save(folder / "there/talk-Ann.flac", "an earlier one");
    }
    const Error error = error_of([&] { split(folder / "talk.flac", turns, folder / place); });
    EXPECT_EQ(error.code(), ErrorCode::corrupt_audio);
  }
  EXPECT_THAT(listing("."), ElementsAre("talk.flac", "talk.wav", "there"));
  EXPECT_THAT(listing("there"), ElementsAre("talk-Ann.flac"));
  EXPECT_EQ(load(folder / "there/talk-Ann.flac"), "an earlier one");
}

TEST_F(SplitTest, CancelledLeavesNothing) {
  SplitHooks hooks;
  fs::path staging;
  hooks.staging = [&](const fs::path& place) {
    staging = place;
    EXPECT_TRUE(fs::is_directory(place));
    hooks.cancellation.cancel();
  };
  const Error error =
      error_of([&] { split(folder / "talk.wav", turns, folder / "a/b/cut", {}, hooks); });
  EXPECT_EQ(error.code(), ErrorCode::cancelled);
  EXPECT_FALSE(fs::exists(staging));
  EXPECT_THAT(listing("."), ElementsAre("talk.wav"));
}

TEST_F(SplitTest, AFullDiskLeavesNothing) {
  // A limit on the size of files stands in for the disk.
  write_talk("long.wav", 60);
  turns.turns = {{0, 60, 0, 1, 1}, {1, 2, 1, 1, 1}};
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 100000;
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Error error = error_of([&] { split(folder / "long.wav", turns, folder / "cut"); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_EQ(error.subject(), (folder / "cut/long-Ann.wav").string());
  EXPECT_THAT(error.what(), HasSubstr("File too large"));
  EXPECT_THAT(listing("."), ElementsAre("long.wav", "talk.wav"));
}

TEST_F(SplitTest, ManyFilesOneAfterTheOther) {
  // More than may be open at once.
  turns.turns.clear();
  for (int i = 0; i < 1500; ++i) turns.turns.push_back({i * 0.006, i * 0.006 + 0.004, i % 2, 1, 1});
  SplitOptions options;
  options.by = SplitBy::turn;
  const SplitResult result = split(folder / "talk.wav", turns, folder / "cut", options);
  EXPECT_EQ(result.files.size(), 1500U);
  EXPECT_EQ(listing("cut").size(), 1502U);
  EXPECT_EQ(result.files[1499].name, "talk-1500-Bob.wav");
}

TEST_F(SplitTest, MemoryDoesNotGrowWithTheRecording) {
  write_talk("short.wav", 60);
  write_talk("long.wav", 3600);
  turns.turns = {{0, 60, 0, 1, 1}, {30, 59, 1, 1, 1}};
  split(folder / "short.wav", turns, folder / "short");
  const auto before = peak_memory_bytes();
  turns.turns = {{0, 3600, 0, 1, 1}, {30, 3500, 1, 1, 1}};
  split(folder / "long.wav", turns, folder / "long");
  // The file has 58 MB.
  EXPECT_LT(peak_memory_bytes() - before, 4 << 20);
}

TEST_F(SplitTest, CheckedWithoutTurns) {
  EXPECT_NO_THROW(check_split(folder / "talk.wav"));
  EXPECT_EQ(error_of([&] { check_split(folder / "none.wav"); }).code(), ErrorCode::not_found);
  save(folder / "text.wav", "no audio");
  EXPECT_THROW(check_split(folder / "text.wav"), Error);
  SplitOptions options;
  options.format = SplitFormat::flac;
  write_talk("float.wav", 1, 1, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  EXPECT_THAT(error_of([&] { check_split(folder / "float.wav", options); }).what(),
              HasSubstr("FLAC cannot hold"));
}

}  // namespace
}  // namespace diarist
