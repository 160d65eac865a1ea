// Weights that cannot be computed with are reported wherever the run comes upon them: most are read
// by the workers, while others are at work.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "diarist/diarist.hpp"

#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

using ::testing::HasSubstr;

constexpr int kRate = 16000;

/// The default pack with the first value of a tensor replaced by one that is none, as a file NAME.
std::filesystem::path damaged_pack(const std::string& tensor, const std::string& name) {
  std::ifstream in(testing::source_dir() / "models" / "community.safetensors", std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), sizeof(header_bytes));
  const auto header =
      nlohmann::json::parse(bytes.begin() + 8, bytes.begin() + 8 + static_cast<long>(header_bytes));
  const auto& described = header.at(tensor);
  char* const values =
      bytes.data() + 8 + header_bytes + described.at("data_offsets").at(0).get<std::size_t>();
  if (described.at("dtype") == "F16") {
    const std::uint16_t nan = 0x7e00;
    std::memcpy(values, &nan, sizeof(nan));
  } else {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    std::memcpy(values, &nan, sizeof(nan));
  }
  const auto file = std::filesystem::path(::testing::TempDir()) / (name + ".safetensors");
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<long>(bytes.size()));
  return file;
}

struct Damage {
  const char* tensor;
  Preset preset;
  Precision precision;
};

class DamagedModel : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedModel, IsReportedEveryTime) {
  const auto& [tensor, preset, precision] = GetParam();
  // A name of its own: these run at the same time.
  const auto file =
      damaged_pack(tensor, tensor + std::string("-") + std::to_string(static_cast<int>(preset)));
  const std::vector<float> samples =
      testing::read_samples(testing::source_dir() / "samples" / "sample.wav");
  const std::span<const float> speech = std::span(samples).subspan(8 * kRate, 2 * kRate);
  const Diarizer diarizer(Model::load(file), {.threads = 2, .precision = precision});
  for (int run = 0; run < 2; ++run) {
    try {
      diarizer.diarize(speech, kRate, {.preset = preset});
      ADD_FAILURE() << "no error in run " << run;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt_model);
      EXPECT_THAT(error.what(), HasSubstr(tensor));
      EXPECT_THAT(error.what(), HasSubstr(file.filename().string()));
      EXPECT_THAT(error.what(), HasSubstr("not finite"));
    }
  }
  std::filesystem::remove(file);
}

INSTANTIATE_TEST_SUITE_P(
    Weights, DamagedModel,
    ::testing::Values(Damage{"segmentation.lstm.weight_hh_l1", Preset::balanced, Precision::int8},
                      Damage{"segmentation.classifier.bias", Preset::exact, Precision::f32},
                      Damage{"embedding.conv1.weight", Preset::balanced, Precision::int8},
                      Damage{"embedding.layer3.2.conv1.weight", Preset::exact, Precision::f32},
                      Damage{"embedding.layer3.2.conv1.weight", Preset::balanced, Precision::int8},
                      Damage{"embedding.seg_1.weight", Preset::balanced, Precision::f32}));

}  // namespace
}  // namespace diarist
