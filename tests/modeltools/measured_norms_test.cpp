#include "modeltools/measured_norms.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diarist/import.hpp"
#include "diarist/model.hpp"

#include "model/packs.hpp"
#include "modeltools/pack_copy.hpp"
#include "modeltools/quantize/hearing.hpp"
#include "modeltools/safetensors_writer.hpp"
#include "nets/folded_convolution.hpp"

namespace diarist::modeltools {
namespace {

using diarist::testing::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<float> values_of(const model::Pack& pack, const std::string& tensor) {
  return pack.floats(tensor, pack.shape(tensor));
}

std::string norm_after(const std::string& convolution) {
  if (const auto at = convolution.find("shortcut.0"); at != std::string::npos) {
    return convolution.substr(0, at) + "shortcut.1";
  }
  const auto at = convolution.rfind("conv");
  return convolution.substr(0, at) + "bn" + convolution.substr(at + 4);
}

/// Names of the embedding net's convolutions, without "embedding." and ".weight".
std::vector<std::string> convolutions(const model::Pack& pack) {
  std::vector<std::string> names;
  for (const TensorInfo& info : pack.tensors()) {
    if (info.name.starts_with("embedding.") && info.shape.size() == 4) {
      names.push_back(info.name.substr(10, info.name.size() - 17));
    }
  }
  return names;
}

/// The built-in pack as exporters leave it: norms in the convolutions, nothing but biases in norms.
std::vector<std::byte> folded_bytes() {
  const Model model = Model::builtin();
  const model::Pack& pack = model.pack();
  std::map<std::string, std::vector<float>> changed;
  for (const std::string& name : convolutions(pack)) {
    const std::string norm = "embedding." + norm_after(name);
    std::vector<float> weights = values_of(pack, "embedding." + name + ".weight");
    auto gamma = values_of(pack, norm + ".weight");
    auto beta = values_of(pack, norm + ".bias");
    auto mean = values_of(pack, norm + ".running_mean");
    auto variance = values_of(pack, norm + ".running_var");
    const std::size_t run = weights.size() / gamma.size();
    for (std::size_t c = 0; c < gamma.size(); ++c) {
      const float scale = gamma[c] / std::sqrt(variance[c] + 1e-5F);
      for (std::size_t i = 0; i < run; ++i) weights[c * run + i] *= scale;
      beta[c] -= mean[c] * scale;
      gamma[c] = 1;
      mean[c] = 0;
      variance[c] = 1 - 1e-5F;
    }
    changed["embedding." + name + ".weight"] = weights;
    changed[norm + ".weight"] = gamma;
    changed[norm + ".bias"] = beta;
    changed[norm + ".running_mean"] = mean;
    changed[norm + ".running_var"] = variance;
  }
  std::vector<TensorToWrite> tensors;
  for (const TensorInfo& info : pack.tensors()) {
    const auto found = changed.find(info.name);
    if (found == changed.end()) {
      append_stored(pack, info.name, tensors);
      continue;
    }
    TensorToWrite tensor{info.name, model::DataType::f32, info.shape, {}};
    tensor.bytes.resize(found->second.size() * sizeof(float));
    std::memcpy(tensor.bytes.data(), found->second.data(), tensor.bytes.size());
    tensors.push_back(std::move(tensor));
  }
  return safetensors_bytes(std::move(tensors), pack.metadata());
}

class MeasuredNorms : public ::testing::Test {
 protected:
  double cosine_in_integers(const Model& model) const {
    PerformanceOptions f32;
    f32.precision = Precision::f32;
    PerformanceOptions int8;
    int8.precision = Precision::int8;
    std::vector<CalibrationRecording> some = recordings_;
    some[0].samples.erase(some[0].samples.begin(), some[0].samples.begin() + 160000);
    some[0].samples.resize(160000);
    return quantize::cosines(quantize::embeddings_of(model, some, f32, {}),
                             quantize::embeddings_of(model, some, int8, {}))
        .mean;
  }

  const Model folded_ = Model::parse("folded", folded_bytes());
  const std::vector<CalibrationRecording> recordings_ = {builtin_calibration_recording()};
};

TEST_F(MeasuredNorms, AreWantedOfFoldedNormsOnly) {
  EXPECT_TRUE(has_folded_norms(folded_.pack()));
  EXPECT_FALSE(has_folded_norms(Model::builtin().pack()));
}

TEST_F(MeasuredNorms, GiveIntegersTheirRangesBack) {
  const Model measured =
      Model::parse("measured", with_measured_norms(folded_.pack(), recordings_, {}));
  EXPECT_FALSE(has_folded_norms(measured.pack()));
  EXPECT_EQ(measured.metadata().at("embedding.norms"), "measured on 30.0 s");
  EXPECT_LT(cosine_in_integers(folded_), 0.995);
  EXPECT_GT(cosine_in_integers(measured), 0.9993);
}

TEST_F(MeasuredNorms, ComputeWhatTheyDidAndSayWhatTrainedNormsSay) {
  const Model builtin = Model::builtin();
  const Model measured =
      Model::parse("measured", with_measured_norms(folded_.pack(), recordings_, {}));
  for (const std::string& name : convolutions(builtin.pack())) {
    const auto& shape = builtin.pack().shape("embedding." + name + ".weight");
    const auto convolution = [&](const Model& model) {
      return nets::folded(model.pack(), name, norm_after(name), static_cast<int>(shape[0]),
                          static_cast<int>(shape[1]), static_cast<int>(shape[2]));
    };
    const nets::FoldedConvolution before = convolution(folded_);
    const nets::FoldedConvolution after = convolution(measured);
    for (std::size_t i = 0; i < before.matrix.size(); ++i) {
      ASSERT_NEAR(after.matrix[i], before.matrix[i], 1e-6F * std::abs(before.matrix[i])) << name;
    }
    for (std::size_t i = 0; i < before.bias.size(); ++i) {
      ASSERT_NEAR(after.bias[i], before.bias[i], 2e-6F) << name;
    }
    // A deviation of half a minute is not that of all of the training, but near it.
    const std::string norm = "embedding." + norm_after(name) + ".weight";
    const std::vector<float> trained = values_of(builtin.pack(), norm);
    const std::vector<float> told = values_of(measured.pack(), norm);
    std::vector<float> ratio;
    for (std::size_t c = 0; c < told.size(); ++c) ratio.push_back(told[c] / std::abs(trained[c]));
    std::nth_element(ratio.begin(), ratio.begin() + ratio.size() / 2, ratio.end());
    EXPECT_NEAR(ratio[ratio.size() / 2], 1, 0.3) << name;
  }
}

TEST_F(MeasuredNorms, AreTheSameEachTime) {
  std::vector<CalibrationRecording> recordings = recordings_;
  recordings[0].samples.resize(48000);
  EXPECT_EQ(with_measured_norms(folded_.pack(), recordings, {}),
            with_measured_norms(folded_.pack(), recordings, {}));
}

TEST_F(MeasuredNorms, TakeRecordingsThatSaySomething) {
  std::vector<CalibrationRecording> recordings = recordings_;
  recordings[0].samples.resize(15999);
  EXPECT_THAT(error_of([&] { with_measured_norms(folded_.pack(), recordings, {}); }).what(),
              HasSubstr("shorter than a second"));
  CancellationToken cancellation;
  cancellation.cancel();
  EXPECT_EQ(
      error_of([&] { with_measured_norms(folded_.pack(), recordings_, cancellation); }).code(),
      ErrorCode::cancelled);
}

TEST_F(MeasuredNorms, ComeWithTheImportOfAFoldedNet) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "measured_norms_test.safetensors";
  const std::vector<std::byte> bytes = folded_bytes();
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  const ImportedPack imported = import_checkpoints({file});
  EXPECT_THAT(imported.notices, ElementsAre(HasSubstr("were folded into its convolutions")));
  const Model model = Model::parse("imported", imported.bytes);
  EXPECT_EQ(model.metadata().at("embedding.norms"), "measured on 30.0 s");
  EXPECT_GT(cosine_in_integers(model), 0.9993);
  // Once measured, they are norms like any others.
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(imported.bytes.data()),
             static_cast<std::streamsize>(imported.bytes.size()));
  EXPECT_TRUE(import_checkpoints({file}).notices.empty());
}

TEST_F(MeasuredNorms, ComeWithInt8WhereTheyAreFoldedOrAskedFor) {
  std::vector<CalibrationRecording> some = recordings_;
  some[0].samples.erase(some[0].samples.begin(), some[0].samples.begin() + 112000);
  some[0].samples.resize(64000);
  QuantizationOptions options;
  // Four seconds: what they prove is not the point here.
  options.limits = {
      .max_der_increase = 1000, .min_embedding_cosine = 0, .min_segmentation_agreement = 0};
  const auto outcome = [&](const Model& model, QuantizationMethod method) {
    options.method = method;
    return diarist::quantize(model, some, options).attempts.back().outcome;
  };
  EXPECT_THAT(outcome(folded_, QuantizationMethod::int8),
              HasSubstr("ranges of activations measured"));
  EXPECT_THAT(outcome(Model::builtin(), QuantizationMethod::int8), Not(HasSubstr("measured")));
  options.measure_ranges = true;
  EXPECT_THAT(outcome(Model::builtin(), QuantizationMethod::linear),
              HasSubstr("ranges of activations measured"));
}

}  // namespace
}  // namespace diarist::modeltools
