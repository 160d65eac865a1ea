// However a recording is divided, its parts join to what one pass over all of it finds, bit for
// bit; and what does not belong together is not joined.
#include "pipeline/recording_part.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include "diarist/diarist.hpp"

#include "pipeline/part_range.hpp"
#include "pipeline/recording.hpp"

namespace diarist {
namespace {

namespace fs = std::filesystem;

using pipeline::Analysis;
using pipeline::RecordingPart;
using ::testing::HasSubstr;

constexpr int kRate = 16000;

constexpr pipeline::PartShape kShape{.speakers = 3, .dimensions = 256};

/// Where a recording is divided: from 0, in units of ten minutes, to its end.
using Cuts = std::vector<std::int64_t>;

/// Silence until `from_s`, then the sample over and over, each time from another place and at
/// another loudness, with pauses.
std::vector<float> talk(double duration_s, double from_s = 0) {
  const std::vector<float> sample =
      testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
  const auto size = static_cast<std::size_t>(duration_s * kRate);
  std::vector<float> samples;
  samples.reserve(size + sample.size());
  samples.resize(static_cast<std::size_t>(from_s * kRate), 0.0F);
  for (std::size_t round = 0; samples.size() < size; ++round) {
    const float gain = 0.5F + 0.07F * static_cast<float>(round % 9);
    const std::size_t first = round * 7919 * 13 % (sample.size() / 2);
    for (std::size_t i = first; i < sample.size(); ++i) samples.push_back(gain * sample[i]);
    samples.insert(samples.end(), round % 3 * kRate, 0.0F);
  }
  samples.resize(size);
  return samples;
}

std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>> parts_of(const Cuts& cuts) {
  std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>> parts;
  std::int64_t first = 0;
  for (const std::int64_t cut : cuts) {
    parts.emplace_back(first, cut);
    first = cut;
  }
  parts.emplace_back(first, std::nullopt);
  return parts;
}

Analysis part_analysis(pipeline::Engine& engine, const pipeline::PresetParameters& preset,
                       std::span<const float> samples, const pipeline::PartRange& range) {
  pipeline::AnalysisStream stream(engine, preset, {}, range);
  const auto size = static_cast<std::size_t>(
      std::min<std::int64_t>(static_cast<std::int64_t>(samples.size()), range.samples));
  for (std::size_t at = 0; at < size; at += kRate) {
    stream.push(samples.subspan(at, std::min<std::size_t>(kRate, size - at)));
  }
  return stream.finish();
}

Analysis joined(pipeline::Engine& engine, const pipeline::PresetParameters& preset,
                std::span<const float> samples, const Cuts& cuts) {
  std::vector<RecordingPart> parts;
  for (const auto& [first, end] : parts_of(cuts)) {
    RecordingPart part;
    part.first = first;
    part.end = end;
    part.analysed.streams.push_back(
        {1, part_analysis(engine, preset, samples, pipeline::part_range(first, end, preset))});
    parts.push_back(pipeline::parse_part(pipeline::part_document(part), kShape));
  }
  std::ranges::reverse(parts);
  return pipeline::join_parts(std::move(parts), "", preset).streams.at(0).analysis;
}

void expect_same(const Analysis& found, const Analysis& expected, const std::string& what) {
  EXPECT_EQ(found.activity.windows, expected.activity.windows) << what;
  EXPECT_TRUE(found.activity.active == expected.activity.active) << what;
  EXPECT_TRUE(found.activity.probability == expected.activity.probability) << what;
  EXPECT_TRUE(found.embeddings == expected.embeddings) << what;
  EXPECT_EQ(found.voices.subsegments.size(), expected.voices.subsegments.size()) << what;
  EXPECT_TRUE(found.voices.subsegments == expected.voices.subsegments) << what;
  EXPECT_TRUE(found.voices.directions == expected.voices.directions) << what;
  EXPECT_EQ(found.trunk.done, expected.trunk.done) << what;
  EXPECT_EQ(found.trunk.of, expected.trunk.of) << what;
}

struct Case {
  const char* name;
  BehaviorOptions behavior;
  double duration_s;
  double from_s;  ///< Silence until then.
  std::vector<Cuts> divided;
};

class RecordingPartOf : public ::testing::TestWithParam<Case> {};

TEST_P(RecordingPartOf, JoinsToTheWhole) {
  const Case& given = GetParam();
  const pipeline::PresetParameters preset = pipeline::parameters(given.behavior);
  const Model model = Model::builtin();
  pipeline::Engine engine(model, {.threads = 2});
  const std::vector<float> samples = talk(given.duration_s, given.from_s);
  const Analysis whole = testing::analyse(engine, preset, samples);
  ASSERT_GT(whole.activity.windows, 0);
  for (const Cuts& cuts : given.divided) {
    const Analysis found = joined(engine, preset, samples, cuts);
    const std::string what = std::to_string(cuts.size() + 1) + " parts";
    expect_same(found, whole, what);
    if (preset.voices) {
      EXPECT_TRUE(found.counts == whole.counts) << what;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Presets, RecordingPartOf,
    ::testing::Values(Case{"balanced", {}, 640, 540, {{1}}},
                      Case{"fast", {.preset = Preset::fast}, 1215, 540, {{1, 2}, {2}}},
                      Case{"odd_step", {.step_s = 3.37}, 640.3, 540, {{1}}},
                      Case{"far_apart", {.step_s = 10}, 640, 500, {{1}}},
                      Case{"exact", {.preset = Preset::exact, .step_s = 10}, 640, 560, {{1}}},
                      Case{"close_together", {.step_s = 0.5}, 620, 580, {{1}}},
                      // The end just around a cut, soon behind it, and long before one.
                      Case{"end_before", {.step_s = 5}, 599.9, 560, {{1}}},
                      Case{"end_at", {.step_s = 5}, 600, 560, {{1}}},
                      Case{"end_behind", {.step_s = 5}, 600.05, 560, {{1}}},
                      Case{"end_soon_behind", {.step_s = 5}, 604, 560, {{1}, {1, 2, 3}}},
                      Case{"short", {.step_s = 2}, 30, 0, {{}, {1}, {1, 4}}}),
    [](const auto& info) { return std::string(info.param.name); });

std::string json_of(const Diarization& diarization) {
  std::ostringstream out;
  write(out, diarization, FileFormat::json);
  return out.str();
}

class RecordingPartTest : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  /// Two channels of one second apart.
  fs::path save(const std::vector<float>& samples, const char* name) const {
    fs::path file = folder_ / name;
    SF_INFO info{};
    info.samplerate = kRate;
    info.channels = 2;
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    std::vector<float> both(samples.size() * 2);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      both[2 * i] = samples[i];
      both[2 * i + 1] = i < kRate ? 0.0F : samples[i - kRate];
    }
    SNDFILE* out = ::sf_open(file.c_str(), SFM_WRITE, &info);
    EXPECT_NE(out, nullptr);
    ::sf_writef_float(out, both.data(), static_cast<sf_count_t>(samples.size()));
    ::sf_close(out);
    return file;
  }

  template <class Call>
  static Error refusal(const Call& call) {
    try {
      call();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "was taken";
    return {ErrorCode::internal, "", ""};
  }

  const fs::path folder_ = fs::path(::testing::TempDir()) /
                           ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(RecordingPartTest, TurnsOfTwoChannelsAreThoseOfOneRun) {
  const fs::path file = save(talk(640, 540), "meeting.wav");
  const BehaviorOptions behavior{.step_s = 4, .channel_mode = ChannelMode::each, .most_voices = 40};
  const Diarizer one(Model::builtin(), {.threads = 1});
  const Diarizer two(Model::builtin(), {.threads = 2});
  const std::string last = two.analyse(file, 600, std::nullopt, behavior);
  const std::string first = one.analyse(file, 0, 600, behavior);
  const std::vector<std::string_view> parts{last, first};
  const Diarization whole = two.diarize(file, behavior);
  const Diarization found = one.join(parts, behavior);
  EXPECT_FALSE(whole.turns.empty());
  EXPECT_EQ(json_of(found), json_of(whole));
  EXPECT_EQ(found.recording, "meeting");
  EXPECT_EQ(found.duration_s, 640);
  EXPECT_EQ(found.statistics.trunk_skipped, whole.statistics.trunk_skipped);
  ASSERT_EQ(found.voices.size(), whole.voices.size());
  for (std::size_t i = 0; i < found.voices.size(); ++i) {
    EXPECT_EQ(found.voices[i].direction, whole.voices[i].direction);
  }
  // What the networks do not see may be another one in joining.
  BehaviorOptions bounded = behavior;
  bounded.max_speakers = 1;
  EXPECT_EQ(json_of(one.join(parts, bounded)), json_of(two.diarize(file, bounded)));
}

TEST_F(RecordingPartTest, WhatDoesNotBelongTogetherIsRefused) {
  const fs::path file = save(talk(12), "short.wav");
  const fs::path other = save(talk(13), "other.wav");
  const BehaviorOptions behavior{.step_s = 10};
  const Diarizer diarizer(Model::builtin(), {.threads = 1});
  const std::string first = diarizer.analyse(file, 0, 600, behavior);
  const std::string second = diarizer.analyse(file, 600, 1200, behavior);
  const std::string last = diarizer.analyse(file, 1200, std::nullopt, behavior);
  const auto join = [&](const std::vector<std::string>& parts, const BehaviorOptions& with) {
    return diarizer.join(std::vector<std::string_view>(parts.begin(), parts.end()), with);
  };
  EXPECT_EQ(json_of(join({last, first, second}, behavior)),
            json_of(diarizer.diarize(file, behavior)));
  const auto refused = [&](const std::vector<std::string>& parts) {
    const Error error = refusal([&] { join(parts, behavior); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return std::string(error.what());
  };
  EXPECT_THAT(refused({}), HasSubstr("are none"));
  EXPECT_THAT(refused({first, last}), HasSubstr("from 600 s to 1200 s"));
  EXPECT_THAT(refused({second, last}), HasSubstr("from 0 s to 600 s"));
  EXPECT_THAT(refused({first, second}), HasSubstr("from 1200 s to the recording's end"));
  EXPECT_THAT(refused({first, second, second, last}), HasSubstr("more than once"));
  EXPECT_THAT(refused({first, second, last, last}), HasSubstr("more than once"));
  EXPECT_THAT(refused({diarizer.analyse(other, 0, 600, behavior), second, last}),
              HasSubstr("different recordings"));
  EXPECT_THAT(refused({first, second, diarizer.analyse(file, 1200, std::nullopt, {.step_s = 9})}),
              HasSubstr("other options"));
  EXPECT_EQ(refusal([&] {
              join({first, second, last}, {.step_s = 9});
            }).code(),
            ErrorCode::invalid_argument);

  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, first.size() - 1}) {
    EXPECT_EQ(refusal([&] {
                join({first.substr(0, size), second, last}, behavior);
              }).code(),
              ErrorCode::malformed);
  }
  std::string changed = first;
  changed[changed.size() / 2] ^= 1;
  EXPECT_EQ(refusal([&] { join({changed, second, last}, behavior); }).code(), ErrorCode::malformed);
}

// The digest at a part's end keeps nobody from making one.
TEST_F(RecordingPartTest, WhateverAPartSaysCanBeJoinedOrIsRefused) {
  RecordingPart sound;
  sound.analysed.duration_s = 20;
  Analysis& analysis = sound.analysed.streams.emplace_back().analysis;
  analysis.activity.windows = 2;
  analysis.activity.speakers = kShape.speakers;
  analysis.activity.active.assign(std::size_t{2} * 589 * 3, 1);
  analysis.activity.probability.assign(std::size_t{2} * 589 * 3, 255);
  analysis.embeddings.assign(std::size_t{2} * 3 * 256, 1);
  analysis.voices.dimensions = kShape.dimensions;
  analysis.voices.subsegments = {{0, 12}};
  analysis.voices.directions.assign(256, 0);
  pipeline::parse_part(pipeline::part_document(sound), kShape);

  using Change = void (*)(RecordingPart&, Analysis&);
  const Change changes[] = {
      [](RecordingPart& part, Analysis&) { part.first = -1; },
      [](RecordingPart& part, Analysis&) { part.first = std::int64_t{1} << 60; },
      [](RecordingPart& part, Analysis&) { part.end = 0; },
      [](RecordingPart& part, Analysis&) { part.analysed.duration_s = std::nan(""); },
      [](RecordingPart& part, Analysis&) { part.analysed.streams.clear(); },
      [](RecordingPart&, Analysis& found) { found.activity.windows = -1; },
      [](RecordingPart&, Analysis& found) { found.activity.windows = 1 << 30; },
      [](RecordingPart&, Analysis& found) { found.activity.speakers = 1; },
      [](RecordingPart&, Analysis& found) { found.activity.active[7] = 2; },
      [](RecordingPart&, Analysis& found) { found.activity.probability.pop_back(); },
      [](RecordingPart&, Analysis& found) { found.embeddings[9] = std::nanf(""); },
      [](RecordingPart&, Analysis& found) { found.voices.dimensions = 0; },
      [](RecordingPart&, Analysis& found) { found.voices.directions.clear(); },
      [](RecordingPart&, Analysis& found) { found.voices.subsegments[0].end = 0; },
      [](RecordingPart&, Analysis& found) {
        found.voices.subsegments[0] = {-5, 12};
      },
      [](RecordingPart&, Analysis& found) {
        found.voices.subsegments[0].end = std::int64_t{1} << 60;
      },
      [](RecordingPart&, Analysis& found) { found.trunk.of = std::nan(""); }};
  for (std::size_t i = 0; i < std::size(changes); ++i) {
    RecordingPart forged = sound;
    changes[i](forged, forged.analysed.streams[0].analysis);
    const std::string document = pipeline::part_document(forged);
    EXPECT_EQ(refusal([&] { pipeline::parse_part(document, kShape); }).code(), ErrorCode::malformed)
        << i;
  }
}

TEST_F(RecordingPartTest, ARecordingIsDividedAtWholeUnitsOfAFile) {
  const fs::path file = save(talk(11), "short.wav");
  const Diarizer diarizer(Model::builtin(), {.threads = 1});
  const double infinity = std::numeric_limits<double>::infinity();
  for (const auto& [start_s, end_s] : std::vector<std::pair<double, double>>{{1, 600},
                                                                             {-600, 600},
                                                                             {infinity, infinity},
                                                                             {0, 0},
                                                                             {600, 600},
                                                                             {0, 601},
                                                                             {0, 1e300},
                                                                             {0, 6e9}}) {
    EXPECT_EQ(refusal([&] { diarizer.analyse(file, start_s, end_s); }).code(),
              ErrorCode::invalid_argument)
        << start_s << " to " << end_s;
  }
  EXPECT_EQ(refusal([&] { diarizer.analyse(folder_ / "none.wav", 0, 600); }).code(),
            ErrorCode::not_found);
  EXPECT_EQ(refusal([&] { diarizer.analyse("/dev/null", 0, 600); }).code(),
            ErrorCode::invalid_argument);
  EXPECT_FALSE(diarizer.analyse(file, 5.99994e7, 6e7).empty()) << "nothing is there, but it may be";
  EXPECT_EQ(duration_s(file), 11);
  CancellationToken cancelled;
  cancelled.cancel();
  EXPECT_EQ(refusal([&] {
              diarizer.analyse(file, 0, std::nullopt, {},
                               {.progress = {}, .cancellation = cancelled});
            }).code(),
            ErrorCode::cancelled);
}

}  // namespace
}  // namespace diarist
