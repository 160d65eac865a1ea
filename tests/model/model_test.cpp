#include "diarist/model.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/builtin_pack.hpp"
#include "model/pack.hpp"
#include "model/packs.hpp"
#include "model/tensor_table.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

using diarist::testing::error_of;
using diarist::testing::safetensors_file;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::vector<std::byte> builtin_bytes() {
  const auto bytes = model::builtin_pack();
  return {bytes.begin(), bytes.end()};
}

/// Replaces the first `from` of the header by `to`, of the same length.
void replace(std::vector<std::byte>& bytes, const std::string& from, const std::string& to) {
  ASSERT_EQ(from.size(), to.size());
  const std::string text(reinterpret_cast<const char*>(bytes.data()), 200000);
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  for (std::size_t i = 0; i < to.size(); ++i) bytes[at + i] = static_cast<std::byte>(to[i]);
}

Error check_error(std::vector<std::byte> bytes) {
  const auto pack = model::Pack::parse("p.safetensors", std::move(bytes));
  return error_of([&] { model::check(*pack); });
}

TEST(BuiltinModel, IsTheCommittedPackAndWhole) {
  const Model model = Model::builtin();
  EXPECT_EQ(model.name(), "built-in");
  EXPECT_EQ(model.tensors().size(), 242u);
  EXPECT_EQ(model.metadata().at("storage"), "f16");
  EXPECT_EQ(model.metadata().at("segmentation.licence"), "MIT");
  EXPECT_EQ(model.metadata().at("embedding.licence"), "CC-BY-4.0");
  EXPECT_EQ(model.metadata().at("plda.licence"), "CC-BY-4.0");
  const Model loaded = Model::load(testing::source_dir() / "models" / "community.safetensors");
  for (const TensorInfo& info : model.tensors()) {
    EXPECT_EQ(model.pack().doubles(info.name, info.shape),
              loaded.pack().doubles(info.name, info.shape))
        << info.name;
  }
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(model::builtin_pack().data()) % 64, 0u);
}

TEST(BuiltinModel, StoresEachTensorAsTheTableAllows) {
  const Model model = Model::builtin();
  for (const model::Part& part : model::parts()) {
    for (const model::TensorSpec& spec : part.tensors) {
      const model::DataType type = model.pack().type(spec.name);
      EXPECT_EQ(type == model::DataType::f16, spec.half) << spec.name;
    }
  }
}

TEST(TensorTable, ListsTheNetsThatWeKnow) {
  const auto& parts = model::parts();
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_EQ(parts[0].tensors.size(), 54u);
  EXPECT_EQ(parts[1].tensors.size(), 182u);
  std::set<std::string> names;
  std::set<std::string> signatures;
  for (const auto& part : parts) {
    for (const auto& spec : part.tensors) {
      EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
      EXPECT_EQ(spec.name, std::string(part.prefix) + spec.source_name);
      if (spec.source_name == part.signature) signatures.insert(spec.source_name);
    }
  }
  EXPECT_EQ(signatures.size(), 4u);
}

TEST(TensorTable, FollowsTheArchitecture) {
  model::EmbeddingArchitecture resnet18;
  resnet18.blocks = {2, 2, 2, 2};
  // 1 + 16 + 3 convolutions with a batch norm each, and the linear layer.
  EXPECT_EQ(model::embedding_tensors(resnet18).size(), 20u * 5 + 2);
  model::SegmentationArchitecture shallow;
  shallow.lstm_layers = 2;
  EXPECT_EQ(model::segmentation_tensors(shallow).size(), 54u - 16);
}

TEST(Check, NamesAMissingTensorAndWhatWasExpected) {
  std::vector<std::byte> bytes = builtin_bytes();
  replace(bytes, "\"embedding.layer3.2.conv1.weight\"", "\"embedding.layer3.2.convX.weight\"");
  const Error error = check_error(bytes);
  EXPECT_EQ(error.code(), ErrorCode::wrong_model);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("p.safetensors: tensor 'embedding.layer3.2.conv1.weight' is missing"),
                    HasSubstr("[128, 128, 3, 3]"), HasSubstr("is this a WeSpeaker ResNet?")));
}

TEST(Check, NamesAMisshapenTensor) {
  std::vector<std::byte> bytes = builtin_bytes();
  replace(bytes, R"("plda.tr":{"dtype":"F64","shape":[128,128])",
          R"("plda.tr":{"dtype":"F64","shape":[64, 256])");
  const Error error = check_error(bytes);
  EXPECT_EQ(error.code(), ErrorCode::wrong_model);
  EXPECT_THAT(error.what(), HasSubstr("tensor 'plda.tr' has shape [64, 256], expected [128, 128]"));
}

TEST(Check, RefusesIntegersWhereWeightsBelong) {
  std::vector<std::byte> bytes = builtin_bytes();
  replace(bytes, R"("embedding.seg_1.bias":{"dtype":"F32")",
          R"("embedding.seg_1.bias":{"dtype":"I32")");
  EXPECT_THAT(check_error(bytes).what(),
              HasSubstr("tensor 'embedding.seg_1.bias' is stored as I32"));
}

TEST(Check, ListsAFewOfManyProblems) {
  const Error error = check_error(
      safetensors_file(R"({"__metadata__":{"format":"diarist-pack","format_version":"1"}})", 0));
  EXPECT_EQ(error.code(), ErrorCode::wrong_model);
  EXPECT_THAT(error.what(), HasSubstr("and 50 more"));
}

TEST(Check, RefusesOtherFormatsAndVersions) {
  const auto with_metadata = [](const std::string& metadata) {
    return check_error(safetensors_file("{\"__metadata__\":{" + metadata + "}}", 0));
  };
  EXPECT_THAT(with_metadata("").what(), HasSubstr("no diarist model pack"));
  EXPECT_THAT(with_metadata(R"("format":"pt")").what(), HasSubstr("no diarist model pack"));
  EXPECT_THAT(with_metadata(R"("format":"diarist-pack")").what(), HasSubstr("does not say"));
  const Error error = with_metadata(R"("format":"diarist-pack","format_version":"3")");
  EXPECT_EQ(error.code(), ErrorCode::wrong_model);
  EXPECT_THAT(error.what(), HasSubstr("format version 3; this diarist reads versions 1 and 2"));
}

TEST(Model, LoadNamesTheFile) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "model_test.safetensors";
  std::ofstream(file) << "RIFF and so on";
  const Error error = error_of([&] { Model::load(file); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_model);
  EXPECT_EQ(error.subject(), file.string());
  std::filesystem::remove(file);
  EXPECT_EQ(error_of([&] { Model::load(file); }).code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace diarist
