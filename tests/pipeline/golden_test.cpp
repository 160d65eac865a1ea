// The preset `exact` against pyannote.audio 4 community-1 on four clips, from samples to turns,
// with the weights in 32 bits and with the pack that we ship.
#include "clustering/golden.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/clustering.hpp"
#include "diarist/formats.hpp"
#include "diarist/import.hpp"
#include "diarist/scoring.hpp"

#include "clustering/ahc.hpp"
#include "clustering/plda.hpp"
#include "clustering/training_set.hpp"
#include "pipeline/reconstruction.hpp"
#include "pipeline/recording.hpp"
#include "pipeline/turns.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

using testing::Golden;

enum class Weights { f32, shipped };

Model model_of(Weights weights) {
  if (weights == Weights::shipped) return Model::builtin();
  const std::filesystem::path from = testing::shared_dir() / "weights";
  const ImportedPack pack = import_checkpoints(
      {from / "segmentation-3.0.safetensors", from / "wespeaker-voxceleb-resnet34-LM.safetensors",
       from / "xvec_transform.npz", from / "plda.npz"},
      {WeightStorage::f32, {}});
  const std::filesystem::path file =
      std::filesystem::path(::testing::TempDir()) / "golden-f32.safetensors";
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(pack.bytes.data()),
             static_cast<std::streamsize>(pack.bytes.size()));
  Model model = Model::load(file);
  std::filesystem::remove(file);
  return model;
}

double cosine(const float* a, const float* b) {
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (int i = 0; i < 256; ++i) {
    ab += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return ab / std::sqrt(aa * bb);
}

Diarization turns_of(const Model& model, const pipeline::PresetParameters& preset,
                     const pipeline::Analysis& analysis, double duration_s) {
  Diarization whole;
  std::vector<pipeline::StreamResult> streams;
  streams.push_back(pipeline::find_turns(model, preset, {}, analysis, duration_s, 1, {}));
  pipeline::merge_streams(std::move(streams), whole);
  return whole;
}

class PipelineGolden : public ::testing::TestWithParam<std::tuple<const char*, Weights>> {
 protected:
  void SetUp() override { DIARIST_NEEDS_SHARED(); }
};

TEST_P(PipelineGolden, EveryStageIsTheReferences) {
  const Golden golden(std::get<0>(GetParam()));
  const std::filesystem::path clip =
      testing::shared_dir() / "goldens" / std::get<0>(GetParam()) / "clip_16k.wav";
  const Model model = model_of(std::get<1>(GetParam()));
  pipeline::Engine engine(model, {});
  const std::vector<float> samples = testing::read_samples(clip);
  const pipeline::Analysis analysis = testing::analyse(engine, Preset::exact, samples);

  // Hard segmentation: the same in at least 99.99 % of frames.
  const LocalActivity expected = golden.activity();
  ASSERT_EQ(analysis.activity.windows, expected.windows);
  std::size_t other = 0;
  const std::size_t frames = expected.active.size() / 3;
  for (std::size_t i = 0; i < frames; ++i) {
    other += std::equal(&expected.active[3 * i], &expected.active[3 * i] + 3,
                        &analysis.activity.active[3 * i])
                 ? 0
                 : 1;
  }
  RecordProperty("frames_that_differ", static_cast<int>(other));
  EXPECT_LE(static_cast<double>(other), 1e-4 * static_cast<double>(frames));

  // Embeddings of all whom both hear.
  const std::vector<float> reference = golden.embeddings();
  const std::vector<bool> heard = clustering::active_speakers(expected);
  const std::vector<bool> ours = clustering::active_speakers(analysis.activity);
  double lowest = 1;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    if (!heard[i] || !ours[i]) continue;
    lowest = std::min(lowest, cosine(&reference[i * 256], &analysis.embeddings[i * 256]));
  }
  RecordProperty("lowest_cosine", std::to_string(lowest));
  EXPECT_GE(lowest, 0.9999);

  // Clustering, from our own embeddings.
  clustering::RowMatrix units = clustering::gather(
      analysis.embeddings, clustering::training_speakers(analysis.activity, 0.2), 256);
  clustering::normalise_rows(units);
  EXPECT_EQ(clustering::agglomerate(units, 0.6, {}).labels, golden.ahc_labels());

  const Clustering found = cluster(model, analysis.activity, analysis.embeddings);
  EXPECT_EQ(found.clusters, golden.matrix("clustering", "centroids").rows());
  const std::vector<int> labels = golden.integers("clustering", "hard_clusters");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (heard[i] && ours[i]) {
      EXPECT_EQ(found.labels[i], labels[i]) << "window " << i / 3;
    }
  }
  std::printf("%s, %s: %zu of %zu frames differ, lowest cosine %.7f, %d clusters\n",
              std::get<0>(GetParam()),
              std::get<1>(GetParam()) == Weights::f32 ? "f32" : "shipped pack", other, frames,
              lowest, found.clusters);

  // Turns: each of the reference's, within a frame at both ends, under one name throughout.
  const double duration_s = static_cast<double>(samples.size()) / 16000.0;
  const Diarization whole =
      turns_of(model, pipeline::parameters(Preset::exact), analysis, duration_s);
  const std::vector<Annotation> turns = read_rttm(golden.rttm());
  ASSERT_EQ(turns.size(), 1U);
  std::vector<Segment> want = turns[0].segments;
  const auto by_start = [](const Segment& a, const Segment& b) {
    return std::tie(a.start_s, a.end_s) < std::tie(b.start_s, b.end_s);
  };
  std::sort(want.begin(), want.end(), by_start);
  ASSERT_EQ(whole.turns.size(), want.size());
  std::map<std::string, int> name_of;
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_NEAR(whole.turns[i].start_s, want[i].start_s, pipeline::kFrameStepSeconds + 1e-3);
    EXPECT_NEAR(whole.turns[i].end_s, want[i].end_s, pipeline::kFrameStepSeconds + 1e-3);
    const int speaker = name_of.emplace(want[i].label, whole.turns[i].speaker).first->second;
    EXPECT_EQ(speaker, whole.turns[i].speaker) << "turn " << i;
  }
  EXPECT_EQ(name_of.size(), whole.speakers.size());

  // The shared trunk and the integer networks say the same, to within a hundredth of the speech.
  // (All of `balanced` need not: these clips are short, and it hears people there whom the
  // reference takes for one.)
  if (std::get<1>(GetParam()) == Weights::f32) return;
  pipeline::PresetParameters shared = pipeline::parameters(Preset::balanced);
  shared.step_s = pipeline::parameters(Preset::exact).step_s;
  shared.missing = pipeline::MissingSpeakers::pad;
  shared.voices = false;
  shared.relabel = false;
  shared.tidying = {};
  const Diarization by_sharing =
      turns_of(model, shared, testing::analyse(engine, shared, samples), duration_s);
  const double apart = score(to_annotation(whole), to_annotation(by_sharing)).der();
  std::printf("%s: shared trunk against exact %.2f %%\n", std::get<0>(GetParam()), 100 * apart);
  EXPECT_LE(apart, 0.01);
}

INSTANTIATE_TEST_SUITE_P(Clips, PipelineGolden,
                         ::testing::Combine(::testing::Values("02_pyannote_sample",
                                                              "03_dual_speaker", "04_three_speaker",
                                                              "05_four_speaker"),
                                            ::testing::Values(Weights::f32, Weights::shipped)),
                         [](const auto& info) {
                           return "Recording" + std::string(std::get<0>(info.param)).substr(0, 2) +
                                  (std::get<1>(info.param) == Weights::f32 ? "F32" : "Shipped");
                         });

}  // namespace
}  // namespace diarist
