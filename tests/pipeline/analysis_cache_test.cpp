// A cached run is the run that it stands for, byte for byte; and nothing that is wrong with a
// cache comes between a recording and its turns.
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include "diarist/diarist.hpp"

#include "base/digest.hpp"
#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

namespace fs = std::filesystem;

constexpr int kRate = 16000;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_bytes(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string json_of(const Diarization& diarization) {
  std::ostringstream out;
  write(out, diarization, FileFormat::json);
  return out.str();
}

class AnalysisCacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const std::vector<float> samples =
        testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
    SF_INFO info{};
    info.samplerate = kRate;
    info.channels = 1;
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    SNDFILE* out = ::sf_open(recording_.c_str(), SFM_WRITE, &info);
    ASSERT_NE(out, nullptr);
    ::sf_write_float(out, samples.data() + std::ptrdiff_t{8} * kRate, sf_count_t{6} * kRate);
    ::sf_close(out);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Diarizer diarizer(int threads = 2) const {
    PerformanceOptions performance;
    performance.threads = threads;
    performance.cache = cache_;
    return Diarizer(Model::builtin(), performance);
  }

  std::vector<fs::path> entries() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(cache_)) found.push_back(entry.path());
    return found;
  }

  // One each: they run at the same time.
  const fs::path folder_ = fs::path(::testing::TempDir()) /
                           ::testing::UnitTest::GetInstance()->current_test_info()->name();
  const fs::path recording_ = folder_ / "talk.wav";
  const fs::path cache_ = folder_ / "kept" / "here";
};

TEST_F(AnalysisCacheTest, TheSecondRunIsTheFirst) {
  const std::string without = json_of(Diarizer().diarize(recording_));
  const Diarization first = diarizer().diarize(recording_);
  EXPECT_FALSE(first.statistics.cached);
  ASSERT_EQ(entries().size(), 1U);
  const Diarization second = diarizer(1).diarize(recording_);
  EXPECT_TRUE(second.statistics.cached);
  EXPECT_FALSE(second.turns.empty());
  EXPECT_EQ(json_of(first), without);
  EXPECT_EQ(json_of(second), without);
}

TEST_F(AnalysisCacheTest, WhatTheNetworksDoNotSeeMayChange) {
  diarizer().diarize(recording_);
  BehaviorOptions other;
  other.speakers = 1;
  other.relabel = false;
  other.min_turn_s = 1;
  other.merge_gap_s = 0;
  other.exclusive = true;
  const Diarization found = diarizer().diarize(recording_, other);
  EXPECT_TRUE(found.statistics.cached);
  EXPECT_EQ(json_of(found), json_of(Diarizer().diarize(recording_, other)));
  const fs::path copy = folder_ / "copy.dat";
  fs::copy(recording_, copy);
  EXPECT_TRUE(diarizer().diarize(copy).statistics.cached);
}

TEST_F(AnalysisCacheTest, WhatTheySeeMakesAnotherEntry) {
  diarizer().diarize(recording_);
  const auto is_cached = [&](const BehaviorOptions& behavior) {
    return diarizer().diarize(recording_, behavior).statistics.cached;
  };
  EXPECT_FALSE(is_cached({.step_s = 1}));
  EXPECT_FALSE(is_cached({.preset = Preset::exact}));
  EXPECT_FALSE(is_cached({.channel_mode = ChannelMode::each}));
  PerformanceOptions f32;
  f32.precision = Precision::f32;
  f32.cache = cache_;
  EXPECT_FALSE(Diarizer(Model::builtin(), f32).diarize(recording_).statistics.cached);
  EXPECT_TRUE(is_cached({.preset = Preset::exact}));
  std::string changed = bytes_of(recording_);
  changed.back() ^= 1;
  write_bytes(recording_, changed);
  EXPECT_FALSE(is_cached({}));
  EXPECT_EQ(entries().size(), 6U);
}

TEST_F(AnalysisCacheTest, SamplesInMemoryAreKeptToo) {
  const std::vector<float> samples = testing::read_samples(recording_);
  const Diarization first = diarizer().diarize(samples, kRate);
  const Diarization second = diarizer().diarize(samples, kRate);
  EXPECT_FALSE(first.statistics.cached);
  EXPECT_TRUE(second.statistics.cached);
  EXPECT_EQ(json_of(first), json_of(second));
  EXPECT_FALSE(diarizer().diarize(samples, 8000).statistics.cached);
}

TEST_F(AnalysisCacheTest, DamagedEntriesAreMadeAnew) {
  const std::string expected = json_of(diarizer().diarize(recording_));
  const fs::path entry = entries().at(0);
  const std::string sound = bytes_of(entry);
  std::vector<std::string> damaged{"", sound.substr(0, 10), sound.substr(0, sound.size() - 1),
                                   sound + "x"};
  for (const std::size_t at : {std::size_t{0}, sound.size() / 2, sound.size() - 1}) {
    damaged.push_back(sound);
    damaged.back()[at] ^= 4;
  }
  for (const std::string& bytes : damaged) {
    write_bytes(entry, bytes);
    const Diarization found = diarizer().diarize(recording_);
    EXPECT_FALSE(found.statistics.cached);
    EXPECT_EQ(json_of(found), expected);
    EXPECT_EQ(bytes_of(entry), sound);
  }
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(AnalysisCacheTest, AFolderThatCannotBeWrittenIsSaid) {
  write_bytes(folder_ / "kept", "a file where the folder would be");
  const Diarization found = diarizer().diarize(recording_);
  EXPECT_FALSE(found.turns.empty());
  EXPECT_THAT(found.notices, ElementsAre(HasSubstr("Not kept in the cache")));
  EXPECT_THAT(Diarizer().diarize(recording_).notices, IsEmpty());
}

TEST_F(AnalysisCacheTest, ABrokenRecordingIsNotKept) {
  write_bytes(recording_, bytes_of(recording_).substr(0, 3000));
  EXPECT_THROW(diarizer().diarize(recording_), Error);
  EXPECT_THROW(diarizer().diarize(folder_ / "missing.wav"), Error);
  EXPECT_FALSE(fs::exists(cache_));
}

TEST(Digest, NamesBytesHoweverTheyArrive) {
  const std::string text(5000, 'x');
  const auto digest = [&](std::size_t piece) {
    Digest digest;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      digest.add(std::as_bytes(std::span(text).subspan(at, std::min(piece, text.size() - at))));
    }
    return digest.hex();
  };
  EXPECT_EQ(digest(5000).size(), 32U);
  EXPECT_EQ(digest(5000), digest(7));
  // XXH3's own value for nothing: its specification's.
  EXPECT_EQ(Digest().hex(), "99aa06d3014798d86001c324468d497f");
  Digest one;
  one.add("ab");
  one.add("c");
  Digest other;
  other.add("a");
  other.add("bc");
  EXPECT_NE(one.hex(), other.hex());
}

}  // namespace
}  // namespace diarist
