// Every stage on the sample in the repository, against what the reference gives for it: what a
// fresh clone can check without the reference material.
#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/diarist.hpp"

#include "clustering/training_set.hpp"
#include "modeltools/npz.hpp"
#include "pipeline/reconstruction.hpp"
#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

class Sample : public ::testing::Test {
 protected:
  const std::filesystem::path file_ = testing::source_dir() / "samples" / "sample.wav";
  const std::map<std::string, modeltools::NpyArray> stages_ =
      modeltools::read_npz(testing::source_dir() / "tests" / "data" / "sample" / "stages.npz");
  const std::vector<float> samples_ = testing::read_samples(file_);

  LocalActivity expected_activity() const {
    LocalActivity activity;
    activity.windows = static_cast<int>(stages_.at("segmentation").shape.at(0));
    for (const std::int64_t value : stages_.at("segmentation").int64s()) {
      activity.active.push_back(static_cast<std::uint8_t>(value));
      activity.probability.push_back(static_cast<std::uint8_t>(255 * value));
    }
    return activity;
  }
};

std::string rttm_of(const Diarization& diarization) {
  std::ostringstream out;
  write(out, diarization, FileFormat::rttm);
  return out.str();
}

TEST_F(Sample, FeaturesAreTheReferences) {
  const dsp::Fbank fbank;
  dsp::Fbank::Workspace workspace(fbank);
  std::vector<float> features(
      static_cast<std::size_t>(fbank.frames(static_cast<std::int64_t>(samples_.size()))) * 80);
  fbank.compute(samples_, features.data(), workspace);
  const std::vector<float> expected = stages_.at("fbank").floats();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(features[i / 80 * 50 * 80 + i % 80], expected[i], 1e-3) << "frame " << i / 80 * 50;
  }
}

TEST_F(Sample, SegmenterHearsWhatTheReferenceHears) {
  const LocalActivity expected = expected_activity();
  const int frames = expected.windows * LocalActivity::kFrames;
  // In f32 a frame whose two best classes are equal to rounding; in integers, a tenth of a per
  // cent.
  for (const auto& [precision, allowed] :
       {std::pair{Precision::f32, 1}, {Precision::int8, frames / 1000}}) {
    PerformanceOptions performance;
    performance.precision = precision;
    const LocalActivity found = Segmenter(Model::builtin(), performance).segment(samples_);
    ASSERT_EQ(found.windows, expected.windows);
    int other = 0;
    for (int i = 0; i < frames; ++i) {
      const auto frame = expected.active.begin() + static_cast<std::ptrdiff_t>(3 * i);
      other += std::equal(frame, frame + 3, found.active.begin() + 3 * i) ? 0 : 1;
    }
    EXPECT_LE(other, allowed) << "of " << frames;
    RecordProperty("frames_that_differ", other);
  }
}

class SampleInEachPrecision : public Sample,
                              public ::testing::WithParamInterface<std::pair<Precision, double>> {};

INSTANTIATE_TEST_SUITE_P(Embeddings, SampleInEachPrecision,
                         ::testing::Values(std::pair{Precision::f32, 0.9999},
                                           std::pair{Precision::int8, 0.999}));

TEST_P(SampleInEachPrecision, EmbedderGivesTheReferencesEmbeddings) {
  PerformanceOptions performance;
  performance.precision = GetParam().first;
  const Embedder embedder(Model::builtin(), performance);
  const LocalActivity activity = expected_activity();
  const std::vector<float> expected = stages_.at("embeddings").floats();
  // Window 12 holds both people, speaking alone: masks as the pipeline makes them.
  const int window = 12;
  const std::span<const float> samples = std::span(samples_).subspan(window * 16000, 160000);
  int checked = 0;
  for (int s = 0; s < 3; ++s) {
    std::vector<float> mask(589);
    for (int t = 0; t < 589; ++t) {
      const std::uint8_t* frame =
          &activity.active[static_cast<std::size_t>((window * 589 + t) * 3)];
      mask[static_cast<std::size_t>(t)] =
          frame[s] != 0 && frame[0] + frame[1] + frame[2] == 1 ? 1.0F : 0.0F;
    }
    if (std::count(mask.begin(), mask.end(), 1.0F) <= 2) continue;
    const std::vector<float> found = embedder.embed(samples, mask, 589);
    ASSERT_EQ(found.size(), 256U);
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (std::size_t i = 0; i < 256; ++i) {
      const double a = static_cast<double>(found[i]);
      const double b =
          static_cast<double>(expected[static_cast<std::size_t>((window * 3 + s) * 256) + i]);
      ab += a * b;
      aa += a * a;
      bb += b * b;
    }
    EXPECT_GT(ab / std::sqrt(aa * bb), GetParam().second) << "speaker " << s;
    ++checked;
  }
  EXPECT_EQ(checked, 2);
}

TEST_F(Sample, ClusterNamesThemAsTheReferenceDoes) {
  const LocalActivity activity = expected_activity();
  const std::vector<float> embeddings = stages_.at("embeddings").floats();
  const Clustering found = cluster(Model::builtin(), activity, embeddings);
  const std::vector<std::int64_t> expected = stages_.at("clusters").int64s();
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(found.labels[i], expected[i]) << i / 3;

  const std::vector<std::uint8_t> counts = pipeline::speaker_counts(activity, 1.0);
  const std::vector<std::int64_t> expected_counts = stages_.at("count").int64s();
  EXPECT_TRUE(
      std::equal(counts.begin(), counts.end(), expected_counts.begin(), expected_counts.end()));
}

TEST_F(Sample, ExactGivesTheReferencesTurns) {
  const Diarization found = Diarizer().diarize(file_, {.preset = Preset::exact});
  const Annotation reference =
      read_rttm(testing::source_dir() / "tests" / "data" / "sample" / "exact.rttm").at(0);
  ASSERT_EQ(found.turns.size(), reference.segments.size());
  for (std::size_t i = 0; i < found.turns.size(); ++i) {
    EXPECT_NEAR(found.turns[i].start_s, reference.segments[i].start_s, 0.018);
    EXPECT_NEAR(found.turns[i].end_s, reference.segments[i].end_s, 0.018);
  }
  EXPECT_LT(score(reference, to_annotation(found)).der(), 0.002);
}

TEST_F(Sample, BytesDoNotDependOnThreadsOrBlocks) {
  for (const Preset preset : {Preset::exact, Preset::balanced}) {
    const std::span<const float> part = std::span(samples_).first(16 * 16000 + 77);
    const Diarization one =
        Diarizer(Model::builtin(), {.threads = 1}).diarize(part, 16000, {.preset = preset});
    const Diarization three =
        Diarizer(Model::builtin(), {.threads = 3}).diarize(part, 16000, {.preset = preset});
    EXPECT_FALSE(one.turns.empty());
    std::ostringstream a;
    std::ostringstream b;
    write(a, one, FileFormat::json);
    write(b, three, FileFormat::json);
    EXPECT_EQ(a.str(), b.str());
  }
  pipeline::Engine engine(Model::builtin(), {.threads = 2});
  const std::span<const float> part = std::span(samples_).first(12 * 16000);
  const pipeline::Analysis whole = testing::analyse(engine, Preset::balanced, part, part.size());
  const pipeline::Analysis pieces = testing::analyse(engine, Preset::balanced, part, 777);
  EXPECT_EQ(whole.embeddings, pieces.embeddings);
  EXPECT_EQ(whole.activity.probability, pieces.activity.probability);
}

TEST_F(Sample, VoicesAreThoseOfTheWholeRecordingToItsEnd) {
  const Model model = Model::builtin();
  pipeline::Engine engine(model, {.threads = 2});
  const pipeline::Analysis analysis = testing::analyse(engine, Preset::balanced, samples_, 4000);
  // Found in one piece, as if the trunk had run everywhere: all but what lies at the edges of its
  // runs is there.
  const std::int64_t frames =
      pipeline::known_trunk_frames(static_cast<std::int64_t>(analysis.counts.size()));
  const auto whole =
      pipeline::find_subsegments(pipeline::grid_end(0), frames, frames, analysis.counts, 0,
                                 [](std::int64_t /*frame*/) { return true; });
  const auto& found = analysis.voices.subsegments;
  ASSERT_EQ(analysis.voices.directions.size(), found.size() * 256);
  std::size_t missing = 0;
  for (const pipeline::Subsegment& piece : whole) {
    if (std::find(found.begin(), found.end(), piece) == found.end()) ++missing;
  }
  EXPECT_LE(missing, whole.size() / 20);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.back(), whole.back());
  EXPECT_GT(pipeline::centre_s(found.back()), 28);  // of 30 s: somebody speaks to the end
}

TEST_F(Sample, OneDiarizerServesManyThreads) {
  const Diarizer diarizer(Model::builtin(), {.threads = 2});
  const std::span<const float> part = std::span(samples_).first(12 * 16000);
  const std::string expected = rttm_of(diarizer.diarize(part, 16000));
  std::vector<std::string> found(3);
  std::vector<std::thread> callers;
  for (std::string& each : found) {
    callers.emplace_back([&] { each = rttm_of(diarizer.diarize(part, 16000)); });
  }
  for (std::thread& caller : callers) caller.join();
  for (const std::string& each : found) EXPECT_EQ(each, expected);
}

TEST_F(Sample, EveryInstructionSetFindsTheSameTurns) {
  const std::span<const float> part = std::span(samples_).subspan(6 * 16000, 5 * 16000);
  const Annotation best = to_annotation(Diarizer().diarize(part, 16000));
  ASSERT_FALSE(best.segments.empty());
  for (const InstructionSet isa : supported_instruction_sets()) {
    const Diarizer diarizer(Model::builtin(), {.isa = isa});
    EXPECT_EQ(diarizer.instruction_set(), isa);
    EXPECT_LT(score(best, to_annotation(diarizer.diarize(part, 16000))).der(), 0.01)
        << to_string(isa);
  }
}

}  // namespace
}  // namespace diarist
